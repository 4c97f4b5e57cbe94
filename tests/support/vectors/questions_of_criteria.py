"""Questions about combinations of criteria, about bare series, and about criteria that look back on milestones."""

from typing import Annotated, Any, Literal

from pydantic import Field

from oba.dates import Day, MonthEnd
from oba.terms.criteria.any_criterion import Criterion
from oba.terms.criteria.latch import Cure
from oba.terms.criteria.sustained import FixUnit, LongestGap, UnknownBetween
from oba.trace import Verdict
from oba.units import Comparator, NotNegative, Positive
from tests.support.vectors.vector import Part, TimedVector, Timing, Vector, Word


class ExpectLogic(Part):
    verdict: Verdict
    deciding: tuple[Word, ...] | None = None
    """The unknown leaves that alone would decide the whole, by name, in the order of the terms."""
    failed_parts: tuple[Word, ...] | None = None
    tier: Word | None = None
    sentence: str | None = None
    """What the trace says first."""


class LogicVector(Vector):
    """Combinations over leaves whose verdict is given: `"true"`, or `{name: c1, given: "true"}`."""

    ask: Literal["logic"]
    document: dict[Literal["all", "any", "not", "k_of_n", "implies", "tiers", "name"], Any]
    expect: ExpectLogic


class JudgedMember(Part):
    on: Day
    verdict: Verdict


class ValueMember(Part):
    on: Day
    value: NotNegative
    comparator: Comparator = ""


class EachPasses(Part):
    kind: Literal["at_each"]


class NoRun(Part):
    kind: Literal["no_k_consecutive_failures"]
    k: int
    unknown_between: UnknownBetween


class JudgedSeries(Part):
    """A series of verdicts."""

    kind: Literal["verdicts"]
    members: tuple[JudgedMember, ...]
    rule: Annotated[EachPasses | NoRun, Field(discriminator="kind")]
    latch: Cure | None = None
    month_end: MonthEnd = "clamp"


class ValueSeries(Part):
    """A series of FIX activities in IU/dL, and the drop from the peak that it may not have."""

    kind: Literal["values"]
    members: tuple[ValueMember, ...]
    more_than: Positive
    unit: Literal["percent of peak"] | FixUnit


class GapSeries(Part):
    """Days of measurements, and the longest gap that may lie between them."""

    kind: Literal["days"]
    starts_on: Day
    members: tuple[Day, ...]
    closes_on: Day
    gap: LongestGap


class ExpectSeries(Part):
    verdict: Verdict | None = None
    first_failure_on: Day | None = None
    confirmed_on: Day | None = None
    standing_since: Day | None = None
    """The day of the failure that stands under the latch."""
    cured_on: Day | None = None
    gaps: tuple[tuple[Day, Day], ...] | None = None


class SeriesVector(Vector):
    """A rule over a bare series; with `as_of` over its members up to that day."""

    ask: Literal["series"]
    document: Annotated[JudgedSeries | ValueSeries | GapSeries, Field(discriminator="kind")]
    expect: ExpectSeries


class WantedFirst(Part):
    what: str
    until: Day | None = None


class ExpectLookingBack(Part):
    verdict: Verdict
    reason: str | None = None
    first_failure_on: Day | None = None
    confirmed_on: Day | None = None
    latched_from: Word | None = None
    failed_parts: tuple[Word, ...] | None = None
    tier: Word | None = None
    used: tuple[Word, ...] | None = None
    """Facts that carry the verdict, by name."""
    rejected: dict[Word, str] | None = None
    deciding: tuple[str, ...] | None = None
    wanted_first: WantedFirst | None = None
    """What the trace names first of the evidence that would decide, and until when it can still count."""
    value: str | None = None


class LookingBackVector(TimedVector):
    """A criterion judged at the milestone that is asked, after those due before it."""

    ask: Literal["looking_back"]
    milestones: dict[Word, Timing]
    milestone: Word
    document: Criterion
    expect: ExpectLookingBack
