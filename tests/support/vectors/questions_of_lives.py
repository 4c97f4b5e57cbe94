"""What a vector asks of a whole life: every milestone, every instalment, and what is owed together."""

from typing import Any, Literal

from pydantic import Field

from oba.dates import Day
from tests.support.vectors.money import DerivedAmount
from tests.support.vectors.vector import Part, TimedVector, Word


class ExpectLine(Part):
    component: Word
    milestone: Word
    amount: DerivedAmount


class ExpectLife(Part):
    outcomes: dict[Word, str]
    """For each milestone asserted: finding."""
    first_failures: dict[Word, Day] = Field(default={})
    confirmed: dict[Word, Day] = Field(default={})
    """For each milestone asserted: the day of the fact that confirmed its first failure."""
    instalments: dict[Word, Literal["paid", "withheld", "cancelled", "pending"]] | None = None
    """The state of each instalment asserted, if every milestone is approved on the day on which we ask."""
    paid: DerivedAmount | None = None
    """The sum of the instalments that were paid, before any of it is refunded."""
    lines: tuple[ExpectLine, ...] | None = None
    total: DerivedAmount
    """What is refunded."""
    by_payer: dict[Word, DerivedAmount] | None = None
    """What goes to each payer."""
    beneficiary: Word | None = None


class LifeVector(TimedVector):
    """A whole life under an agreement: every milestone and what is owed."""

    ask: Literal["life"]
    document: dict[str, Any]
    price: DerivedAmount
    payer_on_day_0: Word = "PAYER-A"
    waived: tuple[Word, ...] = ()
    expect: ExpectLife
