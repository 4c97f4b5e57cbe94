"""Documented spells of prophylaxis: from the start of a schedule to its stop, which is the last day on (settled C7)."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from oba.evidence import Evidence, Item
from oba.facts.base import Fact
from oba.facts.prophylaxis import ProphylaxisStarted, ProphylaxisStopped


@dataclass(frozen=True)
class Spell:
    """One spell; `last` None while it goes on."""

    first: date
    last: date | None
    start: Item[ProphylaxisStarted]

    def covers(self, day: date) -> bool:
        """Whether the patient was on the schedule that day."""
        return self.first <= day and (self.last is None or day <= self.last)


def spells(evidence: Evidence) -> tuple[Spell, ...]:
    """All documented spells in date order; a start while one goes on changes the schedule, not the spell."""
    found: list[Spell] = []
    current: Item[ProphylaxisStarted] | None = None
    for item in _turns(evidence):
        if isinstance(item.fact, ProphylaxisStarted) and current is None:
            current = cast("Item[ProphylaxisStarted]", item)
        elif isinstance(item.fact, ProphylaxisStopped) and current is not None:
            found.append(Spell(first=current.occurred_on, last=item.occurred_on, start=current))
            current = None
    if current is not None:
        found.append(Spell(first=current.occurred_on, last=None, start=current))
    return tuple(found)


def _turns(evidence: Evidence) -> list[Item[Fact]]:
    """Starts and stops in date order; on one day a stop comes before a start."""
    turns = [item for item in evidence.items if isinstance(item.fact, ProphylaxisStarted | ProphylaxisStopped)]
    return sorted(turns, key=lambda item: (item.occurred_on, isinstance(item.fact, ProphylaxisStarted)))
