"""What a command must know before it decides: whether its key was used, what was appended meanwhile, the directory.

Threads that ask at the same moment ask the stores together, since each question to a server costs a round trip.
Nobody is answered by a question that was put before it asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eventsourcing.persistence import OperationalError

from adapters.following import Following
from adapters.log.receipt import Receipt
from adapters.log.together import Together
from adapters.receipts import Asking
from adapters.records.directory import Directory, Known


class _BrokenOff(OperationalError):
    """Whoever asked for several did not get an answer."""


@dataclass(frozen=True)
class Learned:
    """What the stores said after the command came in."""

    receipt: Receipt | None
    known: Known


class Learning:
    """Asks log and directory for what a command must know; safe in any number of threads."""

    def __init__(self, following: Following, directory: Directory) -> None:
        self._following = following
        self._directory = directory
        self._together = Together(self._learn, lost=_BrokenOff)

    def of(self, asking: Asking) -> Learned:
        """The receipt of a request, and the directory, once what was appended meanwhile is noted."""
        try:
            return self._together.put(asking)
        except _BrokenOff:
            return self._learn([asking])[0]

    def _learn(self, askings: Sequence[Asking]) -> list[Learned]:
        keys = [(one.principal, one.key) for one in askings if one.key is not None]
        receipts = self._following.look_and_find(keys)
        known = self._directory.known()
        return [Learned(_of(receipts, one), known) for one in askings]


def _of(receipts: Mapping[tuple[str, str], Receipt], asking: Asking) -> Receipt | None:
    return None if asking.key is None else receipts.get((asking.principal, asking.key))
