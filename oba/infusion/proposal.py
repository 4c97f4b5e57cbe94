"""A determination while it waits for its second person, and once that person has approved it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from oba.infusion.events import DeterminationProposed


@dataclass(frozen=True)
class Proposal:
    """A determination put before a second person, and who put it there."""

    event: DeterminationProposed
    proposed_by: str
    proposed_on: date
    endorsed_by: Mapping[str, str] = field(default_factory=dict)
    """By role, who approved it already, where the agreement asks for several roles (C45)."""


@dataclass(frozen=True)
class Issued:
    """An approved determination: it counts until a superseding one is approved (settled F10)."""

    proposal: Proposal
    approved_by: str
    approved_on: date
    event_id: UUID
    before: "Issued | None" = None
    """The determination of the milestone that it superseded."""
