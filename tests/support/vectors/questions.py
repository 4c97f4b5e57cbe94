"""What a vector may ask, and what it may expect of the answer: closed models, one for each kind of question."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from oba.dates import Day, Instant, MonthEnd, Offset
from oba.terms.criteria.any_criterion import Criterion
from oba.terms.measures.bleeding_rate import BleedingRate
from oba.terms.measures.factor_activity import FactorActivity
from oba.terms.measures.prophylaxis import Prophylaxis
from oba.trace import Verdict
from oba.units import Comparator, NotNegative, Operator, Percent
from tests.support.vectors.money import DerivedAmount
from tests.support.vectors.questions_of_bleeds import ChangeVector, GarwoodVector, YearlyVector
from tests.support.vectors.questions_of_components import ComponentVector, InstalmentsVector, VolumeVector
from tests.support.vectors.questions_of_criteria import LogicVector, LookingBackVector, SeriesVector
from tests.support.vectors.questions_of_events import CountVector, CoverVector, EligibilityVector, StateVector
from tests.support.vectors.questions_of_kits import KitVector
from tests.support.vectors.questions_of_lives import ExpectLine, LifeVector
from tests.support.vectors.questions_of_money import ClawbackVector, MoneyVector, SharedCapVector, SharesVector
from tests.support.vectors.questions_of_schedules import ScheduleVector
from tests.support.vectors.questions_of_settlement import SettlementVector
from tests.support.vectors.questions_of_versions import ReadingsVector, VersionsVector
from tests.support.vectors.vector import Clocks, Part, TimedVector, Timing, Vector, Word


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
    inside: dict[Word, bool] = Field(default={})
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
    flagged: dict[Word, str] | None = None
    """Facts that count and are pointed out, with the coded reason."""


class MeasureVector(TimedVector):
    ask: Literal["measure"]
    milestone: Timing
    document: Annotated[FactorActivity | BleedingRate | Prophylaxis, Field(discriminator="kind")]
    expect: ExpectMeasure


class ExpectCriterion(Part):
    verdict: Verdict
    reason: str | None = None
    decided_on: Day | None = None
    confirmed_on: Day | None = None
    used: tuple[Word, ...] | None = None
    """Facts that carry the verdict, by name."""
    rejected: dict[Word, str] | None = None
    wanted_until: Day | None = None
    """The last day on which a result that the trace asks for may be drawn."""
    unverified: bool | None = None


class CriterionVector(TimedVector):
    ask: Literal["criterion"]
    milestone: Timing
    document: Criterion
    expect: ExpectCriterion


class ExpectOutcome(Part):
    finding: Literal["met", "not_met", "not_evaluable", "waived", "excluded", "not_yet"]
    reason: str | None = None
    first_failure_on: Day | None = None
    wanted: bool | None = None
    """Whether evidence is named that is still needed."""
    used: tuple[Word, ...] | None = None
    """Facts that carry the finding, by name."""
    clause: str | None = None
    """The clause of the answer."""
    share: str | None = None
    """The part of the milestone's row that is owed, n/d."""
    tier: Word | None = None
    latched_from: Word | None = None
    failed_parts: tuple[str, ...] | None = None
    confirmed_on: Day | None = None
    costs: dict[str, str] | None = None
    """What the life event costs, where its row of the table says that."""
    unverified: bool | None = None
    """Whether the finding rests on an unverified row of the reference tables."""
    not_admitted: dict[Word, str] | None = None
    """Exactly the facts that the agreement does not admit as evidence, each with the reason."""


class OutcomeVector(TimedVector):
    ask: Literal["outcome"]
    document: dict[str, Any]
    milestone: Word
    waived: tuple[Word, ...] = ()
    """Milestones that the parties waived."""
    reminded_on: Day | None = None
    """The first reminder for the milestone that is asked about."""
    payer_on_day_0: Word = "PAYER-A"
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
    requests: dict[Word, ExpectRequest] = Field(default={})
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
    | SeriesVector
    | LookingBackVector
    | OutcomeVector
    | SupersedingVector
    | PayerRuleVector
    | RefundVector
    | MoneyVector
    | SharesVector
    | ClawbackVector
    | SharedCapVector
    | LifeVector
    | DocumentVector
    | VersionsVector
    | ReadingsVector
    | ScheduleVector
    | StateVector
    | CountVector
    | CoverVector
    | EligibilityVector
    | SettlementVector
    | ComponentVector
    | InstalmentsVector
    | VolumeVector
    | KitVector
    | GarwoodVector
    | YearlyVector
    | ChangeVector,
    Field(discriminator="ask"),
]
