"""What an answer to a bill is: paid, partly paid, disputed (C48, settled G1, G2).

Silence and short money alone are no dispute.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

from oba.settlement.statement_line import DISPUTE_CODES
from oba.terms.settlement.dispute_terms import DisputeTerms

Response: TypeAlias = Literal[
    "pay_as_billed",
    "pay_other_with_data",
    "pay_other_without_data",
    "pay_nothing_with_data",
    "pay_nothing_without_data",
]
"""The four answers of the field, the second also without data: partly paid."""


@dataclass(frozen=True)
class Answered:
    """What a bill became: cents that are disputed, payable now, or paid over the bill."""

    response: Response
    disputed: int
    payable_now: int
    over: int

    @property
    def is_dispute(self) -> bool:
        """Whether anything is disputed on a complete code."""
        return self.disputed > 0


@dataclass(frozen=True)
class StepPeriod:
    """A step of a dispute and its days; both ends count."""

    name: str
    first_on: date
    last_on: date


def answered(billed: int, paid: int, codes: tuple[str, ...], evidence: frozenset[str]) -> Answered:
    """Classify an answer: one complete code makes what is unpaid disputed, otherwise it stays payable."""
    short, over = max(0, billed - paid), max(0, paid - billed)
    complete = any(one in DISPUTE_CODES and DISPUTE_CODES[one] in evidence for one in codes)
    disputed = short if complete else 0
    return Answered(_response(paid, short, complete=complete), disputed, short - disputed, over)


def _response(paid: int, short: int, *, complete: bool) -> Response:
    if short == 0:
        return "pay_as_billed"
    if paid > 0:
        return "pay_other_with_data" if complete else "pay_other_without_data"
    return "pay_nothing_with_data" if complete else "pay_nothing_without_data"


def steps(terms: DisputeTerms, opened_on: date) -> tuple[StepPeriod, ...]:
    """The steps with their days: day 1 is the day after the dispute, or after the step before it (settled B4)."""
    return tuple(_steps(terms, opened_on))


def _steps(terms: DisputeTerms, opened_on: date) -> Iterator[StepPeriod]:
    before = opened_on
    for step in terms.steps:
        period = StepPeriod(step.name, before + timedelta(days=1), before + timedelta(days=step.days))
        yield period
        before = period.last_on


def stopped_days(terms: DisputeTerms, *, opened_on: date, resolved_on: date) -> int:
    """The days for which the claim window stands still: from the dispute to its end, where the terms say so."""
    return (resolved_on - opened_on).days if terms.tolling == "claim_window_stops" else 0
