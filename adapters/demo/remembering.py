"""Log and directory as a loader uses them: nobody else writes meanwhile, so what was seen once is not read again."""

from collections.abc import Sequence
from functools import cache
from uuid import UUID

from adapters.log.log import Log
from adapters.log.receipt import ReceiptDraft
from adapters.log.recording import LogRecorder
from adapters.records.directory import Directory, Htc, Payer, Person
from oba.facts.base import Body
from oba.facts.recorded import Drafted, Recorded


class RememberingLog(Log):
    """A log that keeps the streams it has seen in memory; right only while it is the one writer of its file."""

    def __init__(self, recorder: LogRecorder) -> None:
        super().__init__(recorder)
        self._streams: dict[UUID, tuple[Recorded[Body], ...]] = {}

    def stream(self, stream_id: UUID, *, up_to: int | None = None) -> tuple[Recorded[Body], ...]:
        """The events of a stream in their order, up to and including a log position where one is given."""
        if stream_id not in self._streams:
            self._streams[stream_id] = super().stream(stream_id)
        events = self._streams[stream_id]
        return events if up_to is None else tuple(event for event in events if event.position <= up_to)

    def append(
        self, events: Sequence[Drafted[Body]], *, receipt: ReceiptDraft | None = None
    ) -> tuple[Recorded[Body], ...]:
        """Put events into the log with their receipt, all or none, and remember them."""
        touched = {event.stream_id for event in events}
        before = {stream_id: self._streams.pop(stream_id, None) for stream_id in touched}
        recorded = super().append(events, receipt=receipt)
        for stream_id, known in before.items():
            if known is not None:
                added = tuple(event for event in recorded if event.stream_id == stream_id)
                self._streams[stream_id] = (*known, *added)
        return recorded


class RememberingDirectory(Directory):
    """A directory that reads each list once; right only while nobody enters anything."""

    @cache  # noqa: B019  the directory lives no longer than the load
    def htcs(self) -> tuple[Htc, ...]:
        """All HTCs by id."""
        return super().htcs()

    @cache  # noqa: B019  as above
    def payers(self) -> tuple[Payer, ...]:
        """All payers by id."""
        return super().payers()

    @cache  # noqa: B019  as above
    def people(self, organisation_id: str | None = None, role: str | None = None) -> tuple[Person, ...]:
        """People by id, of an organisation and in a role where these are given."""
        return super().people(organisation_id, role)
