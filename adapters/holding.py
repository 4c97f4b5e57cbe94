"""Whose a reference is: the texts of events, among them keyed digests, and the patient that a stream is about."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from adapters.records.vault import HOUSE
from oba.facts.base import Body
from oba.facts.infused import Infused
from oba.facts.recorded import Drafted


def patient_of(events: Sequence[Drafted[Body]]) -> UUID:
    """The patient whose infusion's stream begins with the first of the events; nobody where it begins otherwise."""
    first = events[0].body if events else None
    return first.patient_token if isinstance(first, Infused) else HOUSE


def texts(content: Any) -> Iterator[str]:
    """Every text in events, their bodies and whatever these contain."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, BaseModel):
        yield from texts([part for _, part in content])
    elif isinstance(content, dict):
        yield from texts(list(content.values()))
    elif isinstance(content, list | tuple):
        for part in content:
            yield from texts(part)
