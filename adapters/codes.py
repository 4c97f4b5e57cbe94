"""The codes by which people name infusions; a code is worked out from the id, so finding an id takes a table."""

from threading import Lock
from uuid import UUID

from adapters.following import Following
from adapters.log.log import Log
from oba.identity import opaque_code


class Codes:
    """Codes of all infusions, kept in memory and brought up to the log on each question."""

    def __init__(self, log: Log, following: Following) -> None:
        self._log = log
        self._following = following
        self._lock = Lock()
        self._generation = 0
        self._read_to = 0
        self._infusions: dict[str, UUID] = {}

    def infusion(self, code: str) -> UUID | None:
        """The infusion of a code; None where there is none."""
        self._following.look()
        with self._lock:
            standing = self._following.standing
            if standing.generation != self._generation:
                self._infusions, self._read_to, self._generation = {}, 0, standing.generation
            if standing.position > self._read_to:
                newer = self._log.infusion_ids(standing.position, after=self._read_to)
                self._infusions |= {opaque_code(infusion): infusion for infusion in newer}
                self._read_to = standing.position
            return self._infusions.get(code)
