"""The schedule of one infusion: the obligations of its agreements and of the follow-up plan, with their phase."""

from typing import Any

from fastapi import APIRouter

from adapters.web.opened import Opened, TheOpened
from oba.schedule import Obligation, phase, plan
from oba.terms.agreement import Agreement
from oba.terms.follow_up_plan import FollowUpPlan

router = APIRouter(tags=["infusions"])


@router.get("/infusions/{code}/schedule", name="read_schedule")
def read_schedule(opened: TheOpened) -> dict[str, Any]:
    """The obligations by due date; the phase is worked out for `as_of`."""
    day_0 = opened.state.day_0
    obligations = [duty for document in _documents(opened) for duty in plan(document, day_0)]
    ordered = sorted(obligations, key=lambda duty: (duty.due_on, duty.document_id, duty.name))
    return opened.answer(day_0=day_0.isoformat(), obligations=[_shown(duty, opened) for duty in ordered])


def _documents(opened: Opened) -> list[Agreement | FollowUpPlan]:
    """The agreements that the asker may see, and the newest version of each follow-up plan for the therapy."""
    own, shelf, product = opened.asker.scope.agreements(opened.state), opened.shelf, opened.state.infused.product
    agreements = [shelf.agreements[one.terms_hash] for one in opened.state.enrolments() if one.agreement_id in own]
    versions = sorted(shelf.follow_up_plans.values(), key=lambda version: version.effective_on)
    return [*agreements, *{version.id: version for version in versions if version.product == product}.values()]


def _shown(duty: Obligation, opened: Opened) -> dict[str, Any]:
    return {**duty.model_dump(mode="json", exclude={"day_0"}), "phase": phase(duty, opened.as_of)}
