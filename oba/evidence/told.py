"""What a stream has told so far, carried on from event to event: the evidence is that of reading all of it again.

Most events are facts that only add to what is there. Where an event can change what others count for, the whole stream
is read again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from oba.dates import LAST_DAY
from oba.evidence.folding import known
from oba.evidence.items import FOR_EVER, Evidence, evidence_of, item_of
from oba.evidence.laboratory import Accession, accession_of, is_taken_back
from oba.facts.base import Body, Fact
from oba.facts.consent import ConsentWithdrawn
from oba.facts.correction import FactCorrected, FactRetracted, FactsMoved
from oba.facts.recorded import Recorded

_MOST_STEPS: Final = 8
"""So many events are added one by one; for more of them a reading of the whole stream costs less."""


@dataclass(frozen=True)
class Told:
    """The evidence of the first events of a stream, and what tells whether a further event only adds to it."""

    evidence: Evidence
    """As recorded so far, about all days."""
    version: int
    """How many events of the stream were read."""
    named: frozenset[UUID]
    """The ids of the facts, and those that a correction, retraction or move names, whether or not the fact is there."""
    accessions: frozenset[Accession]
    withdrawn: bool
    """Whether a withdrawal of consent was ever recorded."""

    def after(self, events: tuple[Recorded[Body], ...]) -> "Told":
        """What the whole stream has told, of which these events were the first; the same as reading all of it."""
        if len(events) == self.version:
            return self
        if not self.version or len(events) - self.version > _MOST_STEPS:
            return _told(events)
        grown = self
        for event in events[self.version :]:
            further = grown._with(event)
            if further is None:
                return _told(events)
            grown = further
        return grown

    def _with(self, event: Recorded[Body]) -> "Told | None":
        """What was told with one more event; None where it may change more than it adds."""
        fact = event.body
        if not isinstance(fact, Fact | FactCorrected | FactRetracted | FactsMoved):
            return replace(self, version=self.version + 1)
        if not isinstance(fact, Fact) or not self._only_adds(event, fact):
            return None
        accession = accession_of(fact)
        return Told(
            evidence=self.evidence.with_item(item_of(event, event.event_id, fact, None)),
            version=self.version + 1,
            named=self.named | {event.event_id},
            accessions=self.accessions if accession is None else self.accessions | {accession},
            withdrawn=False,
        )

    def _only_adds(self, event: Recorded[Body], fact: Fact) -> bool:
        in_sight = event.recorded_at <= FOR_EVER and event.occurred_on <= LAST_DAY
        unsealed = not self.withdrawn and not isinstance(fact, ConsentWithdrawn)
        alone = event.event_id not in self.named and accession_of(fact) not in self.accessions
        return in_sight and unsealed and alone and not is_taken_back(fact)


NOTHING_TOLD: Final = Told(
    evidence=evidence_of(FOR_EVER, LAST_DAY, (), ()),
    version=0,
    named=frozenset(),
    accessions=frozenset(),
    withdrawn=False,
)


def _told(events: tuple[Recorded[Body], ...]) -> Told:
    evidence = known(events, known_at=FOR_EVER, as_of=LAST_DAY)
    facts = [*(item.fact for item in evidence.items), *(one.fact for one in evidence.set_aside)]
    return Told(
        evidence=evidence,
        version=len(events),
        named=frozenset(name for event in events for name in _names(event)),
        accessions=frozenset(accession for fact in facts if (accession := accession_of(fact)) is not None),
        withdrawn=any(type(event.body) is ConsentWithdrawn for event in events),
    )


def _names(event: Recorded[Body]) -> Iterator[UUID]:
    """Every fact that an event is about."""
    match event.body:
        case Fact():
            yield event.event_id
        case FactCorrected(fact_id=fact_id) | FactRetracted(fact_id=fact_id):
            yield fact_id
        case FactsMoved(fact_ids=fact_ids):
            yield from fact_ids
        case _:
            pass
