"""What the domain needs of the world; `adapters/` offers it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from oba.facts.base import Body
from oba.facts.recorded import Drafted, Recorded


class Clock(Protocol):
    """The only source of the present."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        ...


class InfusionBook(Protocol):
    """The streams of all infusions."""

    def stream(self, stream_id: UUID, *, up_to: int | None = None) -> tuple[Recorded[Body], ...]:
        """The events of a stream in their order, up to and including a log position where one is given."""
        ...

    def append(self, events: Sequence[Drafted[Body]]) -> tuple[Recorded[Body], ...]:
        """Put events into the log, all or none; the log stamps position and `recorded_at`."""
        ...


class Notifier(Protocol):
    """The way a message leaves the house."""

    def deliver(self, *, key: str, address: str, subject: str, text: str) -> None:
        """Hand over one message with its stable key; raises when it was not taken."""
        ...
