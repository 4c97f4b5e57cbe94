"""Between an event and its bytes: compact JSON of the model, a topic from the list, and proof that it reads back.

Columns carry stream, version, position and `recorded_at`; the bytes carry the rest of the envelope and the body.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Generic, TypeVar
from uuid import UUID

from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent
from pydantic import BaseModel, ConfigDict, ValidationError

from adapters.log.refusals import NotTheSameAfterReading
from adapters.log.topics import event_type, topic_of
from oba.dates import Day, Instant
from oba.facts.base import Body
from oba.facts.recorded import Drafted, Recorded, Source, built
from oba.units import Code

B = TypeVar("B", bound=Body)
_DRAFTED = Drafted[Body]
_RECORDED = Recorded[Body]
_COLUMNS = {"stream_id", "version", "position", "recorded_at"}


@dataclass(frozen=True)
class StampedEvent(StoredEvent):
    """A stored event with its place in the log and the instant at which it got there."""

    position: int
    recorded_at: datetime


class _State(BaseModel, Generic[B]):
    """What the bytes of an event hold."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    event_id: UUID
    occurred_on: Day
    occurred_at: Instant | None = None
    actor: Code
    source: Source
    command_id: UUID
    correlation_id: UUID
    body: B


@cache
def _state_of(body_type: type[Body]) -> type[_State[Any]]:
    return _State[body_type]  # type: ignore[valid-type]


class EventMapper(Mapper[UUID]):
    """The library's mapper in our encoding."""

    def __init__(self) -> None:
        super().__init__(JSONTranscoder())

    def to_stored_event(self, domain_event: Drafted[Body]) -> StoredEvent:  # type: ignore[override]
        """Encode an event, and refuse it (NotTheSameAfterReading) unless its bytes read back as the same event."""
        stored = StoredEvent(
            originator_id=domain_event.stream_id,
            originator_version=domain_event.version,
            topic=topic_of(domain_event.body),
            state=encode(domain_event),
        )
        try:
            again = _drafted(stored)
        except ValidationError as error:
            raise NotTheSameAfterReading("the event does not read back from its bytes") from error
        if again != domain_event or encode(again) != stored.state:
            raise NotTheSameAfterReading("the event reads back as another event than was written")
        return stored

    def to_domain_event(self, stored_event: StoredEvent) -> Recorded[Body]:  # type: ignore[override]
        """Decode a stamped event; UnknownTopic and ValidationError stop the reader, nothing is skipped."""
        if not isinstance(stored_event, StampedEvent):
            raise TypeError("an event is read together with its position and recorded_at")
        stamps = {"position": stored_event.position, "recorded_at": stored_event.recorded_at}
        return built(_RECORDED, {**_members(stored_event), **stamps})


def encode(event: Drafted[Body]) -> bytes:
    """The bytes of an event: compact JSON of everything but the columns."""
    return event.__pydantic_serializer__.to_json(event, exclude=_COLUMNS)


def stamped(event: Drafted[Body], position: int, recorded_at: datetime) -> Recorded[Body]:
    """The event as it would lie in the log at a position; for dry runs."""
    return built(_RECORDED, {**vars(event), "position": position, "recorded_at": recorded_at})


def _drafted(stored: StoredEvent) -> Drafted[Body]:
    return built(_DRAFTED, _members(stored))


def _members(stored: StoredEvent) -> dict[str, Any]:
    state = _state_of(event_type(stored.topic)).__pydantic_validator__.validate_json(stored.state)
    return {**vars(state), "stream_id": stored.originator_id, "version": stored.originator_version}
