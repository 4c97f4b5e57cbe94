"""A unit of a volume component: one infusion, whatever its outcome (settled F13)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class VolumeUnit:
    """The infusion, its day, which decides the order, and its base in cents."""

    infusion_id: UUID
    infused_on: date
    base: int
