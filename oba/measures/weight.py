"""The weight in force on a day: the last recorded on or before it, otherwise that of the infusion (settled C11)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from oba.evidence import Evidence, Item
from oba.facts.base import Fact
from oba.facts.life_event import WeightMeasured


@dataclass(frozen=True)
class Weight:
    """A weight in kg, and the fact that says it."""

    kg: Fraction
    item: Item[Fact]


def weight_on(evidence: Evidence, day: date) -> Weight | None:
    """The weight in force on a day; None where neither a weight nor the infusion is known.

    The infusion weighs the patient as well: a weight from before it does not outlast it.
    """
    measured = [item for item in evidence.of(WeightMeasured) if item.occurred_on <= day]
    infused = evidence.infused
    last = measured[-1] if measured else None
    if infused is None:
        return None if last is None else Weight(Fraction(last.fact.weight_kg), last)
    overtaken = last is not None and last.occurred_on < infused.occurred_on <= day
    if last is None or overtaken:
        return Weight(Fraction(infused.fact.weight_kg), infused)
    return Weight(Fraction(last.fact.weight_kg), last)
