"""Vectors about settlement: claims, interest, payments, lines, disputes, comparison, audit, disclosure, population."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from oba.dates import Day
from oba.money import Amount, Rounding
from oba.terms.business_days import BusinessDays
from oba.terms.settlement.audit_right import AuditRight
from oba.terms.settlement.claim_window import ClaimWindow
from oba.terms.settlement.confidentiality import Confidentiality, DisclosedField, Recipient
from oba.terms.settlement.dispute_terms import DisputeTerms
from oba.terms.settlement.invoicing import Interest
from oba.terms.settlement.population import PopulationRule
from tests.support.vectors.money import DerivedAmount
from tests.support.vectors.vector import Part, Vector, Word


class AskClaim(Part):
    """A refund approved on a day, and what was asked for when."""

    approved_on: Day
    due_on: Day
    claimed_on: Day | None = None
    first_request_on: Day | None = None
    stopped_days: int = 0
    business_days: BusinessDays | None = None


class ExpectClaim(Part):
    first_on: Day | None = None
    last_on: Day | None = None
    would_end_on: Day | None = None
    standing: Literal["open", "claimed", "lapsed", "stays_owed", "paid_unasked"] | None = None


class ClaimVector(Vector):
    ask: Literal["claim"]
    document: ClaimWindow
    asked: AskClaim
    expect: ExpectClaim


class Late(Part):
    """An amount, the day it was due, the day it was paid; or a dispute about it and how it ended."""

    principal: DerivedAmount
    due_on: Day
    paid_on: Day
    rounding: Rounding = "half_even"
    resolved_on: Day | None = None
    upheld: bool = False


class ExpectInterest(Part):
    interest: DerivedAmount | None = None
    runs_from: Day | None = None


class InterestVector(Vector):
    ask: Literal["interest"]
    document: Interest
    asked: Late
    expect: ExpectInterest


class Open(Part):
    reference: Word
    due_on: Day
    amount: Amount
    is_interest: bool = False


class Paid(Part):
    payer: Word
    trace_number: Word
    references: tuple[Word, ...]
    amount: Amount


class Money(Part):
    open: tuple[Open, ...]
    paid: tuple[Paid, ...]


class ExpectAllocation(Part):
    settled: dict[Word, DerivedAmount] | None = None
    interest: dict[Word, DerivedAmount] | None = None
    credit: DerivedAmount | None = None
    suspense: DerivedAmount | None = None
    duplicates: tuple[int, ...] | None = None


class PaymentsVector(Vector):
    ask: Literal["payments"]
    asked: Money
    expect: ExpectAllocation


class Line(Part):
    """A line by the letters of its columns: claimed F, adjusted G, disputed H, paid I; amounts L, M, N, O; U unpaid."""

    F: int
    G: int = 0
    H: int = 0
    I: int  # noqa: E741 - the letter of the column
    L: Amount
    M: Amount = 0
    N: Amount = 0
    O: Amount  # noqa: E741 - the letter of the column
    U_units: int = 0
    U_amount: Amount = 0
    adjustment_codes: tuple[str, ...] = ()
    dispute_codes: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


class Statement(Part):
    lines: dict[Word, Line]
    interest: Amount = 0


class ExpectStatement(Part):
    problems: dict[Word, tuple[str, ...]] | None = None
    """Exactly the lines with problems."""
    amount_paid: DerivedAmount | None = None
    total_remittance: DerivedAmount | None = None


class StatementVector(Vector):
    ask: Literal["statement"]
    asked: Statement
    expect: ExpectStatement


class Answer(Part):
    billed: Amount
    paid: Amount
    codes: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    opened_on: Day | None = None
    resolved_on: Day | None = None


class ExpectAnswer(Part):
    response: str | None = None
    disputed: DerivedAmount | None = None
    payable_now: DerivedAmount | None = None
    over: DerivedAmount | None = None
    is_dispute: bool | None = None
    steps: tuple[tuple[Word, Day, Day], ...] | None = None
    stopped_days: int | None = None


class DisputeVector(Vector):
    ask: Literal["dispute"]
    document: DisputeTerms | None = None
    asked: Answer
    expect: ExpectAnswer


class Row(Part):
    key: Word
    amount: Amount
    fields: dict[Word, str] = Field(default={})


class Files(Part):
    ours: tuple[Row, ...]
    theirs: tuple[Row, ...]


class ExpectComparison(Part):
    findings: dict[Word, str]
    gaps: dict[Word, DerivedAmount] = Field(default={})


class ComparisonVector(Vector):
    ask: Literal["comparison"]
    asked: Files
    expect: ExpectComparison


class Audit(Part):
    announced_on: Day
    held_on: Day
    reaches_back_to: Day
    earlier: tuple[Day, ...] = ()
    last_determination_on: Day | None = None


class ExpectAudit(Part):
    refused: tuple[str, ...] | None = None
    kept_until: Day | None = None


class AuditVector(Vector):
    ask: Literal["audit"]
    document: AuditRight
    asked: Audit
    expect: ExpectAudit


class Shown(Part):
    recipient: Recipient
    content: dict[DisclosedField, str]


class ExpectShown(Part):
    shown: dict[str, str]


class DisclosureVector(Vector):
    ask: Literal["disclosure"]
    document: Confidentiality
    asked: Shown
    expect: ExpectShown


class Members(Part):
    """So many infusions with one outcome, base and refund each, infused and approved on the same days."""

    count: int = 1
    outcome: Literal["met", "not_met", "missing_as_failed", "not_judged"]
    infused_on: Day
    approved_on: Day | None = None
    base: Amount
    refunded: Amount = 0


class Cohort(Part):
    members: tuple[Members, ...]
    rounding: Rounding = "half_even"


class ExpectPopulation(Part):
    judged: int | None = None
    successes: int | None = None
    needed: int | None = None
    refund: DerivedAmount | None = None
    price_for_each: DerivedAmount | None = None
    price_percent: str | None = None
    problem: Literal["empty_population"] | None = None


class PopulationVector(Vector):
    ask: Literal["population"]
    document: PopulationRule
    asked: Cohort
    expect: ExpectPopulation


class Periods(Part):
    """The lines of each period in order; a period without a line is an empty list."""

    periods: tuple[tuple[Amount, ...], ...]


class ExpectNetting(Part):
    """Of each period in order: payable, carried on as a negative amount, returned."""

    payable: tuple[DerivedAmount, ...]
    carried: tuple[DerivedAmount, ...]
    returned: tuple[DerivedAmount, ...]


class NettingVector(Vector):
    ask: Literal["netting"]
    asked: Periods
    expect: ExpectNetting


SettlementVector: TypeAlias = Annotated[
    ClaimVector
    | InterestVector
    | PaymentsVector
    | StatementVector
    | DisputeVector
    | ComparisonVector
    | AuditVector
    | DisclosureVector
    | PopulationVector
    | NettingVector,
    Field(discriminator="ask"),
]
