"""A payer's right to ask for follow-up data: never a refund trigger."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from oba.dates import Day, Offset
from oba.terms.block import Block, Name, Part, Sentence
from oba.terms.source import DocumentLabel, SourceNote
from oba.units import Code

EndEvent: TypeAlias = Literal["patient_died", "care_transferred", "coverage_changed"]


class RollingGap(Part):
    """A request needs this distance from the previous one of the same payer."""

    kind: Literal["rolling_gap"]
    gap: Offset
    first_request: Literal["after_gap", "month_0"]


class PerCalendarYear(Part):
    """At most so many requests in a calendar year."""

    kind: Literal["per_calendar_year"]
    most: Annotated[int, Field(strict=True, ge=1, le=12)]


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
