"""What a vector may ask, and what it may expect of the answer: closed models, one for each kind of question."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from oba.dates import Day, Instant, MonthEnd, Offset
from oba.terms.criteria.any_criterion import Criterion
from oba.terms.measures.bleeding_rate import BleedingRate
from oba.terms.measures.factor_activity import FactorActivity
from oba.terms.measures.prophylaxis import Prophylaxis
from oba.terms.window import DayCount, Window
from oba.trace import Verdict
from oba.units import Comparator, NotNegative, Operator, Percent
from tests.support.vectors.money import DerivedAmount

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


class DueDates(Part):
    anchor_on: Day
    offsets: tuple[Offset, ...]
    month_end: MonthEnd


class ExpectDueDates(Part):
    due_on: tuple[Day, ...]


class DueDatesVector(Vector):
    ask: Literal["due_dates"]
    document: DueDates
    expect: ExpectDueDates


class LocalDates(Part):
    time_zone: str
    instants: dict[Word, Instant]


class ExpectLocalDates(Part):
    local_dates: dict[Word, Day]


class LocalDatesVector(Vector):
    """Instants, and the local dates at an HTC that they are given on entry."""

    ask: Literal["local_dates"]
    document: LocalDates
    expect: ExpectLocalDates


class ExpectWindow(Part):
    opens_on: Day | None = None
    due_on: Day | None = None
    closes_on: Day | None = None
    grace_ends_on: Day | None = None
    cure_ends_on: Day | None = None
    report_by_on: Day | None = None
    phase: Literal["upcoming", "open", "due", "grace", "closed"] | None = None
    inside: dict[Word, bool] = {}
    """Facts by name: whether they lie inside the window."""


class WindowVector(TimedVector):
    ask: Literal["window"]
    document: Timing
    expect: ExpectWindow


class ExpectEvidence(Part):
    in_force: dict[Word, dict[str, Any]] | None = None
    """Exactly the facts in force (without the infusion), each with the fields that are asserted."""
    set_aside: dict[Word, str] | None = None
    """Exactly the facts set aside, with the reason."""
    same_as_reversed: Literal[True] | None = None
    """The facts read in reverse order give the same evidence."""


class EvidenceVector(TimedVector):
    ask: Literal["evidence"]
    expect: ExpectEvidence


class Comparison(Part):
    comparator: Comparator
    value: NotNegative
    operator: Operator
    threshold: NotNegative


class ExpectComparisons(Part):
    verdicts: tuple[Verdict, ...]


class ComparisonsVector(Vector):
    ask: Literal["comparisons"]
    document: tuple[Comparison, ...]
    expect: ExpectComparisons


class ExpectMeasure(Part):
    value: str | None = None
    """A number as it is shown, `none`, `returned`, or `unknown`."""
    reason: str | None = None
    used: tuple[Word, ...] | None = None
    rejected: dict[Word, str] | None = None
    provisional: bool | None = None
    decided_on: Day | None = None
    returned_on: Day | None = None
    unverified: bool | None = None


class MeasureVector(TimedVector):
    ask: Literal["measure"]
    milestone: Timing
    document: Annotated[FactorActivity | BleedingRate | Prophylaxis, Field(discriminator="kind")]
    expect: ExpectMeasure


class ExpectCriterion(Part):
    verdict: Verdict
    reason: str | None = None
    decided_on: Day | None = None


class CriterionVector(TimedVector):
    ask: Literal["criterion"]
    milestone: Timing
    document: Criterion
    expect: ExpectCriterion


class ExpectLogic(Part):
    verdict: Verdict


class LogicVector(Vector):
    """Criteria of `all`, `any` and `not` over leaves whose verdict is given."""

    ask: Literal["logic"]
    document: dict[Literal["all", "any", "not"], Any]
    expect: ExpectLogic


class ExpectOutcome(Part):
    finding: Literal["met", "not_met", "not_evaluable", "waived", "excluded", "not_yet"]
    reason: str | None = None
    first_failure_on: Day | None = None
    wanted: bool | None = None
    """Whether evidence is named that is still needed."""
    used: tuple[Word, ...] | None = None
    """Facts that carry the finding, by name."""


class OutcomeVector(TimedVector):
    ask: Literal["outcome"]
    document: dict[str, Any]
    milestone: Word
    waived: tuple[Word, ...] = ()
    """Milestones that the parties waived."""
    reminded_on: Day | None = None
    expect: ExpectOutcome


class ExpectSuperseding(Part):
    issued: str
    now: str
    supersede: bool


class SupersedingVector(TimedVector):
    """One milestone asked twice: as it was issued, and now."""

    ask: Literal["superseding"]
    document: dict[str, Any]
    milestone: Word
    issued: Clocks
    expect: ExpectSuperseding


class Request(Part):
    """A payer's request; those before it in the list were made before."""

    id: Word
    asked_on: Day
    declined: bool = False
    answered_on: Day | None = None


class ExpectRequest(Part):
    label: Literal["permitted_under_every_reading", "permitted_only_under", "not_permitted"] | None = None
    permitted: dict[Word, bool] | None = None
    reasons: dict[Word, str] | None = None
    next_permitted_on: dict[Word, Day | None] | None = None


class ExpectPayerRule(Part):
    requests: dict[Word, ExpectRequest] = {}
    permitted_from: dict[Word, Day | None] | None = None
    """For each reading the first day of the next request, after all requests of the list."""
    permitted_until: Day | None = None
    most_requests: dict[Word, int] | None = None
    """How many requests each reading permits in all when each is made on the first day it may be."""


class PayerRuleVector(TimedVector):
    ask: Literal["payer_rule"]
    document: dict[str, Any]
    payer_on_day_0: Word
    requests: tuple[Request, ...] = ()
    expect: ExpectPayerRule


class ExpectLine(Part):
    component: Literal["flat_percentage", "table_by_milestone", "base"]
    milestone: Word
    amount: DerivedAmount


class ExpectRefund(Part):
    base: DerivedAmount | None = None
    lines: tuple[ExpectLine, ...] | None = None
    total: DerivedAmount | None = None
    beneficiary: Word | None = None


class RefundVector(Vector):
    """What is owed when milestones failed on the days given."""

    ask: Literal["refund"]
    document: dict[str, Any]
    price: DerivedAmount
    dose_share_percent: Percent = Field(default="100", validate_default=True)
    payer_on_day_0: Word = "PAYER-A"
    failures: dict[Word, Day]
    expect: ExpectRefund


class ExpectLife(Part):
    outcomes: dict[Word, str]
    """For each milestone asserted: finding."""
    first_failures: dict[Word, Day] = {}
    lines: tuple[ExpectLine, ...] | None = None
    total: DerivedAmount
    beneficiary: Word | None = None


class LifeVector(TimedVector):
    """A whole life under an agreement: every milestone and what is owed."""

    ask: Literal["life"]
    document: dict[str, Any]
    price: DerivedAmount
    payer_on_day_0: Word = "PAYER-A"
    waived: tuple[Word, ...] = ()
    expect: ExpectLife


class ExpectProblems(Part):
    problems: tuple[str, ...]
    """Exactly the problems, each as pointer and code; none for a sound document."""


class DocumentVector(Vector):
    """A document, and what the reader and the linter say about it."""

    ask: Literal["document"]
    document: dict[str, Any]
    expect: ExpectProblems


AnyVector: TypeAlias = Annotated[
    DueDatesVector
    | LocalDatesVector
    | WindowVector
    | EvidenceVector
    | ComparisonsVector
    | MeasureVector
    | CriterionVector
    | LogicVector
    | OutcomeVector
    | SupersedingVector
    | PayerRuleVector
    | RefundVector
    | LifeVector
    | DocumentVector,
    Field(discriminator="ask"),
]
