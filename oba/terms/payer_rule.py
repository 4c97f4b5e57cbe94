"""A payer's right to ask for follow-up data: never a refund trigger."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field, model_validator

from oba.dates import Day, Offset
from oba.problems import WrongField
from oba.terms.block import Block, Name, Part, Sentence
from oba.terms.source import DocumentLabel, SourceNote
from oba.units import Code

EndEvent: TypeAlias = Literal["patient_died", "care_transferred", "coverage_changed"]


class RollingGap(Part):
    """A request needs this distance from the previous one of the same payer."""

    LATER: ClassVar[frozenset[str]] = frozenset({"first_after"})

    kind: Literal["rolling_gap"]
    gap: Offset
    first_request: Literal["after_gap", "month_0", "after_offset"]
    first_after: Offset | None = None
    """Where `first_request` is `after_offset`: how long after Day 0 the first one may be made (settled E2)."""

    @model_validator(mode="after")
    def _one_start(self) -> "RollingGap":
        if (self.first_request == "after_offset") != (self.first_after is not None):
            raise WrongField("first_after", "it belongs to first_request: after_offset; give both or neither")
        return self


class PerCalendarYear(Part):
    """At most so many requests in a calendar year."""

    LATER: ClassVar[frozenset[str]] = frozenset({"first_after"})

    kind: Literal["per_calendar_year"]
    most: Annotated[int, Field(strict=True, ge=1, le=12)]
    first_after: Offset | None = None
    """How long after Day 0 the first request may be made; left out, on Day 0 (settled E2)."""


class Reading(Block):
    """One named reading of an ambiguous frequency."""

    name: Name
    frequency: Annotated[RollingGap | PerCalendarYear, Field(discriminator="kind")]


class Horizon(Block):
    """How long after Day 0 a request may be made; the clamped anniversary itself still counts."""

    lasts: Offset


class PayerRule(Part):
    """One version of a payer rule, with every reading that is kept and the one that governs."""

    kind: Literal["payer_rule"]
    id: Name
    title: Sentence
    label: DocumentLabel
    sources: tuple[SourceNote, ...] = Field(min_length=1)
    payer: Code
    quotation: Sentence
    effective_on: Day
    ends_on: Day | None = None
    purpose: Literal["quality_only", "payment", "operations"]
    direction: Literal["may_request", "must_submit"]
    readings: tuple[Reading, ...] = Field(min_length=1, max_length=10)
    governing_reading: Name
    horizon: Horizon
    items: tuple[Literal["factor_activity", "bleeds", "fix_product_use", "inhibitor"], ...] = Field(min_length=1)
    answer_within_days: Annotated[int, Field(strict=True, ge=1, le=365)] | None
    basis: Literal["consent", "agreement"]
    addressee: Literal["prescriber", "htc", "manufacturer"]
    end_events: tuple[EndEvent, ...]
