"""How much the components of a refund can come to, in percent of the base (C23-C28, C33)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from oba.terms.refund.any_component import Component
from oba.terms.refund.flat_amount import FlatAmount
from oba.terms.refund.flat_percentage import FlatPercentage
from oba.terms.refund.guaranteed import Guaranteed
from oba.terms.refund.instalments import Instalments
from oba.terms.refund.net_price_tiers import NetPriceTiers, TierReached
from oba.terms.refund.pro_rata import ProRata
from oba.terms.refund.table_by_milestone import MilestoneRow, TableByMilestone
from oba.terms.refund.table_by_period import TableByPeriod
from oba.terms.refund.volume import Volume
from oba.terms.refund.weights import PerMeasure, Weights
from oba.terms.stated import Stated


@dataclass(frozen=True)
class Most:
    """The most that a component can come to, in percent of the base: once, and beside that by milestone.

    A stated amount counts nothing here, since no document knows the base.
    """

    once: Fraction = Fraction(0)
    by_milestone: dict[str, Fraction] = field(default_factory=dict)


def most_of(component: Component, judged: tuple[str, ...]) -> Most:
    """The most that the percentages of a component can come to among these judged milestones."""
    match component:
        case FlatPercentage():
            return Most(once=Fraction(component.percent))
        case TableByMilestone():
            return Most(by_milestone={name: _of_row(row) for name, row in component.rows.items()})
        case TableByPeriod():
            return Most(by_milestone=dict.fromkeys(judged, _highest(component.rows)))
        case ProRata():
            return Most(by_milestone=dict.fromkeys(judged, Fraction(component.percent)))
        case Weights():
            return _most_of_weights(component, judged)
        case Guaranteed():
            return Most(once=_highest((component.refund,)))
        case Volume():
            return Most(once=_highest(component.tiers))
        case NetPriceTiers():
            return Most(once=_most_off(component))
        case FlatAmount() | Instalments():
            return Most()
        case _:  # pragma: no cover
            assert_never(component)


def _most_of_weights(component: Weights, judged: tuple[str, ...]) -> Most:
    percent = Fraction(component.percent)
    if isinstance(component.per, PerMeasure):
        if component.per.repeat == "once_per_loss":
            return Most(once=percent)
        return Most(by_milestone=dict.fromkeys(judged, percent))
    if component.per.reweight:
        return Most(once=percent)
    total = Fraction(sum(component.per.milestones.values(), Decimal(0)))
    return Most(
        by_milestone={name: percent * Fraction(weight) / total for name, weight in component.per.milestones.items()}
    )


def _most_off(component: NetPriceTiers) -> Fraction:
    reached = component.reached
    prices: tuple[Stated, ...] = (
        tuple(reached.net_prices.values()) if isinstance(reached, TierReached) else reached.rows
    )
    return max((100 - percent for percent in percents(prices)), default=Fraction(0))


def _of_row(row: MilestoneRow) -> Fraction:
    return _highest((row,)) if isinstance(row, Stated) else Fraction(row)


def _highest(stated: tuple[Stated, ...]) -> Fraction:
    return max(percents(stated), default=Fraction(0))


def percents(stated: Iterable[Stated]) -> tuple[Fraction, ...]:
    """The percentages that count: those without an amount beside them."""
    return tuple(Fraction(one.percent) for one in stated if one.amount is None and one.percent is not None)
