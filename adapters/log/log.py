"""The door to the log: streams, the order of everything, receipts; what engine lies behind it is not seen here."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from eventsourcing.persistence import IntegrityError

from adapters.log.mapper import EventMapper, StampedEvent, stamped
from adapters.log.receipt import Receipt, ReceiptDraft
from adapters.log.recording import LogRecorder, Touched
from adapters.log.refusals import StaleVersion
from adapters.log.topics import DOCUMENT_TOPICS, INFUSION_TOPICS
from oba.facts.base import Body
from oba.facts.recorded import Drafted, Recorded


class Log:
    """All streams of infusions and documents in one order."""

    def __init__(self, recorder: LogRecorder) -> None:
        self.mapper = EventMapper()
        self.recorder = recorder

    def append(
        self, events: Sequence[Drafted[Body]], *, receipt: ReceiptDraft | None = None
    ) -> tuple[Recorded[Body], ...]:
        """Put events into the log with their receipt, all or none; LogRefused where they do not fit."""
        stored = [self.mapper.to_stored_event(event) for event in events]
        try:
            appended = self.recorder.append(stored, receipt)
        except IntegrityError as error:
            raise StaleVersion("the stream has moved on meanwhile") from error
        return tuple(stamped(draft, one.position, one.recorded_at) for draft, one in zip(events, appended, strict=True))

    def _read(self, stored: Sequence[StampedEvent]) -> tuple[Recorded[Body], ...]:
        return tuple(self.mapper.to_domain_event(event) for event in stored)

    def stream(self, stream_id: UUID, *, up_to: int | None = None) -> tuple[Recorded[Body], ...]:
        """The events of a stream in their order, up to and including a log position where one is given."""
        return self._read(self.recorder.stream(stream_id, up_to))

    def since(self, position: int, limit: int) -> tuple[Recorded[Body], ...]:
        """At most `limit` events after a position, of all streams, in log order."""
        return self._read(self.recorder.since(position, limit))

    def touched(self, position: int, limit: int) -> tuple[Touched, ...]:
        """What was appended after a position, at most `limit` of it, in log order and without its bytes."""
        return self.recorder.touched(position, limit)

    def news(
        self, position: int, limit: int, keys: Sequence[tuple[str, str]]
    ) -> tuple[tuple[Touched, ...], dict[tuple[str, str], Receipt]]:
        """What `touched` and `receipts` say, asked at once; at least one key."""
        touched, receipts = self.recorder.news(position, limit, keys)
        return touched, _by_key(receipts)

    def infusion_ids(self, up_to: int | None = None, *, after: int = 0) -> tuple[UUID, ...]:
        """The infusions whose streams began after one position and not after another, in that order."""
        return self.recorder.begun(INFUSION_TOPICS, after, up_to)

    def documents(self, up_to: int | None = None) -> tuple[Recorded[Body], ...]:
        """Every event of every agreement, payer rule and follow-up plan, in log order."""
        return self._read(self.recorder.of_begun(DOCUMENT_TOPICS, up_to))

    def documents_position(self) -> int:
        """The position of the newest event of any document; 0 where there is none."""
        return self.recorder.newest_of_begun(DOCUMENT_TOPICS)

    def receipt(self, principal: str, key: str) -> Receipt | None:
        """The receipt of a key; None where the principal has not used it."""
        return self.recorder.receipt(principal, key)

    def receipts(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Receipt]:
        """The receipts of several keys, each named with its principal; those that were not used are left out."""
        return _by_key(self.recorder.receipts(keys))

    def head(self) -> int:
        """The position of the newest event; 0 in an empty log."""
        newest = self.newest()
        return newest[0] if newest else 0

    def last_recorded_at(self) -> datetime | None:
        """The stamp of the newest event; None in an empty log."""
        newest = self.newest()
        return newest[1] if newest else None

    def newest(self) -> tuple[int, datetime] | None:
        """Position and stamp of the newest event, read at one moment; None in an empty log."""
        newest = self.recorder.newest_touched()
        return (newest.position, newest.recorded_at) if newest else None

    def newest_touched(self) -> Touched | None:
        """That the newest event was appended, to which stream; None in an empty log."""
        return self.recorder.newest_touched()

    def present(self) -> datetime:
        """The present by the clock that stamps events, which may be that of the database's machine."""
        return self.recorder.present()

    def position_at(self, known_at: datetime) -> int:
        """The newest position that was known at an instant; 0 where nothing was.

        Writers under way are waited for: one may have stamped an event before the instant and not committed it yet.
        """
        return self.recorder.position_at(known_at)

    def content_hash(self) -> str:
        """SHA-256 over all events and receipts, the same on every engine."""
        return self.recorder.content_hash()

    def close(self) -> None:
        """Close all connections; the log cannot be used afterwards."""
        self.recorder.close()


def _by_key(receipts: Sequence[Receipt]) -> dict[tuple[str, str], Receipt]:
    return {(one.principal, one.key): one for one in receipts}
