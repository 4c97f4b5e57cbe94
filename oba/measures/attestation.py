"""Which assessment attests that a record is complete; without one nothing is zero, bleeds or FIX use (settled A8)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from oba.evidence import Evidence, Item
from oba.facts.assessment import MilestoneAssessed
from oba.measures.measured import used
from oba.trace import Trace


@dataclass(frozen=True)
class Attestation:
    """The assessment that a measure rests on, and the day through which it attests."""

    record: str
    through: date
    item: Item[MilestoneAssessed]

    def trace(self, clause: str) -> Trace:
        """The step of the reasoning that shows the assessment."""
        return Trace(
            step="attestation",
            sentence=f"{self.record} is attested as complete through {self.through}",
            clause=clause,
            used=(used(self.item),),
        )


def bleed_log(evidence: Evidence, needed: date) -> Attestation | None:
    """Who attests the bleed log, through the day that is needed or else as far as anybody does."""
    return _attestation("the bleed log", evidence, needed, lambda assessed: assessed.bleed_log_complete_through)


def fix_use(evidence: Evidence, needed: date) -> Attestation | None:
    """Who attests FIX use, through the day that is needed or else as far as anybody does."""
    return _attestation("FIX use", evidence, needed, lambda assessed: assessed.fix_use_complete_through)


def _attestation(
    record: str, evidence: Evidence, needed: date, through_of: Callable[[MilestoneAssessed], date | None]
) -> Attestation | None:
    """The first assessment that suffices, so that a later visit does not change what an answer rests on."""
    found = [
        Attestation(record=record, through=through, item=item)
        for item in evidence.of(MilestoneAssessed)
        if (through := through_of(item.fact)) is not None
    ]
    enough = [one for one in found if one.through >= needed]
    if enough:
        return min(enough, key=_known_order)
    return min(found, key=lambda one: (-one.through.toordinal(), *_known_order(one)), default=None)


def _known_order(one: Attestation) -> tuple[object, ...]:
    return (one.item.recorded_at, one.item.position, str(one.item.fact_id))
