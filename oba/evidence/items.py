"""What evidence is made of: facts in force, facts that are known and do not count, and both for a pair of clocks."""

from bisect import bisect_right
from collections.abc import Collection
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Generic, TypeVar, cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict, SerializeAsAny

from oba.dates import Day, Instant, read_day, read_instant, start_of_day_utc
from oba.facts.base import Body, Fact
from oba.facts.infused import Infused
from oba.facts.recorded import Recorded, Source, built
from oba.identity import content_hash

FOR_EVER = datetime(2199, 12, 30, tzinfo=UTC)
"""The `known_at` that stands for everything recorded."""

F = TypeVar("F", bound=Fact, covariant=True)


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
        found = self.sorted_out.get(fact_type)
        if found is None:
            found = tuple(item for item in self.items if isinstance(item.fact, fact_type))
            self.sorted_out[fact_type] = found
        return cast("tuple[Item[F], ...]", found)

    @cached_property
    def sorted_out(self) -> dict[type[Fact], tuple[Item[Fact], ...]]:
        """The items of each kind that was asked for so far; `of` fills it."""
        return {}

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

    def without(self, fact_ids: Collection[UUID]) -> "Evidence":
        """The same evidence without some of the items in force."""
        kept = tuple(item for item in self.items if item.fact_id not in fact_ids)
        return _evidence(self.known_at, self.as_of, kept, self.set_aside)

    def with_item(self, item: Item[Fact]) -> "Evidence":
        """The same evidence with one more item in force."""
        grown = _evidence(self.known_at, self.as_of, _with_item(self.items, item), self.set_aside)
        for fact_type, found in self.sorted_out.copy().items():
            grown.sorted_out[fact_type] = _with_item(found, item) if isinstance(item.fact, fact_type) else found
        return grown


def evidence_of(
    known_at: datetime, as_of: date, items: tuple[Item[Fact], ...], set_aside: tuple[SetAside, ...]
) -> Evidence:
    """Evidence of items that lie in date order; ValueError where one of the clocks is none."""
    return _evidence(read_instant(known_at), read_day(as_of), items, set_aside)


def _evidence(
    known_at: datetime, as_of: date, items: tuple[Item[Fact], ...], set_aside: tuple[SetAside, ...]
) -> Evidence:
    return built(Evidence, {"known_at": known_at, "as_of": as_of, "items": items, "set_aside": set_aside})


def item_of(event: Recorded[Body], fact_id: UUID, fact: Fact, corrected_by: UUID | None) -> Item[Fact]:
    """A fact in force, as an event tells it."""
    return built(
        _FactItem,
        {
            "fact_id": fact_id,
            "fact": fact,
            "occurred_on": event.occurred_on,
            "occurred_at": event.occurred_at,
            "recorded_at": event.recorded_at,
            "position": event.position,
            "actor": event.actor,
            "source": event.source,
            "corrected_by": corrected_by,
        },
    )


def aside_of(item: Item[Fact], reason: str, by: UUID | None = None) -> SetAside:
    """A fact that does not count, and why."""
    return SetAside(
        fact_id=item.fact_id, kind=item.fact.kind, occurred_on=item.occurred_on, reason=reason, by=by, fact=item.fact
    )


def date_order(item: Item[Fact]) -> tuple[date, datetime, datetime, int, int]:
    """The order in which items lie: by day and hour, and of one hour as they were recorded."""
    moment = item.occurred_at or start_of_day_utc(item.occurred_on)
    return (item.occurred_on, moment, item.recorded_at, item.position, item.fact_id.int)


def _with_item(items: tuple[Item[Fact], ...], item: Item[Fact]) -> tuple[Item[Fact], ...]:
    order = date_order(item)
    if not items or date_order(items[-1]) <= order:
        return (*items, item)
    place = bisect_right(items, order, key=date_order)
    return (*items[:place], item, *items[place:])
