"""What every vector has, whatever it asks: name, sentence, rule, derivation, facts and the two clocks."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from oba.dates import Day, Instant, MonthEnd, Offset
from oba.terms.window import DayCount, Window

Sentence = Annotated[str, Field(strict=True, min_length=3)]
Word = Annotated[str, Field(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$")]


class Part(BaseModel):
    """A closed part of a vector: an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Timing(Part):
    """The dates of the milestone that is asked about, as the terms write them."""

    due: Offset
    window: Window
    grace_days: DayCount = 0
    cure_days: DayCount = 0
    report_by_days: DayCount = 0
    month_end: MonthEnd = "clamp"


class Clocks(Part):
    """The two clocks of one answer."""

    as_of: Day
    known_at: Instant


class Vector(Part):
    """What every vector says: name, sentence, the rule it stands for, and how the answer was derived by hand."""

    id: Word
    sentence: Sentence
    rule: Sentence
    derivation: Sentence
    day_0: Day | None = None
    """Day 0; the runner records a full dose on it, unless the facts hold an infusion of their own."""
    facts: tuple[dict[str, Any], ...] = ()
    as_of: Day | None = None
    """The day on which we ask; left out: after everything."""
    known_at: Instant | None = None
    """What had been recorded by then; left out: everything."""


class TimedVector(Vector):
    """A vector about one infusion, which has a Day 0."""

    day_0: Day
