"""Whether a failure stands at the end of a series (C21, settled D2); the series in date order, answered by its places.

Two courses bound what may be: in the best every unknown passes, in the worst every one fails. A pass in place of a
failure never makes things worse, so that what both say holds however the unknown members turn out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from oba.criteria.series import between_known
from oba.dates import MonthEnd, shift_months
from oba.terms.criteria.latch import AtOnce, Cure, LatchedFailure, Never, SuccessivePasses, SuccessivePassesAnyTime
from oba.terms.criteria.sustained import UnknownBetween
from oba.trace import Verdict


@dataclass(frozen=True)
class Standing:
    """What a latch says of a series."""

    verdict: Verdict
    run: tuple[int, ...] = ()
    """The places of the failures that stand, from the first to the one that confirmed them."""
    own: bool = False
    """The last member itself belongs to failures in a row; the latch adds nothing."""
    cured: int | None = None
    """The place of the pass that cured the last failure, where none stands any more."""


@dataclass(frozen=True)
class Latching:
    """The conventions of a latch, and those of the calendar."""

    failure: LatchedFailure
    cure: Cure
    month_end: MonthEnd

    @property
    def k(self) -> int:
        """How many failures in a row stand."""
        return 1 if isinstance(self.failure, AtOnce) else self.failure.k

    @property
    def unknown_between(self) -> UnknownBetween:
        """What an unknown between two known members does to failures in a row; a single failure has nothing between."""
        return "undecided" if isinstance(self.failure, AtOnce) else self.failure.unknown_between

    def cures(self, passes: int, day: date, failed: Sequence[date]) -> bool:
        """Whether so many passes in a row, the last of them on that day, cure what failed on those days."""
        match self.cure:
            case Never():
                return False
            case SuccessivePassesAnyTime():
                return passes >= self.cure.passes
            case SuccessivePasses():
                begins = failed[0] if self.cure.counted_from == "first_failure" else failed[-1]
                last = shift_months(begins, self.cure.within_months, self.month_end)
                return passes >= self.cure.passes and day <= last
            case _:  # pragma: no cover
                assert_never(self.cure)


@dataclass(frozen=True)
class _Course:
    """One way through the series: the failures in a row so far, those that stand, the passes in a row after them."""

    failing: tuple[int, ...] = ()
    standing: tuple[int, ...] = ()
    passes: int = 0
    cured: int | None = None


def latched(days: Sequence[date], verdicts: Sequence[Verdict], latching: Latching) -> Standing:
    """Whether no failure stands after the last member; every failure has its own months (settled D2)."""
    best = _course(days, verdicts, latching, unknown_fails=False)
    worst = _course(days, verdicts, latching, unknown_fails=True)
    if not best.standing:
        cured = worst.cured if best.cured is not None else None
        return Standing("true", cured=cured) if not worst.standing else Standing("unknown")
    if verdicts[-1] != "false" or len(best.failing) < latching.k:
        return Standing("false", best.standing)
    return Standing("false", best.failing[-1:] if latching.k == 1 else best.failing[: latching.k], own=True)


def _course(days: Sequence[date], verdicts: Sequence[Verdict], latching: Latching, *, unknown_fails: bool) -> _Course:
    course, inside = _Course(), between_known(verdicts)
    for place, verdict in enumerate(verdicts):
        between = latching.unknown_between if place in inside else "undecided"
        fails = verdict == "false" or (verdict == "unknown" and unknown_fails and between == "undecided")
        bridged = verdict == "unknown" and between == "bridged"
        passes = verdict == "true" or (verdict == "unknown" and not unknown_fails)
        failing = (*course.failing, place) if fails else course.failing if bridged else ()
        standing = course.standing or (failing if len(failing) >= latching.k else ())
        course = replace(course, failing=failing, standing=standing, passes=course.passes + 1 if passes else 0)
        if standing and latching.cures(course.passes, days[place], [days[one] for one in standing]):
            course = _Course(cured=place)
    return course
