"""The log as the projector reads it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from oba.facts.base import Body
from oba.facts.recorded import Recorded


class Appended(Protocol):
    """That an event was appended; its bytes need not be readable."""

    @property
    def position(self) -> int:
        """Its place in the log."""
        ...

    @property
    def topic(self) -> str:
        """Its stored name."""
        ...

    @property
    def recorded_at(self) -> datetime:
        """Its stamp."""
        ...


class Touched(Appended, Protocol):
    """An appended event with its stream."""

    @property
    def stream_id(self) -> UUID:
        """The stream."""
        ...


class Recorder(Protocol):
    """Events as they are stored."""

    def stream(self, stream_id: UUID, up_to: int | None = None) -> Sequence[Appended]:
        """The events of a stream, undecoded, up to a position."""
        ...


class EventSource(Protocol):
    """The log as the projector reads it."""

    @property
    def recorder(self) -> Recorder:
        """The stored events."""
        ...

    def touched(self, position: int, limit: int) -> Sequence[Touched]:
        """What was appended after a position, at most `limit` of it, in log order."""
        ...

    def stream(self, stream_id: UUID, *, up_to: int | None = None) -> tuple[Recorded[Body], ...]:
        """The events of a stream up to a position."""
        ...

    def documents(self, up_to: int | None = None) -> tuple[Recorded[Body], ...]:
        """Every event of every document up to a position."""
        ...

    def documents_position(self) -> int:
        """The position of the newest event of any document; 0 where there is none."""
        ...

    def infusion_ids(self, up_to: int | None = None) -> tuple[UUID, ...]:
        """The infusions that began up to a position."""
        ...

    def newest(self) -> tuple[int, datetime] | None:
        """Position and stamp of the newest event; None in an empty log."""
        ...
