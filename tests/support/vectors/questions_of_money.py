"""What a vector asks of all money of one infusion: base, every line, payers, beneficiaries, and differences."""

from typing import Annotated, Any, Literal

from pydantic import Field

from oba.dates import Day
from oba.money import Rounding
from oba.terms.refund.beneficiaries import Beneficiaries
from oba.terms.refund.clawback import Clawback
from tests.support.vectors.money import DerivedAmount
from tests.support.vectors.vector import Part, Sentence, TimedVector, Vector, Word

ShareOfRow = Annotated[str, Field(strict=True, pattern=r"^[0-9]{1,6}/[1-9][0-9]{0,5}$")]


class Failing(Part):
    """A milestone that is not met, with the dates that a rule about money may name."""

    first_failure_on: Day
    due_on: Day | None = None
    confirmed_on: Day | None = None
    determined_on: Day | None = None
    share: ShareOfRow = "1/1"
    latched_from: Word | None = None
    costs: dict[str, Any] | None = None
    """What the consequence table names for the event that decided."""
    base: DerivedAmount | None = None
    """Cents on which it was approved, where that was another base."""
    rows: dict[Word, str] | None = None
    """The rows of a table by milestone of the version under which it was approved, where that was another one."""


class Judged(Part):
    """Another milestone with its outcome."""

    finding: Literal["met", "waived", "excluded", "not_evaluable"]
    due_on: Day


class CountedUnit(Part):
    """An infusion that a volume component counts."""

    id: Word
    infused_on: Day
    base: DerivedAmount


class ExpectMoneyLine(Part):
    component: Word
    milestone: Word
    amount: DerivedAmount
    formula: Sentence | None = None


class ExpectDifference(Part):
    amount: DerivedAmount
    kind: Literal["adjustment", "credit"]


class ExpectMoney(Part):
    base: DerivedAmount | None = None
    lines: tuple[ExpectMoneyLine, ...] | None = None
    """Exactly the lines, in their order."""
    cuts: dict[Word, DerivedAmount] | None = None
    """The sum of the lines of each component that takes something away; exactly these."""
    total: DerivedAmount | None = None
    by_payee: dict[Word, DerivedAmount] | None = None
    by_milestone: dict[Word, DerivedAmount] | None = None
    by_beneficiary: dict[Word, DerivedAmount] | None = None
    differences: dict[Word, ExpectDifference] | None = None
    """For each payer what is owed less what was issued; exactly these."""
    refused: tuple[Word, ...] | None = None
    """Exactly the codes of the problems for which no amount comes out."""


class MoneyVector(TimedVector):
    """All that is owed for one infusion under one agreement; facts are covers, assumptions and offsets."""

    ask: Literal["money"]
    document: dict[str, Any]
    price: DerivedAmount
    payer_on_day_0: Word = "PAYER-A"
    failures: dict[Word, Failing] = Field(default={})
    outcomes: dict[Word, Judged] = Field(default={})
    issued: dict[Word, DerivedAmount] = Field(default={})
    """What was triggered before, by payer."""
    issued_under_an_earlier_version: dict[Word, DerivedAmount] = Field(default={})
    """What was triggered before under another version, by milestone."""
    elsewhere: DerivedAmount = 0
    """What was triggered for the infusion under the agreements of the joint limit."""
    units: tuple[CountedUnit, ...] = ()
    """All infusions that a volume component counts; the one that is asked about is called `this`."""
    expect: ExpectMoney


class ExpectShares(Part):
    shares: dict[Word, DerivedAmount]


class SharesVector(Vector):
    """One payer's total to date, shared among its beneficiaries."""

    ask: Literal["shares"]
    document: Beneficiaries
    total: DerivedAmount
    rounding: Rounding = "half_even"
    expect: ExpectShares


class ExpectClawback(Part):
    taken_back: bool


class ClawbackVector(Vector):
    """A refund whose failure is taken back on a later day."""

    ask: Literal["clawback"]
    document: Clawback | None
    approved_on: Day
    superseded_on: Day
    expect: ExpectClawback


class Claim(Part):
    """What one infusion is owed before a shared cap."""

    infusion: Word
    infused_on: Day
    dated_on: Day
    owed: DerivedAmount
    issued: DerivedAmount = 0
    """What the statement has granted before."""


class ExpectSharedCap(Part):
    granted: dict[Word, DerivedAmount]


class SharedCapVector(Vector):
    """One limit over several infusions."""

    ask: Literal["shared_cap"]
    document: dict[str, Any]
    claims: tuple[Claim, ...]
    expect: ExpectSharedCap
