"""A refund by the number of units, counted by day of infusion and id, and counted anew each time (settled F13)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from oba.money import Rounding, round_fraction
from oba.refund.exact import Exact, stated
from oba.refund.ground import Ground
from oba.refund.guaranteed import is_determined
from oba.refund.refused import Lines
from oba.refund.volume_unit import VolumeUnit
from oba.terms.refund.volume import Volume, VolumeTier


@dataclass(frozen=True)
class VolumeRefund:
    """What one unit earns: its number in the order, and cents with their formula."""

    unit: VolumeUnit
    number: int
    exact: Exact
    amount: int


def volume(terms: Volume, ground: Ground) -> Lines:
    """The line of this infusion among all units, with the milestone that triggers it; none while no units are given."""
    if not is_determined(terms.milestone, ground):
        return ()
    return tuple(
        found.exact.line("volume", terms.clause, terms.milestone, ground.rounding)
        for found in volume_refunds(terms, ground.units, ground.rounding)
        if found.unit.infusion_id == ground.infusion_id
    )


def volume_refunds(terms: Volume, units: Iterable[VolumeUnit], rounding: Rounding) -> tuple[VolumeRefund, ...]:
    """What every unit earns; units before the first tier earn nothing and are left out."""
    in_order = sorted(units, key=lambda unit: (unit.infused_on, unit.infusion_id))
    found: list[VolumeRefund] = []
    for number, unit in enumerate(in_order, start=1):
        tier = _tier(terms, _counted(terms, number, len(in_order)))
        if tier is not None:
            exact = stated(tier, unit.base).noting(
                f"; unit {number} of {len(in_order)}, tier from unit {tier.from_unit}, {_how(terms)}"
            )
            found.append(VolumeRefund(unit, number, exact, round_fraction(exact.cents, rounding)))
    return tuple(found)


def _counted(terms: Volume, number: int, all_units: int) -> int:
    match terms.counts:
        case "marginal":
            return number
        case "all_units":
            return all_units
        case _:  # pragma: no cover
            assert_never(terms.counts)


def _tier(terms: Volume, number: int) -> VolumeTier | None:
    reached = [tier for tier in terms.tiers if tier.from_unit <= number]
    return reached[-1] if reached else None


def _how(terms: Volume) -> str:
    return "by its own number" if terms.counts == "marginal" else "by the number of all units"
