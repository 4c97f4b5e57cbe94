"""Limits of what is owed: of one infusion, and over several, which the statement applies (C29, settled F8)."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from oba.terms.block import Block, Part
from oba.terms.named_date import NamedDate
from oba.terms.refund.base import PositiveAmount
from oba.units import Percent

MonthAndDay = Annotated[str, Field(strict=True, pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$")]
"""A day of every year, such as 07-01; not after the 28th, which every month has."""


class UnitCap(Block):
    """At most this amount for each unit of account."""

    kind: Literal["unit"]
    amount: PositiveAmount


class PatientCap(Block):
    """At most this amount for one infusion, for life."""

    kind: Literal["patient"]
    amount: PositiveAmount


class PercentCap(Block):
    """At most this percentage of the base, which is not indexed; rounded down to the cent."""

    kind: Literal["percent"]
    percent: Percent


class NetPriceFloor(Block):
    """At least this much of the base stays paid, whatever fails."""

    kind: Literal["net_price_floor"]
    amount: PositiveAmount


class Shared(Part):
    """How several infusions share one limit; of one day the infusion date and then the id decide."""

    by: Literal["in_date_order", "pro_rata"]
    date: NamedDate
    reopen: bool = Field(strict=True)
    """Whether an earlier failure that becomes known late takes its place before what was refunded already."""


class CalendarYear(Part):
    """Years that begin on one day of every year."""

    kind: Literal["calendar"]
    first_day: MonthAndDay


class InfusionYear(Part):
    """Years of the infusion: from Day 0, or from the day after it, up to the anniversaries."""

    kind: Literal["infusion"]
    first_day: Literal["day_0", "day_after_day_0"]


class YearCap(Block):
    """At most this amount in one year, for an infusion or for all infusions of the agreement."""

    kind: Literal["year"]
    amount: PositiveAmount
    year: Annotated[CalendarYear | InfusionYear, Field(discriminator="kind")]
    scope: Literal["infusion", "agreement"]
    shared: Shared


class AggregateCap(Block):
    """At most this amount for all infusions of the agreement together."""

    kind: Literal["aggregate"]
    amount: PositiveAmount
    shared: Shared


CapOfInfusion: TypeAlias = UnitCap | PatientCap | PercentCap | NetPriceFloor
CapOfStatement: TypeAlias = YearCap | AggregateCap
Cap: TypeAlias = Annotated[CapOfInfusion | CapOfStatement, Field(discriminator="kind")]
