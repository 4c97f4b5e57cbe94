"""The schedule of one infusion: the obligations of its agreements and of the follow-up plan, with their phase."""

from typing import Any

from fastapi import APIRouter

from adapters.web.opened import Opened, TheOpened
from oba.infusion.places import places
from oba.schedule import Obligation, milestone_obligation, phase, plan
from oba.terms.follow_up_plan import FollowUpPlan

router = APIRouter(tags=["infusions"])


@router.get("/infusions/{code}/schedule", name="read_schedule")
def read_schedule(opened: TheOpened) -> dict[str, Any]:
    """The obligations by due date; the phase is worked out for `as_of`."""
    day_0 = opened.state.day_0
    obligations = [*_of_agreements(opened), *(duty for version in _plans(opened) for duty in plan(version, day_0))]
    ordered = sorted(obligations, key=lambda duty: (duty.due_on, duty.document_id, duty.name))
    return opened.answer(day_0=day_0.isoformat(), obligations=[_shown(duty, opened) for duty in ordered])


def _of_agreements(opened: Opened) -> list[Obligation]:
    """The milestones that the asker may see, each once: under the enrolment that governs it."""
    state, payer_id = opened.state, opened.asker.scope.payer_id
    return [
        milestone_obligation(one.agreement, one.agreement.milestone(one.milestone), state.day_0)
        for one in places(state, opened.shelf, state.evidence())
        if payer_id in (None, one.enrolment.payer_id)
    ]


def _plans(opened: Opened) -> list[FollowUpPlan]:
    """The newest version of each follow-up plan for the therapy."""
    versions = sorted(opened.shelf.follow_up_plans.values(), key=lambda version: version.effective_on)
    own = {version.id: version for version in versions if version.product == opened.state.infused.product}
    return list(own.values())


def _shown(duty: Obligation, opened: Opened) -> dict[str, Any]:
    return {**duty.model_dump(mode="json", exclude={"day_0"}), "phase": phase(duty, opened.as_of)}
