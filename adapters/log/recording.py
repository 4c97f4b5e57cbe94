"""What the log asks of an engine: an append under one lock, and the readings that both engines answer alike.

An engine is a subclass of the library's own recorder together with `LogRecorder`; it says how it writes, and how its
rows look. The statements here are written with `?` for a value; an engine with another mark puts its own in.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from adapters.log.mapper import StampedEvent
from adapters.log.receipt import Receipt, ReceiptDraft
from oba.ports import Clock

NO_LIMIT = 2**63 - 1
_TOUCHED: Final = "{}, originator_id, topic, recorded_at"


@dataclass(frozen=True)
class Touched:
    """That an event was appended: where, to which stream, what and when; without its bytes."""

    position: int
    stream_id: UUID
    topic: str
    recorded_at: datetime


@dataclass(frozen=True)
class Durability:
    """Whether every acknowledged event survives a crash of the machine, and the settings that say so."""

    safe: bool
    says: str


class LogRecorder(ABC):
    """Events with their stamps, and receipts beside them in the same transaction."""

    POSITION: ClassVar[str]
    """The column that carries the position."""
    EVENTS: str
    RECEIPTS: str
    clock: Clock

    @abstractmethod
    def append(self, events: Sequence[StoredEvent], receipt: ReceiptDraft | None = None) -> tuple[StampedEvent, ...]:
        """Put events and their receipt into the log, all or none; StaleVersion or ReceiptTaken otherwise."""

    @abstractmethod
    def position_at(self, known_at: datetime) -> int:
        """The newest position that was known at an instant, once the writers under way are done; 0 for none."""

    @abstractmethod
    def present(self) -> datetime:
        """The present by the clock that stamps: no event that is yet to come can be stamped before it."""

    @abstractmethod
    def durability(self) -> Durability:
        """The settings on which durability rests, read back from the engine."""

    @abstractmethod
    def content_hash(self) -> str:
        """SHA-256 over all events in log order and all receipts, of one moment; the same on every engine."""

    @abstractmethod
    def close(self) -> None:
        """Close every connection."""

    @abstractmethod
    def rows(self, statement: str, params: Sequence[object] = ()) -> list[Any]:
        """The rows of a statement that only reads, each to be asked by column name."""

    @abstractmethod
    def written_id(self, stream_id: UUID) -> object:
        """A stream's id as the engine keeps it."""

    @abstractmethod
    def read_id(self, written: Any) -> UUID:
        """The stream's id of what the engine keeps."""

    @abstractmethod
    def read_instant(self, written: Any) -> datetime:
        """The instant, in UTC, of what the engine keeps."""

    def stream(self, stream_id: UUID, up_to: int | None = None) -> tuple[StampedEvent, ...]:
        """The events of a stream in their order, up to and including a position where one is given."""
        where = f"originator_id=? AND {self.POSITION}<=? ORDER BY originator_version"
        return self.select_stamped(where, (self.written_id(stream_id), or_all(up_to)))

    def since(self, position: int, limit: int) -> tuple[StampedEvent, ...]:
        """At most `limit` events after a position, of all streams, in log order."""
        return self.select_stamped(f"{self.POSITION}>? ORDER BY {self.POSITION} LIMIT ?", (position, limit))

    def touched(self, position: int, limit: int) -> tuple[Touched, ...]:
        """What was appended after a position, at most `limit` of it, in log order."""
        return self._touched(self.rows(self._after, (position, limit)))

    def news(
        self, position: int, limit: int, keys: Sequence[tuple[str, str]]
    ) -> tuple[tuple[Touched, ...], list[Receipt]]:
        """What `touched` and `receipts` say, by one statement; at least one key."""
        appended, given = self._of_keys(keys)
        rows = self.rows(
            f"SELECT n.*, NULL AS principal, NULL AS idempotency_key, NULL AS request_hash, NULL AS answer "
            f"FROM ({self._after}) AS n UNION ALL "
            f"SELECT k.position, NULL, NULL, k.recorded_at, k.principal, k.idempotency_key, k.request_hash, k.answer "
            f"FROM ({appended}) AS k",
            (position, limit, *given),
        )
        touched = self._touched([row for row in rows if row["principal"] is None])
        receipts = [self._receipt(row, self.POSITION) for row in rows if row["principal"] is not None]
        return tuple(sorted(touched, key=lambda one: one.position)), receipts

    @property
    def _after(self) -> str:
        return (
            f"SELECT {_TOUCHED.format(self.POSITION)} FROM {self.EVENTS} "
            f"WHERE {self.POSITION}>? ORDER BY {self.POSITION} LIMIT ?"
        )

    def _touched(self, rows: Sequence[Any]) -> tuple[Touched, ...]:
        return tuple(
            Touched(
                int(row[self.POSITION]),
                self.read_id(row["originator_id"]),
                row["topic"],
                self.read_instant(row["recorded_at"]),
            )
            for row in rows
        )

    def begun(self, topics: Sequence[str], after: int, up_to: int | None) -> tuple[UUID, ...]:
        """The streams that began with one of the topics after one position and not after another, in that order."""
        statement = f"{self._begun(topics, 'originator_id')} AND {self.POSITION}>? ORDER BY {self.POSITION}"
        rows = self.rows(statement, (*topics, or_all(up_to), after))
        return tuple(self.read_id(row["originator_id"]) for row in rows)

    def of_begun(self, topics: Sequence[str], up_to: int | None) -> tuple[StampedEvent, ...]:
        """Every event of the streams that began with one of the topics, in log order."""
        streams, end = self._begun(topics, "originator_id"), or_all(up_to)
        where = f"originator_id IN ({streams}) AND {self.POSITION}<=? ORDER BY {self.POSITION}"
        return self.select_stamped(where, (*topics, end, end))

    def newest_of_begun(self, topics: Sequence[str]) -> int:
        """The position of the newest event of such streams; 0 where there is none."""
        streams = self._begun(topics, "originator_id")
        newest = f"SELECT MAX({self.POSITION}) AS newest FROM {self.EVENTS} WHERE originator_id IN ({streams})"
        return int(self.rows(newest, (*topics, NO_LIMIT))[0]["newest"] or 0)

    def _begun(self, topics: Sequence[str], column: str) -> str:
        marks = ",".join("?" * len(topics))
        return (
            f"SELECT {column} FROM {self.EVENTS} "
            f"WHERE originator_version=1 AND topic IN ({marks}) AND {self.POSITION}<=?"
        )

    def newest_touched(self) -> Touched | None:
        """That the newest event was appended; None in an empty log."""
        newest = f"SELECT {_TOUCHED.format(self.POSITION)} FROM {self.EVENTS} ORDER BY {self.POSITION} DESC LIMIT 1"
        return next(iter(self._touched(self.rows(newest))), None)

    def receipt(self, principal: str, key: str) -> Receipt | None:
        """The receipt of a key; None where the principal has not used it."""
        return next(iter(self.receipts([(principal, key)])), None)

    def receipts(self, keys: Sequence[tuple[str, str]]) -> list[Receipt]:
        """The receipts of keys, each named with its principal, in no order; those that were not used are left out."""
        return [self._receipt(row) for row in self.rows(*self._of_keys(keys))] if keys else []

    def _of_keys(self, keys: Sequence[tuple[str, str]]) -> tuple[str, tuple[str, ...]]:
        wanted = ", ".join(["(?, ?)"] * len(keys))
        statement = (
            "SELECT r.principal, r.idempotency_key, r.request_hash, r.answer, r.position, e.recorded_at "
            f"FROM {self.RECEIPTS} r LEFT JOIN {self.EVENTS} e ON e.{self.POSITION} = r.position "
            f"WHERE (r.principal, r.idempotency_key) IN (VALUES {wanted})"
        )
        return statement, tuple(part for key in keys for part in key)

    def _receipt(self, row: Any, position: str = "position") -> Receipt:
        stamp = None if row["recorded_at"] is None else self.read_instant(row["recorded_at"])
        return Receipt(
            row["principal"], row["idempotency_key"], row["request_hash"], row["answer"], int(row[position]), stamp
        )

    def select_stamped(self, where: str, params: Sequence[object]) -> tuple[StampedEvent, ...]:
        """The events that a condition picks (with its ORDER BY and LIMIT), with their stamps."""
        columns = f"originator_id, originator_version, topic, state, {self.POSITION}, recorded_at"
        rows = self.rows(f"SELECT {columns} FROM {self.EVENTS} WHERE {where}", params)
        return tuple(self.stamped(row) for row in rows)

    def stamped(self, row: Any) -> StampedEvent:
        """The event of a row."""
        return StampedEvent(
            originator_id=self.read_id(row["originator_id"]),
            originator_version=int(row["originator_version"]),
            topic=row["topic"],
            state=bytes(row["state"]),
            position=int(row[self.POSITION]),
            recorded_at=self.read_instant(row["recorded_at"]),
        )


def or_all(up_to: int | None) -> int:
    """A position, or one after every other."""
    return NO_LIMIT if up_to is None else up_to
