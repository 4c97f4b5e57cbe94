"""Days that a rate leaves out by the agreement's word: months, days round an operation or an event, lost days (C15)."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from oba.terms.block import Part
from oba.terms.period import MonthsAfterDayZero
from oba.terms.window import DayCount


class AroundSurgery(Part):
    """So many days before and after each day with a FIX dose given for surgery or a bleed due to it; that day too."""

    kind: Literal["around_surgery"]
    before_days: DayCount
    after_days: DayCount


class AroundEvent(Part):
    """So many days before and after the day of each such event; that day too."""

    kind: Literal["around_event"]
    event: Literal["hospitalised", "liver_transplanted", "non_factor_prophylaxis_started", "retreated"]
    before_days: DayCount
    after_days: DayCount


class WhileLost(Part):
    """From the day on which the patient was lost to follow-up to the day before follow-up resumed."""

    kind: Literal["while_lost_to_follow_up"]


ExcludedSpan: TypeAlias = Annotated[
    MonthsAfterDayZero | AroundSurgery | AroundEvent | WhileLost, Field(discriminator="kind")
]
