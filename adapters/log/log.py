"""The door to the log: streams, the order of everything, receipts; the only writer of the log file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.persistence import IntegrityError

from adapters.log import instant_text
from adapters.log.connection import LogDatastore
from adapters.log.content import content_hash
from adapters.log.mapper import EventMapper, StampedEvent
from adapters.log.receipt import Receipt, StampedReceipt
from adapters.log.recorder import LogRecorder
from adapters.log.refusals import StaleVersion
from adapters.log.topics import DOCUMENT_TOPICS, INFUSION_TOPICS
from oba.facts.base import Body
from oba.facts.recorded import Drafted, Recorded
from oba.ports import Clock

_NO_LIMIT = 2**63 - 1


@dataclass(frozen=True)
class ReceiptDraft:
    """A receipt to be written with the events; `answer` gives the JSON text once they carry their stamps."""

    principal: str
    key: str
    request_hash: str
    answer: Callable[[tuple[Recorded[Body], ...]], str]


class Log:
    """All streams of infusions and documents in one order."""

    def __init__(self, file: Path, clock: Clock) -> None:
        """Open the log file, made where it is missing; every connection is checked for durability."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self.file = file
        self.mapper = EventMapper()
        self.recorder = LogRecorder(LogDatastore(str(file)), clock)
        self.recorder.create_table()
        self._events = self.recorder.events_table_name

    def append(
        self, events: Sequence[Drafted[Body]], *, receipt: ReceiptDraft | None = None
    ) -> tuple[Recorded[Body], ...]:
        """Put events into the log with their receipt, all or none; LogRefused where they do not fit."""
        stored = [self.mapper.to_stored_event(event) for event in events]
        try:
            return self._read(self.recorder.append(stored, self._stamping(receipt)))
        except IntegrityError as error:
            raise StaleVersion("the stream has moved on meanwhile") from error

    def _stamping(self, draft: ReceiptDraft | None) -> StampedReceipt | None:
        if draft is None:
            return None
        return StampedReceipt(
            draft.principal, draft.key, draft.request_hash, lambda stamped: draft.answer(self._read(stamped))
        )

    def _read(self, stamped: Sequence[StampedEvent]) -> tuple[Recorded[Body], ...]:
        return tuple(self.mapper.to_domain_event(event) for event in stamped)

    def stream(self, stream_id: UUID, *, up_to: int | None = None) -> tuple[Recorded[Body], ...]:
        """The events of a stream in their order, up to and including a log position where one is given."""
        return self._read(
            self.recorder.select_stamped(
                "originator_id=? AND rowid<=? ORDER BY originator_version", (stream_id.hex, _or_all(up_to))
            )
        )

    def since(self, position: int, limit: int) -> tuple[Recorded[Body], ...]:
        """At most `limit` events after a position, of all streams, in log order."""
        return self._read(self.recorder.select_stamped("rowid>? ORDER BY rowid LIMIT ?", (position, limit)))

    def infusion_ids(self, up_to: int | None = None, *, after: int = 0) -> tuple[UUID, ...]:
        """The infusions whose streams began after one position and not after another, in that order."""
        began = self._stream_starts(INFUSION_TOPICS, "originator_id", "AND rowid>? ORDER BY rowid")
        rows = self._rows(began, (*INFUSION_TOPICS, _or_all(up_to), after))
        return tuple(UUID(row[0]) for row in rows)

    def documents(self, up_to: int | None = None) -> tuple[Recorded[Body], ...]:
        """Every event of every agreement, payer rule and follow-up plan, in log order."""
        streams = self._stream_starts(DOCUMENT_TOPICS, "originator_id")
        end = _or_all(up_to)
        return self._read(
            self.recorder.select_stamped(
                f"originator_id IN ({streams}) AND rowid<=? ORDER BY rowid", (*DOCUMENT_TOPICS, end, end)
            )
        )

    def documents_position(self) -> int:
        """The position of the newest event of any document; 0 where there is none."""
        streams = self._stream_starts(DOCUMENT_TOPICS, "originator_id")
        newest = f"SELECT MAX(rowid) FROM {self._events} WHERE originator_id IN ({streams})"
        return int(self._rows(newest, (*DOCUMENT_TOPICS, _NO_LIMIT))[0][0] or 0)

    def _stream_starts(self, topics: tuple[str, ...], column: str, more: str = "") -> str:
        marks = ",".join("?" * len(topics))
        return (
            f"SELECT {column} FROM {self._events} WHERE originator_version=1 AND topic IN ({marks}) AND rowid<=? {more}"
        )

    def receipt(self, principal: str, key: str) -> Receipt | None:
        """The receipt of a key; None where the principal has not used it."""
        return self.recorder.receipt(principal, key)

    def head(self) -> int:
        """The position of the newest event; 0 in an empty log."""
        return int(self.recorder.max_notification_id() or 0)

    def last_recorded_at(self) -> datetime | None:
        """The stamp of the newest event; None in an empty log."""
        with self.recorder.datastore.transaction(commit=False) as cursor:
            return self.recorder.last_recorded_at(cursor)

    def newest(self) -> tuple[int, datetime] | None:
        """Position and stamp of the newest event, read at one moment; None in an empty log."""
        rows = self._rows(f"SELECT rowid, recorded_at FROM {self._events} ORDER BY rowid DESC LIMIT 1", ())
        return (int(rows[0][0]), instant_text.read(rows[0][1])) if rows else None

    def position_at(self, known_at: datetime) -> int:
        """The newest position that was known at an instant; 0 where nothing was.

        Writers under way are waited for: one may have stamped an event before the instant and not committed it yet.
        """
        newest = f"SELECT rowid FROM {self._events} WHERE recorded_at<=? ORDER BY recorded_at DESC LIMIT 1"
        with self.recorder.datastore.transaction(commit=True) as cursor:
            cursor.execute(newest, (instant_text.write(known_at),))
            row = cursor.fetchone()
        return int(row[0]) if row else 0

    def content_hash(self) -> str:
        """SHA-256 over all events and receipts."""
        return content_hash(self.file)

    def close(self) -> None:
        """Close all connections; the log cannot be used afterwards."""
        self.recorder.datastore.close()

    def _rows(self, statement: str, params: Sequence[object]) -> list[tuple[Any, ...]]:
        with self.recorder.datastore.transaction(commit=False) as cursor:
            cursor.execute(statement, tuple(params))
            return [tuple(row) for row in cursor.fetchall()]


def _or_all(up_to: int | None) -> int:
    return _NO_LIMIT if up_to is None else up_to
