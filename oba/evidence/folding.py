"""From the events of a stream to its evidence, in one reading of all of them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from oba.evidence.items import Evidence, Item, SetAside, aside_of, date_order, evidence_of, item_of
from oba.evidence.laboratory import laboratory_states
from oba.facts.base import Body, Fact
from oba.facts.consent import ConsentGiven, ConsentWithdrawn
from oba.facts.correction import FactCorrected, FactRetracted, FactsMoved
from oba.facts.recorded import Recorded


def known(events: Iterable[Recorded[Body]], *, known_at: datetime, as_of: date) -> Evidence:
    """The evidence as recorded up to `known_at` (inclusive) about days up to `as_of` (inclusive) (settled A4)."""
    log = sorted((event for event in events if event.recorded_at <= known_at), key=_knowledge_order)
    gone = _taken_back(log)
    readable, sealed = _seal(log, gone)
    in_force, aside = _resolve(readable, gone)
    in_force, overtaken = laboratory_states(in_force)
    late = [aside_of(item, "after_as_of") for item in in_force if item.occurred_on > as_of]
    items = sorted((item for item in in_force if item.occurred_on <= as_of), key=date_order)
    set_aside = sorted([*aside, *sealed, *overtaken, *late], key=lambda one: (one.occurred_on, one.fact_id.int))
    return evidence_of(known_at, as_of, tuple(items), tuple(set_aside))


def _knowledge_order(event: Recorded[Body]) -> tuple[datetime, int, int]:
    return (event.recorded_at, event.position, event.event_id.int)


def _tells(log: list[Recorded[Body]], *kinds: type[Body]) -> bool:
    """Whether an event of such a kind is there at all; most streams never correct, retract or withdraw anything."""
    return not {type(event.body) for event in log}.isdisjoint(kinds)


def _resolve(log: list[Recorded[Body]], gone: dict[UUID, tuple[str, UUID]]) -> tuple[list[Item[Fact]], list[SetAside]]:
    """Corrections and retractions, whatever the order in which they arrived: the last recorded correction wins."""
    facts = {event.event_id: event for event in log if isinstance(event.body, Fact)}
    corrections = _corrections_by_first_fact(log)
    in_force: list[Item[Fact]] = []
    aside: list[SetAside] = []
    for fact_id, first in facts.items():
        item, overtaken = _latest(first, corrections.get(fact_id, []))
        aside.extend(overtaken)
        if fact_id in gone:
            aside.append(aside_of(item, *gone[fact_id]))
        else:
            in_force.append(item)
    return in_force, aside


def _corrections_by_first_fact(log: list[Recorded[Body]]) -> dict[UUID, list[Recorded[Body]]]:
    by_fact: dict[UUID, list[Recorded[Body]]] = defaultdict(list)
    if not _tells(log, FactCorrected):
        return by_fact
    named = {event.event_id: event.body.fact_id for event in log if isinstance(event.body, FactCorrected)}
    for event in log:
        if isinstance(event.body, FactCorrected):
            first, steps = event.body.fact_id, 0
            while first in named and steps <= len(named):
                first, steps = named[first], steps + 1
            by_fact[first].append(event)
    return by_fact


def _latest(first: Recorded[Body], corrections: list[Recorded[Body]]) -> tuple[Item[Fact], list[SetAside]]:
    """The last recorded correction; one that its source calls older is superseded on arrival (settled A1)."""
    assert isinstance(first.body, Fact)
    current = item_of(first, first.event_id, first.body, None)
    highest: int | None = None
    overtaken: list[SetAside] = []
    for event in corrections:
        assert isinstance(event.body, FactCorrected)
        sequence, content = event.body.source_sequence, event.body.content
        if type(content) is not type(first.body):
            continue
        if sequence is not None and highest is not None and sequence < highest:
            overtaken.append(
                aside_of(item_of(event, event.event_id, content, None), "superseded", current.corrected_by)
            )
            continue
        highest = sequence if sequence is not None else highest
        current = item_of(event, first.event_id, content, event.event_id)
    return current, overtaken


def _taken_back(log: list[Recorded[Body]]) -> dict[UUID, tuple[str, UUID]]:
    gone: dict[UUID, tuple[str, UUID]] = {}
    if not _tells(log, FactRetracted, FactsMoved):
        return gone
    for event in log:
        match event.body:
            case FactRetracted(fact_id=fact_id):
                gone.setdefault(fact_id, ("retracted", event.event_id))
            case FactsMoved(fact_ids=fact_ids):
                for fact_id in fact_ids:
                    gone.setdefault(fact_id, ("moved", event.event_id))
    return gone


def _seal(log: list[Recorded[Body]], gone: dict[UUID, tuple[str, UUID]]) -> tuple[list[Recorded[Body]], list[SetAside]]:
    """Facts and corrections recorded while consent was withdrawn are sealed; earlier ones may be used (settled A5)."""
    if not _tells(log, ConsentWithdrawn):
        return log, []
    withdrawal: UUID | None = None
    read: list[Recorded[Body]] = []
    sealed: list[SetAside] = []
    for event in log:
        match event.body:
            case ConsentWithdrawn() if event.event_id not in gone:
                withdrawal = event.event_id
            case ConsentGiven() if event.event_id not in gone:
                withdrawal = None
        fact = event.body.content if isinstance(event.body, FactCorrected) else event.body
        if withdrawal is not None and isinstance(fact, Fact) and fact.SEALED_WITHOUT_CONSENT:
            sealed.append(aside_of(item_of(event, event.event_id, fact, None), "sealed", withdrawal))
        else:
            read.append(event)
    return read, sealed
