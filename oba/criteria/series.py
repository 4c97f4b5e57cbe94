"""Rules over a series in date order (C20, C21): each takes bare members and answers by their places.

A member is true where it passed, false where it failed, and unknown. What is answered holds however the unknown members
turn out, each on its own; where it does not, the answer is unknown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from oba.criteria.combining import at_least
from oba.measures.interval import Bound, Interval, highest
from oba.terms.criteria.sustained import LongestGap, UnknownBetween
from oba.trace import Verdict


@dataclass(frozen=True)
class Held:
    """What a rule says of a series, and where it fails the places of the failures from the first to the one that
    confirms it.
    """

    verdict: Verdict
    run: tuple[int, ...] = ()


def at_each(verdicts: Sequence[Verdict]) -> Held:
    """Every member passes; the first failure confirms itself."""
    verdict = at_least(len(verdicts), verdicts)
    return Held(verdict, (verdicts.index("false"),) if verdict == "false" else ())


def no_run(verdicts: Sequence[Verdict], k: int, unknown_between: UnknownBetween) -> Held:
    """No k members fail in a row; what an unknown between two known members does is named (settled D2)."""
    members = _settled(verdicts, unknown_between)
    for certain in _runs(members, ("false",)):
        if len(certain) >= k:
            return Held("false", tuple(certain[:k]))
    possible = any(len(run) >= k for run in _runs(members, ("false", "unknown")))
    return Held("unknown" if possible else "true")


def _settled(verdicts: Sequence[Verdict], unknown_between: UnknownBetween) -> list[tuple[int, Verdict]]:
    """The members that count, each with its place, after what the agreement says of an unknown in between."""
    inside = between_known(verdicts)
    members: list[tuple[int, Verdict]] = []
    for place, verdict in enumerate(verdicts):
        rule = unknown_between if verdict == "unknown" and place in inside else "undecided"
        if rule == "breaks":
            members.append((place, "true"))
        elif rule == "undecided":
            members.append((place, verdict))
    return members


def between_known(verdicts: Sequence[Verdict]) -> range:
    """The places between the first and the last known member; an unknown at either end stands between nothing."""
    known = [place for place, verdict in enumerate(verdicts) if verdict != "unknown"]
    return range(known[0], known[-1]) if known else range(0)


def _runs(members: Sequence[tuple[int, Verdict]], wanted: tuple[Verdict, ...]) -> list[list[int]]:
    """The places of successive members that have one of these verdicts, run by run."""
    runs: list[list[int]] = [[]]
    for place, verdict in members:
        if verdict in wanted:
            runs[-1].append(place)
        else:
            runs.append([])
    return runs


def drops(values: Sequence[Interval], floor: Callable[[Bound], Bound]) -> tuple[Verdict, ...]:
    """Whether each value keeps to the floor that the highest value before it sets: the peak runs from the start of the
    series (settled C12); unknown where the comparators leave it open.
    """
    found: list[Verdict] = []
    peak: Interval | None = None
    for value in values:
        found.append("true" if peak is None else _keeps(value, peak, floor))
        peak = value if peak is None else highest([peak, value])
    return tuple(found)


def _keeps(value: Interval, peak: Interval, floor: Callable[[Bound], Bound]) -> Verdict:
    if value.high is not None and value.high < floor(peak.low):
        return "false"
    return "unknown" if peak.high is None or value.low < floor(peak.high) else "true"


def long_gaps(days: Sequence[date], gap: LongestGap, start: date, close: date) -> list[tuple[date, date]]:
    """The stretches between two measurements in which more days passed than the agreement tolerates."""
    edges = [start, *days, close] if gap.counts == "from_start_to_close" else list(days)
    return [(one, other) for one, other in pairwise(edges) if (other - one).days > gap.days]
