"""The facts known at an instant: corrections resolved, retracted and sealed facts set aside, each with its reason.

For a set of events reading order never matters (settled A1): knowledge order is log order, and nothing else.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Generic, TypeVar, cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict, SerializeAsAny

from oba.dates import Day, Instant, start_of_day_utc
from oba.facts.base import Body, Fact
from oba.facts.consent import ConsentGiven, ConsentWithdrawn
from oba.facts.correction import FactCorrected, FactRetracted, FactsMoved
from oba.facts.fix_activity import FixActivityMeasured, ResultState
from oba.facts.infused import Infused
from oba.facts.recorded import Recorded, Source
from oba.identity import content_hash

FOR_EVER = datetime(2199, 12, 30, tzinfo=UTC)
"""The `known_at` that stands for everything recorded."""

F = TypeVar("F", bound=Fact, covariant=True)

_RANK: dict[ResultState, int] = {"preliminary": 0, "final": 1, "corrected": 2, "amended": 2}
_TAKEN_BACK = 3
"""The rank of a result that its laboratory cancelled, or calls entered in error."""


class Item(BaseModel, Generic[F]):
    """One fact in force: what it says now, when it was true, when we knew it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fact_id: UUID
    """The id of the first event of the fact; corrections keep it."""
    fact: SerializeAsAny[F]
    occurred_on: Day
    occurred_at: Instant | None
    recorded_at: Instant
    position: int
    actor: str
    source: Source
    corrected_by: UUID | None = None


_FactItem = Item[Fact]


class SetAside(BaseModel):
    """A fact that is known and does not count, with the coded reason and what set it aside."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fact_id: UUID
    kind: str
    occurred_on: Day
    reason: str
    """`retracted`, `moved`, `sealed`, `superseded`, `cancelled`, `conflicting`, `after_as_of`."""
    by: UUID | None = None
    fact: SerializeAsAny[Fact]


class Evidence(BaseModel):
    """The evidence of one infusion for a pair of clocks; items lie in date order."""

    model_config = ConfigDict(frozen=True)

    known_at: Instant
    as_of: Day
    items: tuple[Item[Fact], ...]
    set_aside: tuple[SetAside, ...]

    def of(self, fact_type: type[F]) -> tuple[Item[F], ...]:
        """The items of one kind of fact, in date order."""
        return tuple(cast("Item[F]", item) for item in self.items if isinstance(item.fact, fact_type))

    @property
    def infused(self) -> Item[Infused] | None:
        """The infusion itself, once it is known."""
        return next(iter(self.of(Infused)), None)

    @cached_property
    def digest(self) -> str:
        """A digest of what is in force; equal evidence has equal digests, in whatever order it arrived."""
        return content_hash(
            [[str(item.fact_id), item.occurred_on.isoformat(), item.model_dump(mode="json")] for item in self.items]
        )


def known(events: Iterable[Recorded[Body]], *, known_at: datetime, as_of: date) -> Evidence:
    """The evidence as recorded up to `known_at` (inclusive) about days up to `as_of` (inclusive) (settled A4)."""
    log = sorted((event for event in events if event.recorded_at <= known_at), key=_knowledge_order)
    readable, sealed = _seal(log)
    in_force, aside = _resolve(readable)
    in_force, overtaken = _laboratory_states(in_force)
    late = [_aside(item, "after_as_of") for item in in_force if item.occurred_on > as_of]
    items = sorted((item for item in in_force if item.occurred_on <= as_of), key=_date_order)
    set_aside = sorted([*aside, *sealed, *overtaken, *late], key=lambda one: (one.occurred_on, str(one.fact_id)))
    return Evidence(known_at=known_at, as_of=as_of, items=tuple(items), set_aside=tuple(set_aside))


def _knowledge_order(event: Recorded[Body]) -> tuple[datetime, int, str]:
    return (event.recorded_at, event.position, str(event.event_id))


def _date_order(item: Item[Fact]) -> tuple[date, datetime, datetime, int, str]:
    moment = item.occurred_at or start_of_day_utc(item.occurred_on)
    return (item.occurred_on, moment, item.recorded_at, item.position, str(item.fact_id))


def _item(event: Recorded[Body], fact_id: UUID, fact: Fact, corrected_by: UUID | None) -> Item[Fact]:
    # Every member was validated when the event was read; reading a stream again need not validate it again.
    return _FactItem.model_construct(
        fact_id=fact_id,
        fact=fact,
        occurred_on=event.occurred_on,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        position=event.position,
        actor=event.actor,
        source=event.source,
        corrected_by=corrected_by,
    )


def _aside(item: Item[Fact], reason: str, by: UUID | None = None) -> SetAside:
    return SetAside(
        fact_id=item.fact_id, kind=item.fact.kind, occurred_on=item.occurred_on, reason=reason, by=by, fact=item.fact
    )


def _resolve(log: list[Recorded[Body]]) -> tuple[list[Item[Fact]], list[SetAside]]:
    """Corrections and retractions, whatever the order in which they arrived: the last recorded correction wins."""
    facts = {event.event_id: event for event in log if isinstance(event.body, Fact)}
    corrections = _corrections_by_first_fact(log)
    gone = _taken_back(log)
    in_force: list[Item[Fact]] = []
    aside: list[SetAside] = []
    for fact_id, first in facts.items():
        item, overtaken = _latest(first, corrections.get(fact_id, []))
        aside.extend(overtaken)
        if fact_id in gone:
            aside.append(_aside(item, *gone[fact_id]))
        else:
            in_force.append(item)
    return in_force, aside


def _corrections_by_first_fact(log: list[Recorded[Body]]) -> dict[UUID, list[Recorded[Body]]]:
    named = {event.event_id: event.body.fact_id for event in log if isinstance(event.body, FactCorrected)}
    by_fact: dict[UUID, list[Recorded[Body]]] = defaultdict(list)
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
    current = _item(first, first.event_id, first.body, None)
    highest: int | None = None
    overtaken: list[SetAside] = []
    for event in corrections:
        assert isinstance(event.body, FactCorrected)
        sequence, content = event.body.source_sequence, event.body.content
        if type(content) is not type(first.body):
            continue
        if sequence is not None and highest is not None and sequence < highest:
            overtaken.append(_aside(_item(event, event.event_id, content, None), "superseded", current.corrected_by))
            continue
        highest = sequence if sequence is not None else highest
        current = _item(event, first.event_id, content, event.event_id)
    return current, overtaken


def _taken_back(log: list[Recorded[Body]]) -> dict[UUID, tuple[str, UUID]]:
    gone: dict[UUID, tuple[str, UUID]] = {}
    for event in log:
        match event.body:
            case FactRetracted(fact_id=fact_id):
                gone.setdefault(fact_id, ("retracted", event.event_id))
            case FactsMoved(fact_ids=fact_ids):
                for fact_id in fact_ids:
                    gone.setdefault(fact_id, ("moved", event.event_id))
    return gone


def _seal(log: list[Recorded[Body]]) -> tuple[list[Recorded[Body]], list[SetAside]]:
    """Facts and corrections recorded while consent was withdrawn are sealed; earlier ones may be used (settled A5)."""
    gone = _taken_back(log)
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
            sealed.append(_aside(_item(event, event.event_id, fact, None), "sealed", withdrawal))
        else:
            read.append(event)
    return read, sealed


def _laboratory_states(items: list[Item[Fact]]) -> tuple[list[Item[Fact]], list[SetAside]]:
    """Of results with one accession the highest state counts; two values in one state are a conflict (settled A3)."""
    in_force: list[Item[Fact]] = []
    overtaken: list[SetAside] = []
    groups: dict[tuple[str, str, str], list[Item[Fact]]] = defaultdict(list)
    for item in items:
        fact = item.fact
        if isinstance(fact, FixActivityMeasured) and fact.accession_digest is not None:
            groups[fact.system, fact.accession_digest, fact.assay].append(item)
        elif isinstance(fact, FixActivityMeasured) and fact.state not in _RANK:
            overtaken.append(_aside(item, "cancelled"))
        else:
            in_force.append(item)
    for group in groups.values():
        kept, lost = _one_result(group)
        in_force.extend(kept)
        overtaken.extend(lost)
    return in_force, overtaken


def _one_result(group: list[Item[Fact]]) -> tuple[list[Item[Fact]], list[SetAside]]:
    results = [cast("Item[FixActivityMeasured]", item) for item in sorted(group, key=lambda item: item.position)]
    highest = max(_RANK.get(result.fact.state, _TAKEN_BACK) for result in results)
    top = [result for result in results if _RANK.get(result.fact.state, _TAKEN_BACK) == highest]
    winner = top[0]
    lost = [_aside(one, "superseded", winner.fact_id) for one in results if one not in top]
    if highest == _TAKEN_BACK:
        return [], [*lost, *(_aside(one, "cancelled") for one in top)]
    if len({(one.fact.comparator, one.fact.iu_per_dl, one.occurred_on) for one in top}) > 1:
        return [], [*lost, *(_aside(one, "conflicting") for one in top)]
    return [winner], [*lost, *(_aside(one, "superseded", winner.fact_id) for one in top[1:])]
