"""The library's SQLite recorder with the log's own stamp: position, and `recorded_at` under the write lock.

`recorded_at` is the clock's instant, or one microsecond after the last event where the clock lags behind
(decided point 4); so order by position and order by `recorded_at` are one order.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder

from adapters.log import instant_text
from adapters.log.content import hash_of
from adapters.log.mapper import StampedEvent
from adapters.log.receipt import ReceiptDraft
from adapters.log.recording import Durability, LogRecorder
from adapters.log.refusals import ReceiptTaken, StaleVersion
from adapters.log.sqlite import schema
from adapters.log.sqlite.connection import LogDatastore
from adapters.log.sqlite.content import events_of, receipts_of
from adapters.log.sqlite.exceptions import of_the_library
from adapters.log.together import Together
from oba.ports import Clock

_TICK = timedelta(microseconds=1)
_Asked = tuple[tuple[StoredEvent, ...], ReceiptDraft | None]
_Outcome = tuple[StampedEvent, ...] | Exception
_SYNCHRONOUS = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}


class SqliteLogRecorder(LogRecorder, SQLiteApplicationRecorder):
    """Events with their stamps, and receipts beside them in the same transaction, in one file."""

    POSITION: ClassVar[str] = "rowid"

    datastore: LogDatastore

    def __init__(self, datastore: LogDatastore, clock: Clock, events_table_name: str = schema.EVENTS) -> None:
        super().__init__(datastore, events_table_name)
        self.clock = clock
        self.EVENTS = events_table_name
        self.RECEIPTS = schema.RECEIPTS
        self.insert_events_statement = (
            f"INSERT INTO {events_table_name} (originator_id, originator_version, topic, state, recorded_at) "
            "VALUES (?,?,?,?,?)"
        )
        self._together = Together(self._append_all)
        self._insert_receipt = f"INSERT INTO {self.RECEIPTS} VALUES (?,?,?,?,?)"
        self._select_version = f"SELECT MAX(originator_version) FROM {events_table_name} WHERE originator_id=?"
        newest = f"SELECT rowid AS head, recorded_at FROM {events_table_name} ORDER BY rowid DESC LIMIT 1"
        self._select_later_than = (
            f"SELECT (SELECT MAX(recorded_at) FROM {events_table_name}), (SELECT instant FROM {schema.ASKED_UNTIL})"
        )
        self._select_standing = (
            f"SELECT EXISTS (SELECT 1 FROM {self.RECEIPTS} WHERE principal=? AND idempotency_key=?) AS taken, "
            f"({self._select_version}) AS version, head, recorded_at, "
            f"(SELECT instant FROM {schema.ASKED_UNTIL}) AS asked_until FROM (SELECT 1) LEFT JOIN ({newest})"
        )

    def construct_create_table_statements(self) -> list[str]:
        """The tables and triggers of the log file."""
        return schema.statements(self.events_table_name)

    def append(self, events: Sequence[StoredEvent], receipt: ReceiptDraft | None = None) -> tuple[StampedEvent, ...]:
        """Put events and their receipt into the log, all or none; StaleVersion or ReceiptTaken otherwise."""
        outcome = self._together.put((tuple(events), receipt))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _append_all(self, asked: Sequence[_Asked]) -> list[_Outcome]:
        """Several appends in one transaction; what is wrong with one of them undoes that one alone."""
        with self.datastore.writing() as connection:
            if len(asked) == 1:
                return [self._append(connection, *asked[0])]
            return [self._append_or_undo(connection, *one) for one in asked]

    def _append_or_undo(
        self, connection: sqlite3.Connection, events: Sequence[StoredEvent], receipt: ReceiptDraft | None
    ) -> _Outcome:
        connection.execute("SAVEPOINT one")
        try:
            stamped = self._append(connection, events, receipt)
        except Exception as error:  # noqa: BLE001  raised again by the thread that asked
            connection.execute("ROLLBACK TO one")
            return of_the_library(error) if isinstance(error, sqlite3.Error) else error
        finally:
            connection.execute("RELEASE one")
        return stamped

    def _append(
        self, connection: sqlite3.Connection, events: Sequence[StoredEvent], receipt: ReceiptDraft | None
    ) -> tuple[StampedEvent, ...]:
        head, last = self._standing(connection, events, receipt)
        stamped = self._insert_stamped(connection, events, last)
        if receipt is not None:
            position = stamped[-1].position if stamped else head
            kept = (receipt.principal, receipt.key, receipt.request_hash, receipt.answer, position)
            connection.execute(self._insert_receipt, kept)
        return stamped

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        """The library's own way in, which leaves the numbering of a stream to its caller."""
        with self.datastore.writing() as connection:
            last = self._standing(connection, (), None)[1]
            return [event.position for event in self._insert_stamped(connection, stored_events, last)]

    def _insert_stamped(
        self, connection: sqlite3.Connection, stored_events: Sequence[StoredEvent], last: datetime | None
    ) -> tuple[StampedEvent, ...]:
        stamped = []
        for stored in stored_events:
            last = max(self.clock.now(), last + _TICK) if last else self.clock.now()
            position = connection.execute(
                self.insert_events_statement,
                (
                    self.written_id(stored.originator_id),
                    stored.originator_version,
                    stored.topic,
                    stored.state,
                    instant_text.write(last),
                ),
            ).lastrowid
            assert position is not None
            stamped.append(StampedEvent(**vars(stored), position=position, recorded_at=last))
        return tuple(stamped)

    def _standing(
        self, connection: sqlite3.Connection, events: Sequence[StoredEvent], receipt: ReceiptDraft | None
    ) -> tuple[int, datetime | None]:
        """The newest position, and what the next stamp must be later than, in one reading with what refuses."""
        principal, key = (receipt.principal, receipt.key) if receipt is not None else (None, None)
        stream = events[0].originator_id if events else None
        written = None if stream is None else self.written_id(stream)
        row = connection.execute(self._select_standing, (principal, key, written)).fetchone()
        if row["taken"]:
            raise ReceiptTaken("the key was used before")
        if stream is not None:
            self._refuse_stale(connection, events, {stream: row["version"] or 0})
        later_than = max(row["recorded_at"] or "", row["asked_until"] or "")
        return row["head"] or 0, instant_text.read(later_than) if later_than else None

    def _refuse_stale(
        self, connection: sqlite3.Connection, stored_events: Sequence[StoredEvent], reached: dict[UUID | str, int]
    ) -> None:
        for stored in stored_events:
            stream = stored.originator_id
            if stream not in reached:
                version = connection.execute(self._select_version, (self.written_id(stream),)).fetchone()[0]
                reached[stream] = version or 0
            if stored.originator_version != reached[stream] + 1:
                raise StaleVersion("the stream stands at another version than the decision was made at")
            reached[stream] += 1

    def position_at(self, known_at: datetime) -> int:
        """The newest position that was known at an instant, once the writer under way is done; 0 for none.

        An instant that no event was stamped after yet is kept, so that the answer stays the same for ever.
        """
        found = f"SELECT rowid FROM {self.EVENTS} WHERE recorded_at<=? ORDER BY recorded_at DESC LIMIT 1"
        with self.datastore.writing() as connection:
            until = instant_text.write(min(known_at, self.clock.now()))
            newest, kept = connection.execute(self._select_later_than).fetchone()
            if until > max(newest or "", kept or ""):
                connection.execute(f"REPLACE INTO {schema.ASKED_UNTIL} VALUES (1, ?)", (until,))
            row = connection.execute(found, (instant_text.write(known_at),)).fetchone()
        return int(row[0]) if row else 0

    def present(self) -> datetime:
        """The clock's instant, or later where a later one was asked about before the clock stepped back."""
        kept = self.rows(f"SELECT instant FROM {schema.ASKED_UNTIL}")
        now = self.clock.now()
        return max(now, instant_text.read(kept[0]["instant"]) + _TICK) if kept else now

    def durability(self) -> Durability:
        """The settings of a connection to the file."""
        synchronous, journal = (self.rows(f"PRAGMA {name}")[0][0] for name in ("synchronous", "journal_mode"))
        level = _SYNCHRONOUS.get(synchronous, str(synchronous))
        safe = level in ("FULL", "EXTRA") and journal == "wal"
        return Durability(safe, f"synchronous={level}, journal_mode={str(journal).upper()}")

    def rows(self, statement: str, params: Sequence[object] = ()) -> list[Any]:
        """The rows of a statement that only reads."""
        return self.datastore.rows(statement, params)

    def content_hash(self) -> str:
        """SHA-256 over all events and receipts of one moment."""
        with self.datastore.transaction(commit=False) as cursor:
            return hash_of(events_of(cursor, self.EVENTS), receipts_of(cursor))

    def written_id(self, stream_id: UUID | str) -> str:
        """The id in hexadecimal."""
        return stream_id.hex if isinstance(stream_id, UUID) else stream_id

    def read_id(self, written: Any) -> UUID:
        """The id of its hexadecimal."""
        return UUID(written)

    def read_instant(self, written: Any) -> datetime:
        """The instant of its text."""
        return instant_text.read(written)

    def close(self) -> None:
        """Close every connection."""
        self.datastore.close()


def content_hash_of_file(file: Path) -> str:
    """SHA-256 over all events and receipts of a log file that nobody opened for writing; DatabaseError for no log."""
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        cursor = connection.cursor()
        return hash_of(events_of(cursor), receipts_of(cursor))
