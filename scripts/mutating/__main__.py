"""Judges a sample of the mutants that mutmut has made: first by the vectors that reach the function, then by its tests.

Runs in the folder of the mutants, whose code holds every mutant and chooses one by the environment. Each mutant lives
in a process of its own, forked from one that has read all vectors.
"""

import json
import os
import signal
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from oba.identity import derived_id
from tests.support.vectors.answers import answer, asserted
from tests.support.vectors.comparing import differences
from tests.support.vectors.reading import Told, read_vectors, vector_files
from tests.support.vectors.reasons import FILE, digest_of

CHOSEN = "MUTANT_UNDER_TEST"
SECONDS = 60
"""So long a mutant may take; one that takes longer was noticed."""
SURVIVED, BY_VECTOR, BY_TEST = 0, 1, 2
_REASONS: dict[str, str] = json.loads(FILE.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Reached:
    """What reaches a function: vectors by name, and other tests by their ids."""

    vectors: Sequence[str]
    tests: Sequence[str]


def main() -> None:
    """Judge the sample, print the score by room and the survivors; exit code 1 below the bar."""
    parser = ArgumentParser(prog="scripts/mutate")
    parser.add_argument("--sample", type=int, default=600, help="mutants, drawn by the seed (0: every one)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--bar", type=float, default=90.0, help="percent that must be noticed")
    options = parser.parse_args()
    mutants = sorted(_mutants())
    drawn = _sample(mutants, options.sample, options.seed) if options.sample else mutants
    found = dict(_judged(drawn, _reached(), options.at_once))
    _print(len(mutants), found)
    sys.exit(_score(list(found.values())) < options.bar)


def _sample(mutants: Sequence[str], number: int, seed: int) -> list[str]:
    """So many mutants, the same ones for one seed wherever and whenever."""
    return sorted(mutants, key=lambda mutant: str(derived_id("mutant", seed, mutant)))[:number]


def _mutants() -> Iterator[str]:
    for path in Path("oba").rglob("*.py.meta"):
        yield from json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]


def _reached() -> dict[str, Reached]:
    """For each function what reaches it, as a run of all tests has told."""
    told = json.loads(Path("mutmut-stats.json").read_text(encoding="utf-8"))["tests_by_mangled_function_name"]
    found: dict[str, Reached] = {}
    for function, tests in told.items():
        vectors = [one.partition("[")[2].rstrip("]") for one in tests if "the_engine_answers_as_derived[" in one]
        others = [one for one in tests if "tests/vectors/" not in one]
        found[function] = Reached(vectors, others)
    return found


def _judged(drawn: Sequence[str], reached: dict[str, Reached], at_once: int) -> Iterator[tuple[str, int]]:
    vectors = {told.vector.id: told for path in vector_files() for told in read_vectors(path)}
    wrong = [name for name, told in vectors.items() if not _holds(told)]
    if wrong:
        sys.exit(f"without any mutant the engine already answers otherwise: {', '.join(wrong)}")
    running: dict[int, str] = {}
    for mutant in drawn:
        while len(running) >= at_once:
            yield _ended(running)
        pid = os.fork()
        if pid == 0:
            os._exit(_judge(mutant, reached.get(mutant.rpartition("__mutmut_")[0], Reached((), ())), vectors))
        running[pid] = mutant
    while running:
        yield _ended(running)


def _ended(running: dict[int, str]) -> tuple[str, int]:
    pid, status = os.wait()
    code = os.waitstatus_to_exitcode(status)
    mutant = running.pop(pid)
    print(f"{mutant}: {('SURVIVED', 'vector', 'test')[code] if code in (0, 1, 2) else 'ended'}", flush=True)
    return mutant, BY_TEST if code < 0 else code


def _judge(mutant: str, reached: Reached, vectors: dict[str, Told]) -> int:
    os.environ[CHOSEN] = mutant  # noqa: TID251
    signal.alarm(SECONDS)
    for name in reached.vectors:
        if name in vectors and not _holds(vectors[name]):
            return BY_VECTOR
    if not reached.tests:
        return SURVIVED
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
        noticed = pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *reached.tests])
    return BY_TEST if noticed == pytest.ExitCode.TESTS_FAILED else SURVIVED


def _holds(told: Told) -> bool:
    """Whether the engine still answers as derived, for the same reasons; one that falls over does not."""
    try:
        as_derived = not differences(dict(asserted(told.vector)), answer(told))
        return as_derived and digest_of(told) == _REASONS.get(told.vector.id)
    except Exception:  # noqa: BLE001 - whatever a mutant does
        return False


def _print(whole: int, found: dict[str, int]) -> None:
    rooms: dict[str, list[int]] = {}
    for mutant, code in found.items():
        rooms.setdefault(".".join(mutant.split(".")[:2]), []).append(code)
    for room, codes in sorted(rooms.items()):
        print(f"{room}: {_score(codes):.1f} % of {len(codes)} noticed {dict(Counter(codes))}")
    print(f"{len(found)} of {whole} mutants: {_score(list(found.values())):.1f} % noticed")
    print("\n".join(sorted(mutant for mutant, code in found.items() if code == SURVIVED)))


def _score(codes: Sequence[int]) -> float:
    return 100 * sum(code != SURVIVED for code in codes) / len(codes)


if __name__ == "__main__":
    main()
