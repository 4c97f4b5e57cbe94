"""The library's SQLite recorder with the log's own stamp: position, and `recorded_at` under the write lock.

`recorded_at` is the clock's instant, or one microsecond after the last event where the clock lags behind
(decided point 4); so order by position and order by `recorded_at` are one order.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor, SQLiteDatastore

from adapters.log import instant_text, schema
from adapters.log.mapper import StampedEvent
from adapters.log.receipt import Receipt, StampedReceipt
from adapters.log.refusals import ReceiptTaken, StaleVersion
from oba.ports import Clock

_TICK = timedelta(microseconds=1)


class LogRecorder(SQLiteApplicationRecorder):
    """Events with their stamps, and receipts beside them in the same transaction."""

    def __init__(self, datastore: SQLiteDatastore, clock: Clock, events_table_name: str = schema.EVENTS) -> None:
        super().__init__(datastore, events_table_name)
        self.clock = clock
        self.insert_events_statement = (
            f"INSERT INTO {events_table_name} (originator_id, originator_version, topic, state, recorded_at) "
            "VALUES (?,?,?,?,?)"
        )

    def construct_create_table_statements(self) -> list[str]:
        """The tables and triggers of the log file."""
        return schema.statements(self.events_table_name)

    def append(
        self, stored_events: Sequence[StoredEvent], receipt: StampedReceipt | None = None
    ) -> tuple[StampedEvent, ...]:
        """Put events and their receipt into the log, all or none; StaleVersion or ReceiptTaken otherwise."""
        with self.datastore.transaction(commit=True) as cursor:
            if receipt is not None:
                self._refuse_taken(cursor, receipt)
            self._refuse_stale(cursor, stored_events)
            stamped = self._insert_stamped(cursor, stored_events)
            if receipt is not None:
                self._insert_receipt(cursor, receipt, stamped)
            return stamped

    def _insert_events(self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int]:
        return [event.position for event in self._insert_stamped(c, stored_events)]

    def _insert_stamped(self, c: SQLiteCursor, stored_events: Sequence[StoredEvent]) -> tuple[StampedEvent, ...]:
        last = self.last_recorded_at(c)
        stamped = []
        for stored in stored_events:
            last = max(self.clock.now(), last + _TICK) if last else self.clock.now()
            c.execute(
                self.insert_events_statement,
                (
                    _stream_text(stored.originator_id),
                    stored.originator_version,
                    stored.topic,
                    stored.state,
                    instant_text.write(last),
                ),
            )
            stamped.append(StampedEvent(**vars(stored), position=int(c.lastrowid), recorded_at=last))
        return tuple(stamped)

    def last_recorded_at(self, c: SQLiteCursor) -> datetime | None:
        """The stamp of the newest event; None in an empty log."""
        c.execute(f"SELECT recorded_at FROM {self.events_table_name} ORDER BY rowid DESC LIMIT 1")
        row = c.fetchone()
        return instant_text.read(row["recorded_at"]) if row else None

    def _refuse_stale(self, c: SQLiteCursor, stored_events: Sequence[StoredEvent]) -> None:
        reached: dict[UUID | str, int] = {}
        for stored in stored_events:
            stream = stored.originator_id
            if stream not in reached:
                reached[stream] = self._version(c, stream)
            if stored.originator_version != reached[stream] + 1:
                raise StaleVersion("the stream stands at another version than the decision was made at")
            reached[stream] += 1

    def _version(self, c: SQLiteCursor, stream: UUID | str) -> int:
        c.execute(
            f"SELECT MAX(originator_version) FROM {self.events_table_name} WHERE originator_id=?",
            (_stream_text(stream),),
        )
        return int(c.fetchone()[0] or 0)

    def _refuse_taken(self, c: SQLiteCursor, receipt: StampedReceipt) -> None:
        if self._receipt(c, receipt.principal, receipt.key):
            raise ReceiptTaken("the key was used before")

    def _insert_receipt(self, c: SQLiteCursor, receipt: StampedReceipt, stamped: tuple[StampedEvent, ...]) -> None:
        position = stamped[-1].position if stamped else int(self._max_notification_id(c) or 0)
        c.execute(
            f"INSERT INTO {schema.RECEIPTS} VALUES (?,?,?,?,?)",
            (receipt.principal, receipt.key, receipt.request_hash, receipt.answering(stamped), position),
        )

    def receipt(self, principal: str, key: str) -> Receipt | None:
        """The receipt of a key; None where the principal has not used it."""
        with self.datastore.transaction(commit=False) as cursor:
            return self._receipt(cursor, principal, key)

    def _receipt(self, c: SQLiteCursor, principal: str, key: str) -> Receipt | None:
        c.execute(
            "SELECT principal, idempotency_key, request_hash, answer, position "
            f"FROM {schema.RECEIPTS} WHERE principal=? AND idempotency_key=?",
            (principal, key),
        )
        row = c.fetchone()
        return Receipt(*tuple(row)) if row else None

    def select_stamped(self, where: str, params: Sequence[Any]) -> tuple[StampedEvent, ...]:
        """The events that a condition picks (with its ORDER BY and LIMIT), with their stamps."""
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute(f"SELECT * FROM {self.events_table_name} WHERE {where}", tuple(params))
            return tuple(_stamped(row) for row in cursor.fetchall())


def _stamped(row: Any) -> StampedEvent:
    return StampedEvent(
        originator_id=UUID(row["originator_id"]),
        originator_version=row["originator_version"],
        topic=row["topic"],
        state=row["state"],
        position=row["rowid"],
        recorded_at=instant_text.read(row["recorded_at"]),
    )


def _stream_text(stream: UUID | str) -> str:
    return stream.hex if isinstance(stream, UUID) else stream
