"""Clinical and registry follow-up: recurring visits with windows and items; never a refund trigger (section 7)."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from oba.dates import Day, MonthEnd, Offset
from oba.terms.block import Block, Name, Part, Sentence
from oba.terms.source import DocumentLabel, SourceNote
from oba.terms.window import DayCount
from oba.units import Code

PlanItem: TypeAlias = Literal[
    "liver_panel", "factor_activity", "bleeds", "fix_product_use", "inhibitor", "ultrasound_and_afp"
]


class Recurring(Block):
    """A visit that repeats `every` from `first` to `last`, each counted from Day 0, with a window round it."""

    id: Name
    purpose: Literal["monitoring", "registry"]
    first: Offset
    every: Offset
    last: Offset
    before_days: DayCount
    after_days: DayCount
    items: tuple[PlanItem, ...] = Field(min_length=1)


class Alert(Block):
    """A clinical condition for review; ships switched off and recommends no treatment (decided point 15)."""

    id: Name
    switched_on: Annotated[bool, Field(strict=True)]
    sentence: Sentence
    tag: Literal["V", "S", "R", "D"]


class FollowUpPlan(Part):
    """One version of a follow-up plan."""

    kind: Literal["follow_up_plan"]
    id: Name
    title: Sentence
    label: DocumentLabel
    sources: tuple[SourceNote, ...] = Field(min_length=1)
    product: Code
    effective_on: Day
    month_end: MonthEnd
    visits: tuple[Recurring, ...] = Field(min_length=1, max_length=40)
    alerts: tuple[Alert, ...] = ()
    notice: Literal["for clinician review, not a medical device"]
