"""The evidence of one infusion: the facts known at an instant, corrections resolved, and what was set aside and why."""

from typing import Any

from fastapi import APIRouter

from adapters.web.opened import TheOpened
from oba.dates import write_instant
from oba.evidence import Item
from oba.facts.base import Fact

router = APIRouter(tags=["infusions"])


@router.get("/infusions/{code}/evidence", name="read_evidence")
def read_evidence(opened: TheOpened) -> dict[str, Any]:
    """The facts with a local date up to `as_of`, as known at `known_at`, and the digest of all of them."""
    evidence = opened.state.evidence(known_at=opened.known_at, as_of=opened.as_of)
    shows = opened.sight.shows_fact
    return opened.answer(
        evidence_digest=evidence.digest,
        items=[opened.asker.scope.content(_item(item)) for item in evidence.items if shows(item.fact_id, item.fact)],
        set_aside=[
            one.model_dump(mode="json", exclude={"fact"}) for one in evidence.set_aside if shows(one.fact_id, one.fact)
        ],
    )


def _item(item: Item[Fact]) -> dict[str, Any]:
    return {
        "fact_id": str(item.fact_id),
        "kind": item.fact.kind,
        "occurred_on": item.occurred_on.isoformat(),
        "occurred_at": write_instant(item.occurred_at) if item.occurred_at else None,
        "recorded_at": write_instant(item.recorded_at),
        "actor": item.actor,
        "corrected_by": str(item.corrected_by) if item.corrected_by else None,
        "says": item.fact.says(),
        "flags": list(item.fact.flags()),
        "fact": item.fact.model_dump(mode="json", exclude={"patient_token"}),
    }
