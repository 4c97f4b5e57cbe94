"""What a command is answered with: plain content that can be kept as a receipt and given again, word for word."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from oba.dates import write_instant
from oba.facts.base import Body, Fact
from oba.facts.correction import FactCorrected
from oba.facts.recorded import Drafted, Recorded
from oba.identity import opaque_code


@dataclass(frozen=True)
class Answer:
    """The answer to a command that was carried out; `replayed` when it had been before."""

    answer: dict[str, Any]
    replayed: bool = False


def answer_of(
    infusion_id: UUID, events: Sequence[Recorded[Body]], last: Recorded[Body] | None, more_flags: Iterable[str] = ()
) -> dict[str, Any]:
    """Ids of the events, the infusion and its code, and where the stream stands after its last event."""
    newest = events[-1] if events else last
    return {
        "event_ids": [str(event.event_id) for event in events],
        "infusion_id": str(infusion_id),
        "code": opaque_code(infusion_id),
        "version": newest.version if newest else 0,
        "position": newest.position if newest else 0,
        "recorded_at": write_instant(newest.recorded_at) if newest else None,
        "flags": [*flags_of(events), *more_flags],
    }


def flags_of(events: Iterable[Drafted[Body]]) -> list[str]:
    """What is implausible though possible in the facts of events, each word once."""
    facts = [event.body.content if isinstance(event.body, FactCorrected) else event.body for event in events]
    return list(dict.fromkeys(flag for fact in facts if isinstance(fact, Fact) for flag in fact.flags()))
