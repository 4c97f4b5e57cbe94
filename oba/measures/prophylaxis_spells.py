"""Documented spells of prophylaxis: from the start of a schedule to its stop, which is the last day on (settled C7)."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
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
    """All documented spells in date order; a start while one goes on changes the schedule, not the spell.

    On one day a stop ends the spell that goes on and a start begins the next; without one they are a spell of that day.
    """
    found: list[Spell] = []
    current: Item[ProphylaxisStarted] | None = None
    for on, turns in groupby(_turns(evidence), key=lambda item: item.occurred_on):
        today = list(turns)
        start = next((item for item in today if isinstance(item.fact, ProphylaxisStarted)), None)
        begun = current or cast("Item[ProphylaxisStarted] | None", start)
        if begun is not None and any(isinstance(item.fact, ProphylaxisStopped) for item in today):
            found.append(Spell(first=begun.occurred_on, last=on, start=begun))
            current = cast("Item[ProphylaxisStarted] | None", start) if current is not None else None
        else:
            current = begun
    if current is not None:
        found.append(Spell(first=current.occurred_on, last=None, start=current))
    return tuple(found)


def _turns(evidence: Evidence) -> list[Item[Fact]]:
    return [item for item in evidence.items if isinstance(item.fact, ProphylaxisStarted | ProphylaxisStopped)]
