"""Vectors that ask whether something happened, how many days were covered, and who may be enrolled."""

from typing import Annotated, Any, Literal

from pydantic import Field

from oba.dates import Day
from oba.terms.criteria.state import MeasureOfState
from oba.terms.measures.days_covered import DaysCovered
from oba.terms.measures.dose_share import DoseShare
from oba.trace import Verdict
from tests.support.vectors.vector import Part, TimedVector, Timing, Vector, Word


class ExpectState(Part):
    value: Literal["negative", "positive", "survived", "died", "free", "happened", "none", "returned", "unknown"]
    reason: str | None = None
    decided_on: Day | None = None
    confirmed_on: Day | None = None
    provisional: bool | None = None
    used: tuple[Word, ...] | None = None
    """Facts that carry the state, by name; for an unknown state those that leave it open."""
    rejected: dict[Word, str] | None = None
    wanted: tuple[str, ...] | None = None
    """The evidence that would decide it, each as `what, until day`."""


class StateVector(TimedVector):
    """A measure of two states, on the due date of a milestone."""

    ask: Literal["state"]
    milestone: Timing
    document: MeasureOfState
    expect: ExpectState


class ExpectCount(Part):
    value: str
    """The number as it is shown, an interval, or `unknown`."""
    reason: str | None = None
    decided_on: Day | None = None
    used: tuple[Word, ...] | None = None
    wanted: tuple[str, ...] | None = None


class CountVector(TimedVector):
    """A measure in percent of the dose or in days of cover."""

    ask: Literal["count"]
    milestone: Timing
    payer_on_day_0: Word | None = None
    no_infusion: bool = False
    """The infusion itself was taken back."""
    document: Annotated[DoseShare | DaysCovered, Field(discriminator="kind")]
    expect: ExpectCount


class Stretch(Part):
    payers: tuple[Word, ...]
    first: Day
    last: Day
    days: int


class CoverQuestion(Part):
    payer_on_day_0: Word | None
    first: Day
    last: Day


class ExpectCover(Part):
    cover: tuple[Stretch, ...]
    """Exactly the stretches of days with one cover, in their order."""


class CoverVector(TimedVector):
    """Who covered the patient on which days."""

    ask: Literal["cover"]
    document: CoverQuestion
    expect: ExpectCover


class EnrolmentSaid(Part):
    """What the enrolment says, or the plan for one."""

    product: Word | None = "HEMGENIX"
    ndc: str | None = "00053-0140-14"
    htc: Word | None = "HTC-1"
    enrolled_on: Day | None = None
    consent_version: Word | None = None
    prior_authorised_on: Day | None = None


class ExpectEligibility(Part):
    eligible: Verdict
    conditions: dict[Word, Verdict] = Field(default={})
    """Exactly the conditions of the agreement, each by itself."""
    wanted: tuple[str, ...] | None = None


class EligibilityVector(Vector):
    """Whether an infusion, given or planned for Day 0, may be enrolled."""

    ask: Literal["eligibility"]
    day_0: Day
    document: dict[str, Any]
    enrolment: EnrolmentSaid = EnrolmentSaid()
    expect: ExpectEligibility
