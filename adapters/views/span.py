"""What lies between a view and the head of the log: which infusions it touches, read without the bytes of any event.

Far behind, a span is as long as the log: each infusion is then folded once, however many of its events lie in it. Who
has little time says how much it may be at most.

Each reading begins with the event before, and knows it by its mark: a log that another one was put in the place of, by
a restore or a failover, is never followed on as if it were the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from adapters.log.topics import DOCUMENT_TOPICS, INFUSION_TOPICS
from adapters.views.source import EventSource, Touched
from oba.identity import derived_id

AT_A_TIME: Final = 5_000
_OF_DOCUMENTS = frozenset(DOCUMENT_TOPICS)
_OF_INFUSIONS = frozenset(INFUSION_TOPICS)


class AnotherLog(Exception):
    """The log does not have the event from which a view is to go on."""


class TooLong(Exception):
    """A single event touches more infusions than a step may fold."""


@dataclass(frozen=True)
class AtMost:
    """How much one step may take: events, and the infusions that they touch."""

    events: int
    infusions: int | None = None


@dataclass(frozen=True)
class Span:
    """The events after one position up to another, and the infusions whose rows they may change."""

    after: int
    up_to: int
    recorded_at: datetime
    """The stamp of the last event."""
    infusion_ids: tuple[UUID, ...]
    log_mark: UUID | None
    """Names the last event among those of every log."""
    events: int
    documents: tuple[int, ...] = ()
    """The positions at which a document may have changed."""

    @classmethod
    def of(cls, infusion_ids: tuple[UUID, ...], up_to: int, recorded_at: datetime) -> "Span":
        """The whole past of some infusions; nothing is moved on by it."""
        return cls(0, up_to, recorded_at, infusion_ids, log_mark=None, events=0)


def ahead(
    log: EventSource,
    after: int,
    mark: UUID | None = None,
    *,
    at_most: AtMost | None = None,
    up_to: int | None = None,
) -> Span | None:
    """What was appended after the event at a position: everything, or what a step may take, or all up to a position.

    None where there is nothing. AnotherLog where the event at the position is not the one with this mark; TooLong where
    already the next event touches more infusions than may be.
    """
    newest = log.newest()
    end = newest[0] if newest else 0
    reading = _Reading(at_most)
    at_a_time = min(AT_A_TIME, at_most.events) if at_most else AT_A_TIME
    for row in _rows(log, after, mark, end if up_to is None else min(end, up_to), at_a_time):
        if reading.is_full(row):
            break
        reading.add(row)
    return reading.span(log, after)


def _rows(log: EventSource, at: int, mark: UUID | None, end: int, at_a_time: int) -> Iterator[Touched]:
    """The events after a position up to another, some at a time, each time read together with the one before them."""
    while True:
        before = min(at, 1)
        rows = log.touched(at - before, at_a_time + before)
        if before and not _begins_with(rows, at, mark):
            raise AnotherLog
        new = [row for row in rows[before:] if row.position <= end]
        yield from new
        if not new or new[-1].position >= end:
            return
        at, mark = new[-1].position, log_mark(new[-1])


def is_of(log: EventSource, position: int, mark: UUID | None) -> bool:
    """Whether the log has the event of this mark at a position; one that was restored may not."""
    return position == 0 or _begins_with(log.touched(position - 1, 1), position, mark)


def _begins_with(rows: Sequence[Touched], position: int, mark: UUID | None) -> bool:
    return bool(rows) and rows[0].position == position and log_mark(rows[0]) == mark


class _Reading:
    """What was seen of a span so far."""

    def __init__(self, at_most: AtMost | None) -> None:
        self._at_most = at_most
        self._streams: dict[UUID, None] = {}
        self._document_streams: set[UUID] = set()
        self._documents: list[int] = []
        self._events = 0
        self._last: Touched | None = None

    def is_full(self, row: Touched) -> bool:
        """Whether a step ends before this event; where infusions are counted, that of a document begins a new one."""
        if self._at_most is None or self._last is None:
            return False
        most = self._at_most.infusions
        if most is not None and row.topic not in _OF_INFUSIONS:
            return True
        one_more = row.stream_id not in self._streams
        return self._events >= self._at_most.events or (most is not None and len(self._streams) + one_more > most)

    def add(self, row: Touched) -> None:
        """One more event; one whose topic nobody knows may be of a document as well."""
        self._events += 1
        self._last = row
        if row.topic in _OF_DOCUMENTS:
            self._document_streams.add(row.stream_id)
        else:
            self._streams[row.stream_id] = None
        if row.topic not in _OF_INFUSIONS:
            self._documents.append(row.position)

    def span(self, log: EventSource, after: int) -> Span | None:
        """What was seen as a whole; a document that changed touches every infusion. TooLong where that is too many."""
        if self._last is None:
            return None
        infusion_ids = dict.fromkeys(one for one in self._streams if one not in self._document_streams)
        if self._documents and log.documents_position() > after:
            infusion_ids = dict.fromkeys((*log.infusion_ids(self._last.position), *infusion_ids))
        if self._at_most and self._at_most.infusions is not None and len(infusion_ids) > self._at_most.infusions:
            raise TooLong
        return Span(
            after=after,
            up_to=self._last.position,
            recorded_at=self._last.recorded_at,
            log_mark=log_mark(self._last),
            events=self._events,
            infusion_ids=tuple(infusion_ids),
            documents=tuple(self._documents),
        )


def log_mark(row: Touched) -> UUID:
    """A name of an event by which a log is known again: its place, stream and stamp; its bytes are not asked."""
    return derived_id("log-mark", row.position, row.stream_id, row.recorded_at.isoformat())
