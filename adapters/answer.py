"""What a command is answered with: plain content that can be kept as a receipt and given again, word for word."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from oba.dates import LAST_DAY, write_instant
from oba.evidence import FOR_EVER, known
from oba.facts.base import Body, Fact
from oba.facts.consent import ConsentWithdrawn
from oba.facts.correction import FactCorrected
from oba.facts.recorded import Drafted, Recorded
from oba.identity import opaque_code
from oba.infusion.events import DataRequested, DeterminationProposed, MilestoneWaiverProposed

SEALED = "sealed"


@dataclass(frozen=True)
class Answer:
    """The answer to a command that was carried out; `replayed` when it had been before."""

    answer: dict[str, Any]
    replayed: bool = False


def answer_of(
    infusion_id: UUID,
    earlier: Sequence[Recorded[Body]],
    events: Sequence[Recorded[Body]],
    more_flags: Iterable[str] = (),
) -> dict[str, Any]:
    """Ids of the events, the infusion and its code, and where the stream stands after its last event.

    `earlier` is the stream as the command met it. What the command opened is named: a data request with its verdict,
    a proposed determination, a proposed waiver.
    """
    newest = next(reversed((*earlier, *events)), None)
    return {
        **_opened(events),
        "event_ids": [str(event.event_id) for event in events],
        "infusion_id": str(infusion_id),
        "code": opaque_code(infusion_id),
        "version": newest.version if newest else 0,
        "position": newest.position if newest else 0,
        "recorded_at": write_instant(newest.recorded_at) if newest else None,
        "flags": [*flags_of(events), *sealing(earlier, events), *more_flags],
    }


def _opened(events: Iterable[Recorded[Body]]) -> dict[str, Any]:
    """The ids by which a later command takes up what these events opened."""
    opened: dict[str, Any] = {}
    for event in events:
        match event.body:
            case DataRequested() as asked:
                opened |= {"request_id": str(asked.request_id), "verdict": asked.verdict.model_dump(mode="json")}
            case DeterminationProposed(determination=determination):
                opened |= {"determination_id": str(determination.determination_id)}
            case MilestoneWaiverProposed(waiver_id=waiver_id):
                opened |= {"waiver_id": str(waiver_id)}
            case _:
                pass
    return opened


def sealing(earlier: Sequence[Recorded[Body]], events: Sequence[Recorded[Body]]) -> tuple[str, ...]:
    """`sealed` where one of the events was recorded while consent was withdrawn, and so does not count."""
    if not any(isinstance(event.body, ConsentWithdrawn) for event in (*earlier, *events)):
        return ()
    evidence = known((*earlier, *events), known_at=FOR_EVER, as_of=LAST_DAY)
    kept = {one.fact_id for one in evidence.set_aside if one.reason == SEALED}
    return (SEALED,) if any(event.event_id in kept for event in events) else ()


def flags_of(events: Iterable[Drafted[Body]]) -> list[str]:
    """What is implausible though possible in the facts of events, each word once."""
    facts = [event.body.content if isinstance(event.body, FactCorrected) else event.body for event in events]
    return list(dict.fromkeys(flag for fact in facts if isinstance(fact, Fact) for flag in fact.flags()))
