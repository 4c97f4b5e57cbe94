"""A vector that asks for the dates of all milestones of an agreement."""

from typing import Any, Literal

from pydantic import Field

from oba.dates import Day
from tests.support.vectors.vector import Part, TimedVector, Word


class ExpectSchedule(Part):
    """For milestones by name: the days that are asserted; `undated` are exactly those whose anchor is not known."""

    opens_on: dict[Word, Day] = Field(default={})
    due_on: dict[Word, Day] = Field(default={})
    closes_on: dict[Word, Day] = Field(default={})
    cure_ends_on: dict[Word, Day] = Field(default={})
    cure_would_end_on: dict[Word, Day | None] = Field(default={})
    report_by_on: dict[Word, Day] = Field(default={})
    report_would_be_by_on: dict[Word, Day | None] = Field(default={})
    undated: tuple[Word, ...] | None = None
    in_order: tuple[Word, ...] | None = None
    """All milestones that have dates, by due date."""


class ScheduleVector(TimedVector):
    """An agreement and what is known of the infusion: every milestone with its dates."""

    ask: Literal["schedule"]
    document: dict[str, Any]
    enrolled_on: Day | None = None
    expect: ExpectSchedule
