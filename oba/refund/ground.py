"""What every component of a refund is worked out from: the base, the dates, and what was determined."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from oba.dates import MonthEnd
from oba.determination.determination import Finding
from oba.money import Currency, Rounding
from oba.refund.failure import Failure
from oba.refund.volume_unit import VolumeUnit


@dataclass(frozen=True)
class Determined:
    """A milestone with its outcome, whatever it is, and when that was approved."""

    milestone: str
    finding: Finding
    due_on: date
    determined_on: date | None = None
    tier: str | None = None
    was_met_on: date | None = None
    """When an earlier determination that found it met was approved, where this one supersedes that."""


@dataclass(frozen=True)
class Ground:
    """The base in cents of one infusion, its Day 0, the conventions, and every outcome that is known.

    `failures` are those that count together after the rule for several failures, in the order of their dates.
    """

    base: int
    failures: tuple[Failure, ...]
    rounding: Rounding
    day_0: date | None = None
    """None where a document is only asked what its rows cost; a component that counts from Day 0 then refuses."""
    month_end: MonthEnd = "clamp"
    currency: Currency = "USD"
    determined: tuple[Determined, ...] = ()
    as_of: date | None = None
    """The day on which instalments are looked at; None is after everything."""
    instalments_cancelled_on: date | None = None
    """The day of the earliest event whose consequence is `cancel_instalments` (settled F1)."""
    infusion_id: UUID | None = None
    units: tuple[VolumeUnit, ...] = ()
    """All infusions that a volume component counts, this one among them; none where the statement counts them."""
