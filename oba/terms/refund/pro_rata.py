"""The part of the base that belongs to time not elapsed when the response is lost (C25, settled F3)."""

from typing import Literal

from pydantic import model_validator

from oba.problems import WrongField
from oba.terms.failure_component import FailureComponent, MonthCount
from oba.terms.named_date import NamedDate
from oba.units import Percent


class ProRata(FailureComponent):
    """A percentage of the base, linear over months from Day 0; every convention is named."""

    kind: Literal["pro_rata"]
    percent: Percent
    over_months: MonthCount
    granularity: Literal["day", "month", "year"]
    counts: Literal["elapsed", "remaining"]
    """Which of the two numbers is counted and rounded; refunded is always the share that has not elapsed."""
    partial: Literal["exact", "up", "down"]
    """What a unit that has only begun counts."""
    date: NamedDate
    end: Literal["inclusive", "exclusive"]
    """`inclusive`: the anniversary on which the period ends is a day of it."""

    @model_validator(mode="after")
    def _whole_years(self) -> "ProRata":
        if self.granularity == "year" and self.over_months % 12:
            raise WrongField("over_months", "years are counted over a period that is not of whole years; count months")
        return self
