"""How a determination grows with its facts and its milestones: time, memory, and both for each fact."""

import tracemalloc
from collections.abc import Callable, Iterator
from itertools import pairwise
from time import perf_counter
from typing import Final

from oba.dates import Offset
from oba.determination.determine import determine
from oba.terms.agreement import Agreement
from oba.terms.milestone import RecurringMilestone
from scripts.bench_determination import FACTS, question_of, stream, the_agreement

FACT_COUNTS: Final = (10, 100, 1_000, 10_000)
MILESTONE_COUNTS: Final = (1, 6, 30, 60)
_LEAST_SECONDS: Final = 0.2
"""So long each figure is measured at least, over as many determinations as fit."""


def one_round() -> dict[str, float]:
    """Every figure by its name: milliseconds, kilobytes, and the growth from one size to the next one.

    A growth of 1 is linear: ten times the facts take ten times as long.
    """
    return {**dict(_by_facts()), **dict(_by_milestones())}


def _by_facts() -> Iterator[tuple[str, float]]:
    agreement = the_agreement()
    times: dict[int, float] = {}
    for count in FACT_COUNTS:
        events = stream(count)

        def judge() -> object:
            return determine(question_of(agreement, events))  # noqa: B023 - called before the next size

        times[count] = _seconds(judge)
        yield f"{count:,} facts: ms", 1_000 * times[count]
        yield f"{count:,} facts: kB at the most", _peak(judge) / 1_000
    for smaller, larger in pairwise(FACT_COUNTS):
        growth = (times[larger] / times[smaller]) / (larger / smaller)
        yield f"{smaller:,} to {larger:,} facts: growth, 1 is linear", growth


def _by_milestones() -> Iterator[tuple[str, float]]:
    """The answers about every milestone of agreements that have more and more of them, on the same facts."""
    events = stream(FACTS)
    for count in MILESTONE_COUNTS:
        agreement = _with_milestones(count)
        first = question_of(agreement, events)

        def judge() -> object:
            return [determine(first.about(one.id)) for one in agreement.every_milestone]  # noqa: B023 - see above

        yield f"{count} milestones, {FACTS} facts: ms for each", 1_000 * _seconds(judge) / count


def _with_milestones(count: int) -> Agreement:
    """The agreement of the shelf with so many milestones, one a month, each with the criterion of the last."""
    agreement = the_agreement()
    last = agreement.milestones[-1].model_dump()
    month = Offset(amount=1, unit="months")
    dates = {"id": "monthly", "due": month, "every": month, "last": Offset(amount=count, unit="months")}
    series = RecurringMilestone.model_validate({**last, **dates})
    return agreement.model_copy(update={"milestones": (), "recurring": (series,)})


def _seconds(work: Callable[[], object]) -> float:
    """Seconds of one determination, the middle of what fits into a moment."""
    work()
    taken: list[float] = []
    began = perf_counter()
    while perf_counter() - began < _LEAST_SECONDS or len(taken) < 3:
        started = perf_counter()
        work()
        taken.append(perf_counter() - started)
    return sorted(taken)[len(taken) // 2]


def _peak(work: Callable[[], object]) -> int:
    """Bytes that one determination holds at the most beside its events."""
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak
