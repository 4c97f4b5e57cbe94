"""What `scripts/bench` runs: several rounds of each bench, printed as least, middle and most, or as JSON."""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from statistics import median

from scripts import bench_determination
from scripts.benching import engine as engine_bench
from scripts.benching import store
from scripts.benching.places import ENGINES, EngineName
from scripts.postgres.binaries import NoServer

Spread = dict[str, float]
Table = dict[str, Spread]
DETERMINATION = "determination"
STORE = "store"
ENGINE = "engine"
DISK = "Every append waits for the disk; files, server and baselines lie in the folder for temporary files."


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is asked for and print it; exit code 1 where there is no PostgreSQL to measure on."""
    options = _parsed(arguments)
    try:
        measured = measure(options)
    except NoServer as problem:
        sys.exit(str(problem))
    if options.json:
        json.dump(measured, sys.stdout, indent=2)
        print()
    else:
        for title, table in measured.items():
            _print(title, table)
        if options.which in (None, STORE):
            print(DISK)


def _parsed(arguments: Sequence[str] | None) -> Namespace:
    parser = ArgumentParser(
        prog="scripts/bench", description="How fast a determination, the engine as facts grow, and the store are."
    )
    parser.add_argument(
        "which", nargs="?", choices=[STORE, DETERMINATION, ENGINE], help="one of the three (default all)"
    )
    parser.add_argument("--engine", choices=[*ENGINES, "both"], default="both", help="of the store (default both)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each bench (default 5)")
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    size = store.Size()
    parser.add_argument("--appends", type=int, default=size.appends, help="by one writer, in each way")
    parser.add_argument("--streams", type=int, default=size.streams, help="of 100 events, to catch up and to read")
    parser.add_argument("--library-events", type=int, default=size.library_events, help="through the library's runner")
    parser.add_argument("--dsn", help="a PostgreSQL server to measure on, as superuser; without it one is started")
    return parser.parse_args(arguments)


def measure(options: Namespace) -> dict[str, Table]:
    """Every figure as its least, middle and most over the rounds, by bench and engine."""
    measured: dict[str, Table] = {}
    if options.which in (None, ENGINE):
        found = [engine_bench.one_round() for _ in range(options.rounds)]
        measured[ENGINE] = {name: spread([figures[name] for figures in found]) for name in found[0]}
    if options.which in (None, DETERMINATION):
        determinations, _ = bench_determination.rounds(options.rounds)
        name = f"one determination, five years, {bench_determination.FACTS} facts: ms"
        measured[DETERMINATION] = {name: spread(determinations)}
    if options.which in (None, STORE):
        engines: tuple[EngineName, ...] = ENGINES if options.engine == "both" else (options.engine,)
        size = store.Size(options.appends, options.streams, options.library_events)
        for engine, rounds in store.rounds(options.rounds, engines, size, options.dsn).items():
            measured[f"{STORE} on {engine}"] = {
                name: spread([figures[name] for figures in rounds]) for name in rounds[0]
            }
    return measured


def spread(figures: Sequence[float]) -> Spread:
    """Least, middle and most, to three places."""
    return {"min": round(min(figures), 3), "median": round(median(figures), 3), "max": round(max(figures), 3)}


def _print(title: str, table: Table) -> None:
    print(f"{title:58}{'min':>12}{'median':>12}{'max':>12}")
    for name, figures in table.items():
        print(f"  {name:56}" + "".join(f"{figures[part]:>12,.2f}" for part in ("min", "median", "max")))
    print()


if __name__ == "__main__":
    main()
