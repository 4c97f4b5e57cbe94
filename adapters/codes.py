"""The codes by which people name infusions; a code is worked out from the id, so finding an id takes a table."""

from threading import Lock
from uuid import UUID

from adapters.log.log import Log
from oba.identity import opaque_code


class Codes:
    """Codes of all infusions, kept in memory and brought up to the log on each question."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._lock = Lock()
        self._read_to = 0
        self._infusions: dict[str, UUID] = {}

    def infusion(self, code: str) -> UUID | None:
        """The infusion of a code; None where there is none."""
        with self._lock:
            head = self._log.head()
            if head != self._read_to:
                newer = self._log.infusion_ids(head, after=self._read_to)
                self._infusions |= {opaque_code(infusion): infusion for infusion in newer}
                self._read_to = head
            return self._infusions.get(code)
