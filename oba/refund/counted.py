"""The date that a rule about money names, and how long after Day 0 it lies (settled B5, F2)."""

from dataclasses import dataclass
from datetime import date

from oba.problems import Problem
from oba.refund.failure import Failure
from oba.refund.ground import Ground
from oba.terms.named_date import NamedDate

_WORDS: dict[NamedDate, str] = {
    "first_failure": "first failure",
    "confirmation": "confirmation",
    "determination": "determination",
    "milestone_due": "due date",
}


@dataclass(frozen=True)
class Counted:
    """Day 0 and the day that counts, with the words that name it."""

    day_0: date
    on: date
    words: str


def counted(clause: str, name: NamedDate, failure: Failure, ground: Ground) -> Counted | Problem:
    """The named date of a failure; a problem where it is not known, or lies before the infusion."""
    on = failure.dated(name)
    if on is None:
        return Problem(
            code="date-not-known",
            message=f"the clause counts to the {_WORDS[name]} of {failure.milestone}, which is not known",
            remedy="record it, or name another date in the terms",
            clause=clause,
        )
    if ground.day_0 is None:
        return day_0_not_known(clause)
    if min(on, failure.first_failure_on) < ground.day_0:
        return Problem(
            code="failure-before-infusion",
            message=f"the failure of {failure.milestone} is dated before Day 0, {ground.day_0}",
            remedy="correct the date of the fact that decides it, or that of the infusion",
            clause=clause,
        )
    return Counted(ground.day_0, on, f"{_WORDS[name]} on {on}")


def day_0_not_known(clause: str) -> Problem:
    """The problem of a clause that counts from Day 0 where nobody was infused."""
    return Problem(
        code="day-0-not-known",
        message="the clause counts from Day 0, which is not known",
        remedy="ask about an infusion",
        clause=clause,
    )
