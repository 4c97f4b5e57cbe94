"""What a command is answered with: plain content that can be kept as a receipt and given again, word for word."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from adapters.log.mapper import stamped
from oba.dates import LAST_DAY, write_instant
from oba.evidence import FOR_EVER, known
from oba.facts.base import Body, Fact
from oba.facts.consent import ConsentWithdrawn
from oba.facts.correction import FactCorrected
from oba.facts.recorded import Drafted, Recorded
from oba.identity import opaque_code
from oba.infusion.events import DataRequested, DeterminationProposed, MilestoneWaiverProposed
from oba.infusion.state import InfusionState

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
    newest = events[-1] if events else earlier[-1] if earlier else None
    return _answer(infusion_id, events, newest, [*sealing(earlier, events), *more_flags])


def _answer(
    infusion_id: UUID, events: Sequence[Recorded[Body]], newest: Recorded[Body] | None, more_flags: list[str]
) -> dict[str, Any]:
    return {
        **_opened(events),
        "event_ids": [str(event.event_id) for event in events],
        "infusion_id": str(infusion_id),
        "code": opaque_code(infusion_id),
        "version": newest.version if newest else 0,
        "position": newest.position if newest else 0,
        "recorded_at": write_instant(newest.recorded_at) if newest else None,
        "flags": [*flags_of(events), *more_flags],
    }


def answer_before(
    state: InfusionState, drafted: Sequence[Drafted[Body]], now: datetime, more_flags: Iterable[str] = ()
) -> dict[str, Any]:
    """The answer to what is about to be appended: without position and stamp, unless nothing is."""
    if not drafted:
        return answer_of(state.infusion_id, state.events, (), more_flags)
    after = state.events[-1].position if state.exists else 0
    provisional = [stamped(event, after + place, now) for place, event in enumerate(drafted, 1)]
    sealed = sealing(state.events if state.told.withdrawn else (), provisional)
    content = _answer(state.infusion_id, provisional, provisional[-1], [*sealed, *more_flags])
    return {name: part for name, part in content.items() if name not in ("position", "recorded_at")}


def stamped_answer(answer: Mapping[str, Any], position: int, recorded_at: datetime | None) -> dict[str, Any]:
    """An answer with the stamps of its newest event, where it does not carry stamps already."""
    return {"position": position, "recorded_at": write_instant(recorded_at) if recorded_at else None, **answer}


def place_of(events: Sequence[Recorded[Body]]) -> tuple[int, datetime | None]:
    """Position and stamp of the newest of the events."""
    return (events[-1].position, events[-1].recorded_at) if events else (0, None)


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
    if ConsentWithdrawn not in {type(event.body) for event in (*earlier, *events)}:
        return ()
    evidence = known((*earlier, *events), known_at=FOR_EVER, as_of=LAST_DAY)
    kept = {one.fact_id for one in evidence.set_aside if one.reason == SEALED}
    return (SEALED,) if any(event.event_id in kept for event in events) else ()


def flags_of(events: Iterable[Drafted[Body]]) -> list[str]:
    """What is implausible though possible in the facts of events, each word once."""
    facts = [event.body.content if isinstance(event.body, FactCorrected) else event.body for event in events]
    return list(dict.fromkeys(flag for fact in facts if isinstance(fact, Fact) for flag in fact.flags()))
