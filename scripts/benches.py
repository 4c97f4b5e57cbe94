"""What `scripts/bench` runs: several rounds of each, printed as least, middle and most, or as JSON."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from scripts import bench_appends, bench_determination

Spread = dict[str, float]


def main() -> None:
    """Run both benches and print them."""
    parser = ArgumentParser(description="How fast a determination and an append are.")
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each bench (default 5)")
    options = parser.parse_args()
    measured = measure(options.rounds)
    if options.json:
        json.dump(measured, sys.stdout, indent=2)
        print()
    else:
        _print(measured)


def measure(number: int) -> dict[str, Spread]:
    """Every figure as its least, middle and most over the rounds."""
    determinations, _ = bench_determination.rounds(number)
    with TemporaryDirectory() as folder:
        appends = bench_appends.rounds(number, Path(folder))
    return {
        "determination_ms": spread(determinations),
        "command_appends_per_second": spread([through for through, _ in appends]),
        "raw_appends_per_second": spread([raw for _, raw in appends]),
        "command_over_raw_time": spread([raw / through for through, raw in appends]),
    }


def spread(figures: Sequence[float]) -> Spread:
    """Least, middle and most, to three places."""
    return {"min": round(min(figures), 3), "median": round(median(figures), 3), "max": round(max(figures), 3)}


def _print(measured: dict[str, Spread]) -> None:
    names = {
        "determination_ms": f"one determination, five years, {bench_determination.FACTS} facts: ms",
        "command_appends_per_second": "facts through the command path: per second",
        "raw_appends_per_second": "raw inserts, equally durable: per second",
        "command_over_raw_time": "time of the command path over raw: times",
    }
    print(f"{'':52}{'min':>10}{'median':>10}{'max':>10}")
    for key, figures in measured.items():
        print(f"{names[key]:52}" + "".join(f"{figures[part]:>10}" for part in ("min", "median", "max")))


if __name__ == "__main__":
    main()
