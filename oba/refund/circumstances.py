"""What decides an amount beside base and failures: Day 0, outcomes, what others paid, what was triggered elsewhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from oba.consequence import money_ends
from oba.evidence import Evidence
from oba.refund.base import unit_count
from oba.refund.ground import Determined
from oba.refund.offsets import Received, received_of
from oba.refund.volume_unit import VolumeUnit
from oba.terms.agreement import Agreement


@dataclass(frozen=True)
class Circumstances:
    """Everything that is left out takes no part; so a document can be asked what its rows cost."""

    day_0: date | None = None
    determined: tuple[Determined, ...] = ()
    received: tuple[Received, ...] = ()
    units: int = 1
    """The units of account of the infusion."""
    elsewhere: int = 0
    """Cents triggered for the infusion under the agreements with which this one shares a limit (settled F9)."""
    issued: Mapping[str, int] = field(default_factory=dict)
    """Cents by milestone that were triggered under an earlier version, and that this one leaves alone (settled E1)."""
    as_of: date | None = None
    infusion_id: UUID | None = None
    volume_units: tuple[VolumeUnit, ...] = ()
    instalments_cancelled_on: date | None = None
    rights_ended_on: date | None = None
    """The first day of an event that ends refund rights: a failure on it or later costs nothing (settled A7, F1)."""


def circumstances_of(
    agreement: Agreement,
    evidence: Evidence,
    payer_at_infusion: str,
    *,
    infusion_id: UUID | None = None,
    determined: Iterable[Determined] = (),
    elsewhere: int = 0,
    issued: Mapping[str, int] | None = None,
    volume_units: Iterable[VolumeUnit] = (),
) -> Circumstances:
    """What is known of an infusion for the pair of clocks of the evidence.

    `volume_units` are all infusions that a volume component counts; without them the statement counts them.
    """
    infused = evidence.infused
    ends = money_ends(
        agreement.consequences, evidence, payer_at_infusion=payer_at_infusion, month_end=agreement.month_end
    )
    days = {end.effect: end.on for end in reversed(ends)}
    return Circumstances(
        day_0=infused.occurred_on if infused is not None else None,
        determined=tuple(determined),
        received=received_of(evidence, agreement.id),
        units=unit_count(agreement.price, infused.fact.vials if infused is not None else 1),
        elsewhere=elsewhere,
        issued=issued or {},
        as_of=evidence.as_of,
        infusion_id=infusion_id,
        volume_units=tuple(volume_units),
        instalments_cancelled_on=days.get("cancel_instalments"),
        rights_ended_on=days.get("end_refund_rights"),
    )
