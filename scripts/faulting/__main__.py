"""What `scripts/faults` runs: rounds on one engine or both, and a line for each promise."""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from adapters.clock import new_id
from scripts.faulting.ground import ENGINES, EngineName, Ground, SqliteGround
from scripts.faulting.million import run_million
from scripts.faulting.postgres_ground import PostgresGround
from scripts.faulting.round import run_round

KILLS, KILLS_IN_FULL = 40, 200


class Outcome(Protocol):
    """What came of a round."""

    @property
    def is_kept(self) -> bool:
        """Whether every promise was kept."""
        ...

    def lines(self) -> list[str]:
        """What is printed."""
        ...

    def plain(self) -> dict[str, Any]:
        """The same as plain content."""
        ...


def main() -> None:
    """Run what was asked for; exit code 1 where a promise was broken."""
    asked = _asked()
    seed = asked.seed or new_id().hex[:8]
    kills = asked.kills or (KILLS_IN_FULL if asked.full else KILLS)
    outcomes: list[Outcome] = []
    for engine in ENGINES:
        if asked.engine in (engine, "both"):
            if not asked.million:
                print(f"engine={engine} kills={kills} seed={seed}", flush=True)
                outcomes.append(_on(engine, asked, lambda *place: run_round(*place, seed=seed, kills=kills)))
            if asked.million or asked.full:
                print(f"engine={engine} a million events", flush=True)
                outcomes.append(_on(engine, asked, run_million, "-million"))
    if asked.json:
        Path(asked.json).write_text(json.dumps([one.plain() for one in outcomes], indent=2) + "\n", encoding="utf-8")
    sys.exit(0 if all(outcome.is_kept for outcome in outcomes) else 1)


def _asked() -> Namespace:
    parser = ArgumentParser(prog="scripts/faults", description="Kill the product at random and judge what it kept.")
    parser.add_argument("--engine", choices=(*ENGINES, "both"), default="both")
    parser.add_argument("--kills", type=int, help=f"kills on each engine (default {KILLS})")
    parser.add_argument("--full", action="store_true", help=f"{KILLS_IN_FULL} kills on each engine, and --million")
    parser.add_argument("--million", action="store_true", help="only: restart beside a log of a million events")
    parser.add_argument("--seed", help="brings the same chances again; a fresh one is printed")
    parser.add_argument("--json", metavar="FILE", help="also write everything as JSON")
    parser.add_argument("--keep", metavar="FOLDER", help="keep the stores, and what processes and clients said")
    return parser.parse_args()


def _on(engine: EngineName, asked: Namespace, run: Callable[[Ground, Path], Outcome], suffix: str = "") -> Outcome:
    """Run something on a fresh deployment of an engine, and print what came of it."""
    with TemporaryDirectory(prefix="oba-faults-") as temporary:
        folder = Path(asked.keep) / f"{engine}{suffix}" if asked.keep else Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        ground = ground_of(engine, folder)
        try:
            outcome = run(ground, folder)
        finally:
            ground.close()
    print("\n".join(outcome.lines()), flush=True)
    return outcome


def ground_of(engine: EngineName, folder: Path) -> Ground:
    """A fresh deployment on an engine, in a folder that has none."""
    home = folder / "home"
    return SqliteGround(home) if engine == "sqlite" else PostgresGround(home)


if __name__ == "__main__":
    main()
