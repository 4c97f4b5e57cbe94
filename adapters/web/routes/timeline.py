"""The timeline of one infusion: every event that the asker may see, in the order in which we learned it."""

from typing import Any

from fastapi import APIRouter

from adapters.web.opened import Opened, TheOpened
from oba.dates import write_instant
from oba.facts.base import Body, Fact
from oba.facts.correction import FactCorrected
from oba.facts.recorded import Recorded

router = APIRouter(tags=["infusions"])


@router.get("/infusions/{code}/timeline", name="read_timeline")
def read_timeline(opened: TheOpened) -> dict[str, Any]:
    """What happened up to `as_of`, as known at `known_at`."""
    aside = opened.state.evidence().set_aside
    sealed = {one.fact_id for one in aside if one.reason == "sealed"}
    seen = [event for event in opened.events if event.occurred_on <= opened.as_of]
    return opened.answer(events=[_head(event) if event.event_id in sealed else _entry(opened, event) for event in seen])


def _head(event: Recorded[Body]) -> dict[str, Any]:
    """The envelope; all that is said of a fact recorded after consent was withdrawn (settled A5)."""
    return {
        "event_id": str(event.event_id),
        "version": event.version,
        "kind": event.body.kind,
        "occurred_on": event.occurred_on.isoformat(),
        "recorded_at": write_instant(event.recorded_at),
        "actor": event.actor,
        "sealed": True,
    }


def _entry(opened: Opened, event: Recorded[Body]) -> dict[str, Any]:
    content = event.body.content if isinstance(event.body, FactCorrected) else event.body
    return {
        **_head(event),
        "sealed": False,
        "occurred_at": write_instant(event.occurred_at) if event.occurred_at else None,
        "says": content.says() if isinstance(content, Fact) else event.body.kind.replace("_", " "),
        "content": opened.sight.content(event.body),
    }
