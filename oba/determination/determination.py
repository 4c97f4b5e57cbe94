"""The reasoned outcome of one milestone of one infusion under one agreement, as known at an instant."""

from typing import Literal, TypeAlias
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from oba.dates import Day, Instant
from oba.money import Amount
from oba.schedule import Obligation
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


class Determination(BaseModel):
    """The answer with its reasons; `not_yet` while evidence may still come that could change it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

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
