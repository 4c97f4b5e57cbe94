"""Everything that anyone can ask of an infusion's stream; the answers are events, or a refusal."""

from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from oba.dates import Day, Instant
from oba.facts.any_fact import AnyFact
from oba.facts.correction import CorrectionReason, RetractionReason
from oba.facts.enrolment import EnrolledUnderAgreement
from oba.facts.infused import Infused
from oba.facts.recorded import Source
from oba.infusion.events import Reminder, RequestItem, SkipReason
from oba.units import Code


class Command(BaseModel):
    """What every command carries: its own id (also the seed of the ids of its events), the infusion, and who asks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    command_id: UUID
    infusion_id: UUID
    actor: Code
    correlation_id: UUID | None = None


class When(BaseModel):
    """The local date at the HTC, and the instant where it is known; both were fixed on entry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    occurred_on: Day
    occurred_at: Instant | None = None


class RegisterInfusion(Command):
    """Open the stream of an infusion."""

    kind: Literal["register_infusion"] = "register_infusion"
    when: When
    fact: Infused
    source: Source


class EnrolInfusion(Command):
    """Place the infusion under a version of an agreement."""

    kind: Literal["enrol_infusion"] = "enrol_infusion"
    when: When
    fact: EnrolledUnderAgreement
    source: Source


class RecordFact(Command):
    """Add one reported fact."""

    kind: Literal["record_fact"] = "record_fact"
    when: When
    fact: AnyFact
    source: Source


class CorrectFact(Command):
    """Replace what a fact says, by one more fact that carries the whole content."""

    kind: Literal["correct_fact"] = "correct_fact"
    fact_id: UUID
    reason: CorrectionReason
    source_sequence: int | None = Field(default=None, strict=True, ge=0)
    when: When
    fact: AnyFact
    source: Source


class RetractFact(Command):
    """Take a fact back."""

    kind: Literal["retract_fact"] = "retract_fact"
    fact_id: UUID
    reason: RetractionReason
    when: When
    source: Source


class ProposeWaiver(Command):
    """Put before a second person that a milestone is waived under a clause."""

    kind: Literal["propose_waiver"] = "propose_waiver"
    agreement_id: Code
    milestone: Code
    clause: Code


class ApproveWaiver(Command):
    """Approve a proposed waiver; the actor is another person than who proposed it."""

    kind: Literal["approve_waiver"] = "approve_waiver"
    waiver_id: UUID
    acting_as: Code
    """The role in which the actor approves, as with a determination."""


class ProposeDetermination(Command):
    """Have the engine judge a milestone as known now and put the answer before a second person."""

    kind: Literal["propose_determination"] = "propose_determination"
    agreement_id: Code
    milestone: Code


class ApproveDetermination(Command):
    """Approve a proposed determination."""

    kind: Literal["approve_determination"] = "approve_determination"
    determination_id: UUID
    acting_as: Code
    """The role in which the actor approves; the agreement's authority clause says which one counts (decided point
    14).
    """


class ReturnDetermination(Command):
    """Send a proposed determination back."""

    kind: Literal["return_determination"] = "return_determination"
    determination_id: UUID
    reason: Literal["evidence_questioned", "evidence_incomplete", "terms_questioned", "unverified_reference"]


class RequestData(Command):
    """Record that a payer asks for follow-up data under one of its rules, with the verdict of every reading."""

    kind: Literal["request_data"] = "request_data"
    rule_id: Code
    items: tuple[RequestItem, ...] = Field(min_length=1)
    asked_on: Day


class ProvideData(Command):
    """Record that requested data were provided."""

    kind: Literal["provide_data"] = "provide_data"
    request_id: UUID
    items: tuple[RequestItem, ...] = Field(min_length=1)
    provided_on: Day


class DeclineDataRequest(Command):
    """Record that a request was declined."""

    kind: Literal["decline_data_request"] = "decline_data_request"
    request_id: UUID
    reason: Literal["not_permitted", "consent_missing", "not_under_care", "duplicate"]
    declined_on: Day


class RecordReminder(Reminder, Command):
    """Record that a reminder went out; the second time is answered as the first."""

    kind: Literal["record_reminder"] = "record_reminder"


class SkipReminder(Reminder, Command):
    """Record that a reminder is not needed any more."""

    kind: Literal["skip_reminder"] = "skip_reminder"
    reason: SkipReason


InfusionCommand: TypeAlias = Annotated[
    RegisterInfusion
    | EnrolInfusion
    | RecordFact
    | CorrectFact
    | RetractFact
    | ProposeWaiver
    | ApproveWaiver
    | ProposeDetermination
    | ApproveDetermination
    | ReturnDetermination
    | RequestData
    | ProvideData
    | DeclineDataRequest
    | RecordReminder
    | SkipReminder,
    Field(discriminator="kind"),
]
