"""What the domain needs of the world; `adapters/` offers it."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The only source of the present."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        ...


class Notifier(Protocol):
    """The way a message leaves the house."""

    def deliver(self, *, key: str, address: str, subject: str, text: str) -> None:
        """Hand over one message with its stable key; raises when it was not taken."""
        ...
