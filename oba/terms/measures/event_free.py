"""Whether none of a list of events happened by the landmark, the due date of the milestone (C09, C18)."""

from typing import Literal

from pydantic import Field

from oba.terms.block import Block
from oba.terms.measures.any_event import CountedEvent


class EventFree(Block):
    """Free of every event of the list from Day 0 through the due date."""

    kind: Literal["event_free"]
    events: tuple[CountedEvent, ...] = Field(min_length=1, max_length=20)
