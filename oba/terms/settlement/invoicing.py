"""When refunds are invoiced and due, what interest late money bears, and how payments are counted (C47)."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from oba.dates import Day
from oba.problems import WrongField
from oba.terms.block import Block, Part
from oba.terms.settlement.claim_window import Days
from oba.units import NotNegative

DayCountRule: TypeAlias = Literal["actual_365", "actual_360", "actual_actual", "thirty_360"]


class Rate(Part):
    """A yearly rate in percent from a day on."""

    from_day: Day
    percent_per_year: NotNegative


class Interest(Block):
    """Simple interest on what is paid late; the rates follow each other, each until the day before the next."""

    day_count: DayCountRule
    rates: Annotated[tuple[Rate, ...], Field(min_length=1, max_length=200)]
    on_disputed: Literal["from_due", "from_resolution", "none"]

    @model_validator(mode="after")
    def _in_order(self) -> "Interest":
        days = [rate.from_day for rate in self.rates]
        if sorted(set(days)) != days:
            raise WrongField(
                "rates", "the rates are not in the order of their days; write each later day after the last"
            )
        return self


class Invoicing(Block):
    """A cycle of statements, days to pay from a named anchor, and what becomes of credits and surpluses."""

    cycle: Literal["each", "monthly", "quarterly", "yearly"]
    due_days: Days
    due_from: Literal["invoice", "approval", "receipt"]
    credits: Literal["netted", "paid_back"]
    overpayment_returned_within_days: Days
    interest: Interest | None
    """None: late money bears no interest (settled F12, G2)."""
