"""Refund triggers over five years: each milestone of each enrolment, its dates, its finding, and the money."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from adapters.web.lists import TheListing
from oba.dates import Day
from projections.refund_triggers import finding_on, phase_on

router = APIRouter(tags=["refunds"])


@router.get("/refund-triggers", name="list_refund_triggers")
def list_refund_triggers(
    listing: TheListing,
    agreement_id: Annotated[str | None, Query(max_length=80)] = None,
    due_before: Annotated[Day | None, Query()] = None,
) -> dict[str, Any]:
    """The milestones by due date, with phase and finding on `as_of`."""
    day = listing.as_of
    return listing.answer(
        listing.views.refund_triggers,
        lambda row: {"phase": phase_on(row, day), "finding": finding_on(row, day)},
        agreement_id=agreement_id,
        due_before=due_before,
    )
