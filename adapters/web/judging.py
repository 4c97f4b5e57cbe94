"""Determinations as answers: what the engine says now, and what was proposed and issued before, each with its trace."""

from typing import Any

from adapters.web.opened import Opened
from oba.dates import write_instant
from oba.determination.determination import Determination
from oba.facts.base import Body
from oba.facts.recorded import Recorded
from oba.infusion.events import (
    DeterminationEndorsed,
    DeterminationProposed,
    DeterminationReturned,
    MilestoneDetermined,
    MilestoneWaived,
    MilestoneWaiverProposed,
)
from oba.infusion.questions import determinations
from oba.schedule import phase


def judged(opened: Opened, agreement_id: str | None, milestone: str | None) -> list[dict[str, Any]]:
    """The engine's answer of each milestone of each enrolment that the asker may see, for `as_of` and `known_at`."""
    own = opened.sight.milestones(known_at=opened.known_at, as_of=opened.as_of)
    answers = determinations(
        opened.state, opened.shelf, opened.services.tracker.reference, as_of=opened.as_of, known_at=opened.known_at
    )
    return [
        _shown(answer, opened)
        for answer in answers
        if (answer.agreement_id, answer.milestone) in own
        and agreement_id in (None, answer.agreement_id)
        and milestone in (None, answer.milestone)
    ]


def _shown(answer: Determination, opened: Opened) -> dict[str, Any]:
    content = opened.asker.scope.content(answer.model_dump(mode="json"))
    wanted = [one.model_dump(mode="json") for one in answer.wanted]
    return {**content, "phase": phase(answer.obligation, opened.as_of), "wanted": wanted}


def stored(opened: Opened) -> dict[str, Any]:
    """Every proposal as it was stored, of a determination or a waiver, and every decision on one, up to `as_of`."""
    events = [event for event in opened.events if event.occurred_on <= opened.as_of]
    decided = (DeterminationEndorsed, MilestoneDetermined, DeterminationReturned, MilestoneWaived)
    return {
        "proposed": [_entry(event, opened) for event in events if isinstance(event.body, DeterminationProposed)],
        "waivers": [_entry(event, opened) for event in events if isinstance(event.body, MilestoneWaiverProposed)],
        "decided": [_entry(event, opened) for event in events if isinstance(event.body, decided)],
    }


def _entry(event: Recorded[Body], opened: Opened) -> dict[str, Any]:
    return {
        "event_id": str(event.event_id),
        "recorded_at": write_instant(event.recorded_at),
        "actor": event.actor,
        **opened.sight.content(event.body),
    }
