"""Everything that can ever have happened in an infusion's stream: facts, their corrections, and decisions."""

from typing import Any, ClassVar, Literal, TypeAlias, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from oba.dates import Day
from oba.determination.determination import Determination, Outcome, RefundLine
from oba.facts.any_fact import FACT_TYPES
from oba.facts.base import Body
from oba.facts.correction import FactCorrected, FactRetracted, FactsMoved
from oba.later import WithLaterFields
from oba.money import Amount, Currency
from oba.payer_rule import RequestVerdict
from oba.units import Code, Digest

Rung: TypeAlias = Literal["t_minus_30", "t_minus_7", "due", "t_plus_7", "closes_minus_3"]
SkipReason: TypeAlias = Literal[
    "evidence_arrived",
    "determined",
    "patient_died",
    "consent_withdrawn",
    "enrolment_ended",
    "window_closed",
    "overtaken_by_later_rung",
    "no_recipient",
]
RequestItem: TypeAlias = Literal["factor_activity", "bleeds", "fix_product_use", "inhibitor"]


class DataRequested(Body):
    """A payer asked for follow-up data; the verdict under every reading stands beside it (settled E2)."""

    kind: Literal["data_requested"] = "data_requested"
    request_id: UUID
    payer_id: Code
    rule_id: Code
    rule_hash: Digest
    items: tuple[RequestItem, ...] = Field(min_length=1)
    verdict: RequestVerdict


class DataProvided(Body):
    """Data requested before were provided, wholly or in part."""

    kind: Literal["data_provided"] = "data_provided"
    request_id: UUID
    items: tuple[RequestItem, ...] = Field(min_length=1)


class DataRequestDeclined(Body):
    """A request was declined, with a coded reason; it moves no clock."""

    kind: Literal["data_request_declined"] = "data_request_declined"
    request_id: UUID
    reason: Literal["not_permitted", "consent_missing", "not_under_care", "duplicate"]


class RefundDifference(BaseModel):
    """What an approval would trigger or adjust for one milestone and beneficiary; negative where it credits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    milestone: Code
    beneficiary: Code
    amount: Amount


class PayeePart(BaseModel):
    """One payer that a refund follows, and its weight as n or n/d; no payer: that part is void (settled F11)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    payer_id: Code | None
    weight: str = Field(strict=True, pattern=r"^[1-9][0-9]*(/[1-9][0-9]*)?$")


class DeterminationProposed(Body, WithLaterFields):
    """The engine's answer for a milestone, put before a second person: `refund` is what the milestone costs,
    `differences` is everything that the approval would trigger, also for other milestones.
    """

    LATER: ClassVar[frozenset[str]] = frozenset({"payees"})

    kind: Literal["determination_proposed"] = "determination_proposed"
    determination: Determination
    base: Amount
    """The base on which the milestone is judged; it keeps it until its own superseding determination (settled F10)."""
    refund: tuple[RefundLine, ...]
    differences: tuple[RefundDifference, ...]
    currency: Currency
    beneficiary: Code
    supersedes: UUID | None = None
    payees: tuple[PayeePart, ...] = ()
    """Left out, the beneficiary alone; otherwise how its refund is split by who covered (C41)."""


class MilestoneDetermined(Body):
    """A proposed determination was approved; from now on it counts, until a superseding one is approved (settled
    F10).
    """

    kind: Literal["milestone_determined"] = "milestone_determined"
    determination_id: UUID
    agreement_id: Code
    milestone: Code
    outcome: Outcome
    supersedes: UUID | None = None


class DeterminationEndorsed(Body):
    """One of several roles approved a proposed determination; it counts once every role has (C45)."""

    kind: Literal["determination_endorsed"] = "determination_endorsed"
    determination_id: UUID
    agreement_id: Code
    milestone: Code
    role: Code


class DeterminationReturned(Body):
    """A proposed determination was sent back, with a coded reason."""

    kind: Literal["determination_returned"] = "determination_returned"
    determination_id: UUID
    reason: Literal["evidence_questioned", "evidence_incomplete", "terms_questioned", "unverified_reference"]


class MilestoneWaiverProposed(Body):
    """The parties want to waive a milestone under a clause; it counts once a second person has approved it."""

    kind: Literal["milestone_waiver_proposed"] = "milestone_waiver_proposed"
    waiver_id: UUID
    agreement_id: Code
    milestone: Code
    clause: Code


class MilestoneWaived(Body):
    """The parties waive a milestone under a clause: one person proposed it, a second one approved it."""

    kind: Literal["milestone_waived"] = "milestone_waived"
    waiver_id: UUID | None = None
    """None in events from before waivers were proposed; so with `proposed_by`."""
    agreement_id: Code
    milestone: Code
    clause: Code
    proposed_by: Code | None = None
    approved_by: Code


class RefundTriggered(Body):
    """An approved determination obliges a refund for this infusion alone, before caps over several (decided point
    9).
    """

    kind: Literal["refund_triggered"] = "refund_triggered"
    determination_id: UUID
    agreement_id: Code
    milestone: Code
    clause: str
    amount: Amount = Field(gt=0)
    currency: Currency
    beneficiary: Code


class RefundAdjusted(Body):
    """The difference to what was triggered before for this milestone: more, or a credit (negative)."""

    kind: Literal["refund_adjusted"] = "refund_adjusted"
    determination_id: UUID
    supersedes: UUID
    agreement_id: Code
    milestone: Code
    difference: Amount
    currency: Currency
    beneficiary: Code


class Reminder(BaseModel):
    """What a reminder is about: its id, the milestone with its due date, the rung, and who is to be told."""

    reminder_id: UUID
    agreement_id: Code
    milestone: Code
    rung: Rung
    recipient: Code
    """A person of the directory; the address is never in an event."""
    due_on: Day

    @property
    def reminder(self) -> dict[str, Any]:
        """These fields by name, for the next thing that is about the same reminder."""
        return {name: getattr(self, name) for name in Reminder.model_fields}


class ReminderSent(Reminder, Body):
    """Somebody was told that a milestone is due; recorded exactly once for each reminder id."""

    kind: Literal["reminder_sent"] = "reminder_sent"


class ReminderSkipped(Reminder, Body):
    """A reminder was not needed any more, with the reason."""

    kind: Literal["reminder_skipped"] = "reminder_skipped"
    reason: SkipReason


Correction: TypeAlias = FactCorrected | FactRetracted | FactsMoved
Decision: TypeAlias = (
    DataRequested
    | DataProvided
    | DataRequestDeclined
    | DeterminationProposed
    | DeterminationEndorsed
    | MilestoneDetermined
    | DeterminationReturned
    | MilestoneWaiverProposed
    | MilestoneWaived
    | RefundTriggered
    | RefundAdjusted
    | ReminderSent
    | ReminderSkipped
)

CORRECTION_TYPES: tuple[type[Body], ...] = get_args(Correction)
DECISION_TYPES: tuple[type[Body], ...] = get_args(Decision)
INFUSION_EVENT_TYPES: tuple[type[Body], ...] = (*FACT_TYPES, *CORRECTION_TYPES, *DECISION_TYPES)
