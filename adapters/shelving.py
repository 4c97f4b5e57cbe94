"""Documents into the log, and the shelf as the log has it; kept in memory until a document is added."""

from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Final
from uuid import UUID

from adapters.answer import Answer
from adapters.following import Standing
from adapters.log.log import Log
from adapters.log.refusals import StaleVersion
from oba.dates import write_instant
from oba.document.commands import AnyDocumentCommand, EndDocument
from oba.document.decide import decide_document
from oba.document.shelf import shelf_of
from oba.facts.base import Body
from oba.facts.recorded import Drafted, Recorded
from oba.identity import document_stream_id
from oba.problems import Refusal, refuse
from oba.terms.shelf import Shelf

_ATTEMPTS: Final = 5


class Shelving:
    """Registers, amends and ends documents."""

    def __init__(self, log: Log, now: Callable[[], datetime]) -> None:
        self._log = log
        self._now = now
        self._lock = Lock()
        self._read_at = (0, -1)
        self._shelf = Shelf()

    def shelf(self, standing: Standing) -> Shelf:
        """Every version of every document that the log has; read again only when one was added, or the log replaced."""
        with self._lock:
            if self._read_at != (standing.generation, standing.documents_position):
                self._shelf = shelf_of(self._log.documents(standing.documents_position))
                self._read_at = standing.generation, standing.documents_position
            return self._shelf

    def execute(self, command: AnyDocumentCommand) -> Answer | Refusal:
        """Carry a command on a document out; a version that lies on the shelf already is answered as before."""
        document_id = command.document_id if isinstance(command, EndDocument) else command.document.id
        stream_id = document_stream_id(document_id)
        for _ in range(_ATTEMPTS):
            stream = self._log.stream(stream_id)
            decided = decide_document(stream, command, self._now())
            if isinstance(decided, Refusal):
                return decided
            try:
                return self._answered(document_id, stream_id, stream, decided)
            except StaleVersion:
                continue
        return refuse("stale", "busy", "others write to the same document at this moment", "try again in a moment")

    def _answered(
        self, document_id: str, stream_id: UUID, stream: tuple[Recorded[Body], ...], decided: tuple[Drafted[Body], ...]
    ) -> Answer:
        events = self._log.append(decided) if decided else ()
        newest = (*stream, *events)[-1]
        content = {
            "event_ids": [str(event.event_id) for event in events],
            "document_id": document_id,
            "stream_id": str(stream_id),
            "version": newest.version,
            "position": newest.position,
            "recorded_at": write_instant(newest.recorded_at),
        }
        return Answer(content, replayed=not events)
