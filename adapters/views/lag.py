"""How far views are behind the log: how many events they have not seen, and for how long the oldest of them waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from adapters.views.positions import ViewPosition
from adapters.views.source import EventSource
from adapters.views.span import log_mark


@dataclass(frozen=True)
class Lag:
    """One view: events that it has not seen, and the age of the oldest of them; nothing and zero where it is level."""

    view: str
    events: int
    oldest_waits: timedelta


@dataclass(frozen=True)
class AsOf:
    """What a view knew of its log: everything up to the stamp of its newest event; and for how long it lacks more."""

    recorded_at: datetime | None
    """None before the first event."""
    oldest_waits: timedelta | None
    """The age of the oldest event that it has not seen; None where it is level."""
    is_of_this_log: bool

    @property
    def behind_seconds(self) -> int:
        """The age in whole seconds, begun ones included: at least 1 where it is not level, and 0 where it is."""
        return 0 if self.oldest_waits is None else max(1, ceil(self.oldest_waits.total_seconds()))


def as_of(log: EventSource, position: int, mark: UUID | None, head: int, now: datetime) -> AsOf:
    """What a view at a position knew, as far as the log went when it was asked."""
    rows = log.touched(max(position - 1, 0), 2)
    seen = next((one for one in rows if one.position == position), None)
    unseen = next((one for one in rows if position < one.position <= head), None)
    waits = max(now - unseen.recorded_at, timedelta(0)) if unseen else None
    known = position == 0 or (seen is not None and log_mark(seen) == mark)
    return AsOf(seen.recorded_at if seen else None, waits, known)


def lag_of(positions: Iterable[ViewPosition], log: EventSource, now: datetime) -> tuple[Lag, ...]:
    """The lag of each view at the present of the log."""
    newest = log.newest()
    head = newest[0] if newest else 0
    stood_at = {one.view: min(one.position, head) for one in positions}
    waits = {at: _oldest_waits(log, at, head, now) for at in set(stood_at.values())}
    return tuple(Lag(view, head - at, waits[at]) for view, at in sorted(stood_at.items()))


def _oldest_waits(log: EventSource, at: int, head: int, now: datetime) -> timedelta:
    unseen = log.touched(at, 1) if at < head else ()
    return max(now - unseen[0].recorded_at, timedelta(0)) if unseen else timedelta(0)
