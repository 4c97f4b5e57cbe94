"""Refund triggers over five years: each milestone of each enrolment, its dates, its finding, and the money."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from adapters.views.milestones import OnDay
from adapters.web.lists import TheListing
from oba.dates import Day
from oba.determination.determination import Finding
from oba.schedule import Phase
from projections.refund_triggers import DeterminationState, finding_on, phase_on

router = APIRouter(tags=["refunds"])


@router.get("/refund-triggers", name="list_refund_triggers")
def list_refund_triggers(
    listing: TheListing,
    agreement_id: Annotated[str | None, Query(max_length=80)] = None,
    determination_state: Annotated[DeterminationState | None, Query()] = None,
    phase: Annotated[Phase | None, Query(description="on `as_of`")] = None,
    finding: Annotated[Finding | None, Query(description="on `as_of`")] = None,
    due_before: Annotated[Day | None, Query()] = None,
) -> dict[str, Any]:
    """The milestones by due date, with phase and finding on `as_of`."""
    day = listing.as_of
    return listing.answer(
        "refund_triggers",
        listing.views.refund_triggers,
        lambda row: {"phase": phase_on(row, day), "finding": finding_on(row, day)},
        agreement_id=agreement_id,
        determination_state=determination_state,
        on_day=OnDay(day, phase, finding),
        due_before=due_before,
    )
