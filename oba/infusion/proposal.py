"""A determination while it waits for its second person, and once that person has approved it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from oba.infusion.events import DeterminationProposed


@dataclass(frozen=True)
class Proposal:
    """A determination put before a second person, and who put it there."""

    event: DeterminationProposed
    proposed_by: str
    proposed_on: date


@dataclass(frozen=True)
class Issued:
    """An approved determination: it counts until a superseding one is approved (settled F10)."""

    proposal: Proposal
    approved_by: str
    approved_on: date
    event_id: UUID
