"""The reasoned outcome of one milestone of one infusion under one agreement, as known at an instant."""

from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from oba.dates import Day, Instant
from oba.later import WithLaterFields
from oba.money import Amount
from oba.schedule import Obligation
from oba.terms.consequences import EventCosts
from oba.trace import Trace, Wanted

ENGINE_EDITION = "2026-1"
"""The name of this engine's behaviour; a change that would alter an issued determination takes a new one (decided
point 8).
"""

Outcome: TypeAlias = Literal["met", "not_met", "not_evaluable", "waived", "excluded"]
Finding: TypeAlias = Literal["met", "not_met", "not_evaluable", "waived", "excluded", "not_yet"]
Reason: TypeAlias = Literal[
    "criterion",
    "missing_data",
    "life_event",
    "waived",
    "excluded",
    "enrolment_taken_back",
    "anchor_taken_back",
    "adjudicated",
    "evidence_may_still_come",
    "not_opened",
]


class RefundLine(BaseModel):
    """One line of a refund: component and clause, the formula with numbers put in, and the amount."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    component: str
    clause: str
    milestone: str
    formula: str
    amount: Amount


class Determination(WithLaterFields):
    """The answer with its reasons; `not_yet` while evidence may still come that could change it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    LATER: ClassVar[frozenset[str]] = frozenset(
        {"confirmed_on", "failed_parts", "tier", "share", "latched_from", "costs"}
    )

    determination_id: UUID
    """Derived from what decides: infusion, agreement version, milestone, finding, decisive facts; not from the clock.
    """
    infusion_id: UUID
    agreement_id: str
    terms_hash: str
    milestone: str
    obligation: Obligation
    as_of: Day
    known_at: Instant
    evidence_digest: str
    reference_hash: str
    engine_edition: str
    finding: Finding
    reason: Reason
    first_failure_on: Day | None = None
    confirmed_on: Day | None = None
    """When the failure was confirmed, where the terms ask for it (C20)."""
    failed_parts: tuple[str, ...] = ()
    """The named parts of the criterion that are false (C28)."""
    tier: str | None = None
    """The tier that was reached, where the criterion has tiers (C19)."""
    share: str | None = None
    """The part of the milestone's row that is owed, written n/d, where missing data are prorated (settled D4)."""
    latched_from: str | None = None
    """The milestone whose failure still stands, where this one fails for that reason only (C21)."""
    costs: EventCosts | None = None
    """What the life event costs that decided, instead of the milestone's own row, where its row of the consequence
    table names that (settled F1).
    """
    unverified: tuple[str, ...] = ()
    """Reference rows tagged [R] or [D] on which the finding rests; such a determination cannot be approved."""
    decisive_fact_ids: tuple[UUID, ...] = ()
    trace: Trace

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """The evidence that is still needed for an answer; empty when everything needed is there."""
        seen: dict[str, Wanted] = {}
        if self.finding in ("not_yet", "not_evaluable"):
            for step in self.trace.every():
                for one in step.wanted:
                    seen.setdefault(one.what, one)
        return tuple(seen.values())
