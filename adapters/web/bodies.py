"""What the bodies of all commands are: the project's own facts, with plain references where facts keep digests."""

from typing import Literal

from pydantic import Field, field_validator

from adapters.records.identity import Identity
from adapters.web.body import RequestBody
from oba.dates import Day, Instant
from oba.facts.any_fact import AnyFact
from oba.facts.base import Fact
from oba.facts.correction import CorrectionReason, RetractionReason
from oba.facts.enrolment import EnrolledUnderAgreement
from oba.facts.infused import Infused
from oba.facts.recorded import Source
from oba.infusion.events import RequestItem
from oba.units import Code, Digest, NotNegative, Positive

THROUGH_API = Source(system="api")
OWN_ADDRESSES = {
    Infused.kind_name(): "an infusion is registered once; use POST /v1/infusions",
    EnrolledUnderAgreement.kind_name(): "an enrolment has its own address; use POST /v1/infusions/{code}/enrolments",
}


class Administration(RequestBody):
    """The single administration as it is told: weight in kg, volume in mL, share of the dose in percent."""

    product: Code
    htc_id: Code
    ended_at: Instant | None = None
    weight_kg: Positive = Field(le=400)
    volume_ml: Positive
    vials: int = Field(strict=True, ge=1, le=100)
    kit_lot_digests: tuple[Digest, ...] = Field(min_length=1, max_length=10)
    ndc: str = Field(strict=True, pattern=r"^[0-9]{5}-[0-9]{4}-[0-9]{2}$")
    dose_share_percent: NotNegative = Field(le=100)


class Told(RequestBody):
    """When something happened: the local date at the HTC, or the instant with its offset, or both if they agree."""

    occurred_on: Day | None = None
    occurred_at: Instant | None = None


class RegisterInfusionBody(RequestBody):
    """An infusion with its patient; `occurred_at` is the instant at which it began."""

    patient: Identity
    """It goes into the vault and nowhere else."""
    occurred_at: Instant
    fact: Administration
    source: Source = THROUGH_API


class EnrolInfusionBody(Told):
    """An enrolment under a version of an agreement."""

    fact: EnrolledUnderAgreement
    source: Source = THROUGH_API


class RecordFactBody(Told):
    """One fact of any kind, but for those that have an address of their own."""

    fact: AnyFact
    source: Source = THROUGH_API

    @field_validator("fact")
    @classmethod
    def _has_no_own_address(cls, fact: Fact) -> Fact:
        if fact.kind in OWN_ADDRESSES:
            raise ValueError(OWN_ADDRESSES[fact.kind])
        return fact


class CorrectFactBody(Told):
    """The whole new content of a fact, its day, and why it is corrected."""

    reason: CorrectionReason
    source_sequence: int | None = Field(default=None, strict=True, ge=0)
    fact: AnyFact
    source: Source = THROUGH_API

    @field_validator("fact")
    @classmethod
    def _is_not_the_infusion(cls, fact: Fact) -> Fact:
        if isinstance(fact, Infused):
            raise ValueError("the infusion itself has its own address; use POST /v1/infusions/{code}/corrections")
        return fact


class CorrectInfusionBody(RequestBody):
    """The whole new content of the administration, the instant at which it began, and why it is corrected."""

    reason: CorrectionReason
    source_sequence: int | None = Field(default=None, strict=True, ge=0)
    occurred_at: Instant
    fact: Administration
    source: Source = THROUGH_API


class RetractFactBody(Told):
    """Why a fact is taken back, and when."""

    reason: RetractionReason
    source: Source = THROUGH_API


class ProposeWaiverBody(RequestBody):
    """A milestone that is to be waived, and the clause under which."""

    agreement_id: Code
    milestone: Code
    clause: Code


class ProposeDeterminationBody(RequestBody):
    """The milestone of an agreement that the engine shall judge now."""

    agreement_id: Code
    milestone: Code


class ReturnDeterminationBody(RequestBody):
    """Why a proposed determination goes back."""

    reason: Literal["evidence_questioned", "evidence_incomplete", "terms_questioned", "unverified_reference"]


class RecordDataRequestBody(RequestBody):
    """What a payer asks for under one of its rules, and the day on which it asked."""

    rule_id: Code
    items: tuple[RequestItem, ...] = Field(min_length=1)
    asked_on: Day


class AnswerDataRequestBody(RequestBody):
    """What was provided, and when."""

    items: tuple[RequestItem, ...] = Field(min_length=1)
    provided_on: Day


class DeclineDataRequestBody(RequestBody):
    """Why a request is declined, and when."""

    reason: Literal["not_permitted", "consent_missing", "not_under_care", "duplicate"]
    declined_on: Day


REQUEST_MODELS: tuple[type[RequestBody], ...] = (
    RegisterInfusionBody,
    EnrolInfusionBody,
    RecordFactBody,
    CorrectFactBody,
    CorrectInfusionBody,
    RetractFactBody,
    ProposeWaiverBody,
    ProposeDeterminationBody,
    ReturnDeterminationBody,
    RecordDataRequestBody,
    AnswerDataRequestBody,
    DeclineDataRequestBody,
)
