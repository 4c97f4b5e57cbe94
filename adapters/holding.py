"""Whose a reference is: the keyed digests that events name, and the patient that a stream is about."""

import re
from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from adapters.log.mapper import encode
from adapters.records.vault import HOUSE
from oba.facts.base import Body
from oba.facts.infused import Infused
from oba.facts.recorded import Drafted

_DIGEST: Final = re.compile(rb'"([0-9a-f]{64})"')


def patient_of(events: Sequence[Drafted[Body]]) -> UUID:
    """The patient whose infusion's stream begins with the first of the events; nobody where it begins otherwise."""
    first = events[0].body if events else None
    return first.patient_token if isinstance(first, Infused) else HOUSE


def digests_in(events: Sequence[Drafted[Body]]) -> Iterator[str]:
    """Every text in events that looks like a keyed digest, wherever it stands in them."""
    for event in events:
        yield from (digest.decode() for digest in _DIGEST.findall(encode(event)))
