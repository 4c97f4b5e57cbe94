"""The library's PostgreSQL recorder over the server's own function, which stamps and numbers what is appended.

`recorded_at` is the clock's instant, or one microsecond after the last event where the clock lags behind
(decided point 4). The clock is that of the server, unless the deployment has one of its own.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, IntegrityError, StoredEvent, Subscription
from eventsourcing.postgres import PostgresApplicationRecorder
from psycopg.errors import InsufficientPrivilege

from adapters.clock import SystemClock
from adapters.log.content import hash_of
from adapters.log.mapper import StampedEvent
from adapters.log.postgres import schema
from adapters.log.postgres.asked import Asked, Outcome, call
from adapters.log.postgres.broken import ConnectionLost
from adapters.log.postgres.content import events_of, receipts_of
from adapters.log.postgres.datastore import DURABLE, PostgresLogDatastore
from adapters.log.receipt import ReceiptDraft
from adapters.log.recording import Durability, LogRecorder
from adapters.log.refusals import LogRefused
from adapters.log.together import Together
from oba.ports import Clock


class PostgresLogRecorder(LogRecorder, PostgresApplicationRecorder):
    """Events with their stamps, and receipts beside them in the same transaction, in the schema `log`."""

    POSITION: ClassVar[str] = "notification_id"
    datastore: PostgresLogDatastore

    def __init__(self, datastore: PostgresLogDatastore, clock: Clock, *, stamps: bool | None = None) -> None:
        """`stamps` says whether the clock's instants are written; None: only where it is not the machine's clock."""
        super().__init__(datastore, events_table_name=schema.EVENTS)
        self.clock = clock
        self._stamps = not isinstance(clock, SystemClock) if stamps is None else stamps
        self._together = Together(self._call, lost=ConnectionLost)
        self.EVENTS = f"{schema.SCHEMA}.{schema.EVENTS}"
        self.RECEIPTS = f"{schema.SCHEMA}.{schema.RECEIPTS}"

    def create_table(self) -> None:
        """UnsafeStore unless `oba db upgrade` has made the tables, and for a clock of its own lets this role stamp."""

        def look() -> None:
            with self.datastore.get_connection() as connection:
                schema.check(connection)
                if self._stamps:
                    schema.check_own_clock(connection)

        self.datastore.patiently(look)

    def append(self, events: Sequence[StoredEvent], receipt: ReceiptDraft | None = None) -> tuple[StampedEvent, ...]:
        """Put events and their receipt into the log, all or none; StaleVersion or ReceiptTaken otherwise.

        A connection that is lost meanwhile is replaced, and what was stored is found again; LogUnavailable where the
        server stays away.
        """
        if not events and receipt is None:
            return ()
        return self._put(Asked(tuple(events), receipt), self._together.put)

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        """The library's own way in, which leaves the numbering of a stream to its caller; through the same function."""
        if not stored_events:
            return []
        stamped = self._put(Asked(tuple(stored_events)), lambda asked: self._call([asked], in_sequence=False)[0])
        return [event.position for event in stamped]

    def _put(self, asked: Asked, send: Callable[[Asked], Outcome]) -> tuple[StampedEvent, ...]:
        doubtful = False

        def once() -> tuple[StampedEvent, ...]:
            nonlocal doubtful
            try:
                return send(asked).stamped(asked)
            except ConnectionLost:
                doubtful = True
                raise
            except (LogRefused, IntegrityError):
                # What an earlier try has stored keeps the later one out: only then can it be ours.
                stored = self._stored(asked) if doubtful else None
                if stored is None:
                    raise
                return stored

        return self.datastore.patiently(once)

    def _call(self, asked: Sequence[Asked], *, in_sequence: bool = True) -> list[Outcome]:
        with self.datastore.get_connection() as connection:
            try:
                return call(connection, asked, self._given(), in_sequence=in_sequence)
            except InsufficientPrivilege as error:
                if self._stamps or not in_sequence:
                    raise LogRefused(schema.OWN_CLOCK_ONLY) from error
                raise

    def _given(self) -> datetime | None:
        """The instant that is to be written; None where the server's clock stamps."""
        return self.clock.now() if self._stamps else None

    def _stored(self, asked: Asked) -> tuple[StampedEvent, ...] | None:
        """What the log holds of an append whose answer got lost; None where it holds something else, or nothing."""
        if asked.receipt is not None:
            kept = self.receipt(asked.receipt.principal, asked.receipt.key)
            if kept is None or (kept.request_hash, kept.answer) != (asked.receipt.request_hash, asked.receipt.answer):
                return None
        streams = [event.originator_id for event in asked.events]
        versions = [event.originator_version for event in asked.events]
        where = "(originator_id, originator_version) IN (SELECT * FROM unnest(?::uuid[], ?::bigint[]))"
        stored = self.select_stamped(f"{where} ORDER BY {self.POSITION}", (streams, versions))
        return stored if [_unstamped(one) for one in stored] == list(asked.events) else None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        """NotImplementedError: nobody is notified, a reader asks for what came after its position."""
        raise NotImplementedError("the log notifies nobody; ask for what came after a position")

    def position_at(self, known_at: datetime) -> int:
        """The newest position that was known at an instant, once the writers under way are done; 0 for none."""
        if not self._stamps:
            return int(self.rows("SELECT log.position_at(?) AS found", (known_at,))[0]["found"])
        return int(self.rows("SELECT log.position_by(?, ?) AS found", (known_at, self.clock.now()))[0]["found"])

    def present(self) -> datetime:
        """The server's present, or that of the clock where its instants are written; later than what was asked."""
        present = (
            "SELECT greatest(coalesce(?::timestamptz, clock_timestamp()), "
            "(SELECT instant + interval '1 microsecond' FROM log.asked_until)) AS present"
        )
        return self.read_instant(self.rows(present, (self._given(),))[0]["present"])

    def durability(self) -> Durability:
        """The settings of a connection, and whether the server keeps checksums of its pages."""
        names = (*DURABLE, "data_checksums")
        row = self.rows("SELECT " + ", ".join(f"current_setting('{name}') AS {name}" for name in names))[0]
        safe = all(row[name] != "off" for name in DURABLE)
        return Durability(safe, ", ".join(f"{name}={row[name]}" for name in names))

    def rows(self, statement: str, params: Sequence[object] = ()) -> list[Any]:
        """The rows of a statement that only reads, asked again where a connection was lost."""
        asked = statement.replace("?", "%s")

        def read() -> list[Any]:
            with self.datastore.get_connection() as connection:
                return list(connection.execute(asked, params, prepare=True, binary=True).fetchall())

        return self.datastore.patiently(read)

    def content_hash(self) -> str:
        """SHA-256 over all events and receipts of one moment."""

        def read() -> str:
            with self.datastore.get_connection() as connection, connection.transaction():
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                return hash_of(events_of(connection), receipts_of(connection))

        return self.datastore.patiently(read)

    def written_id(self, stream_id: UUID) -> UUID:
        """The id itself."""
        return stream_id

    def read_id(self, written: Any) -> UUID:
        """The id itself."""
        return written  # type: ignore[no-any-return]

    def read_instant(self, written: Any) -> datetime:
        """The instant in UTC."""
        return written.astimezone(UTC)  # type: ignore[no-any-return]

    def close(self) -> None:
        """Close every connection."""
        self.datastore.close()


def _unstamped(stored: StampedEvent) -> StoredEvent:
    return StoredEvent(stored.originator_id, stored.originator_version, stored.topic, stored.state)
