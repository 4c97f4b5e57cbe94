"""An event as it lies in the log: its content in an envelope of when, who, from where, and when we knew it."""

from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny

from oba.dates import Day, Instant
from oba.facts.base import Body
from oba.units import Code, Digest

B = TypeVar("B", bound=Body, covariant=True)
M = TypeVar("M", bound=BaseModel)


class Source(BaseModel):
    """Where a fact comes from: the system, and digests of its document and accession; never their plain values."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    system: Code
    document_digest: Digest | None = None
    accession_digest: Digest | None = None


class Drafted(BaseModel, Generic[B]):
    """An event decided but not yet in the log; the log stamps position and `recorded_at` in the append."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    event_id: UUID
    stream_id: UUID
    version: int = Field(ge=1)
    occurred_on: Day
    occurred_at: Instant | None = None
    actor: Code
    source: Source
    command_id: UUID
    correlation_id: UUID
    body: SerializeAsAny[B]


class Recorded(Drafted[B], Generic[B]):
    """An event in the log. `position` is its place in knowledge order; `recorded_at` the instant at which we knew
    it.
    """

    position: int = Field(ge=1)
    recorded_at: Instant


def built(model: type[M], members: dict[str, Any]) -> M:
    """A model of members that were validated before: every one of them is given, none is looked at again.

    It is `model_construct` without the search for defaults and aliases, which costs more than reading the event.
    """
    one = model.__new__(model)
    one.__setstate__(
        {
            "__dict__": members,
            "__pydantic_fields_set__": set(members),
            "__pydantic_extra__": None,
            "__pydantic_private__": None,
        }
    )
    return one
