"""The coordinator's worklist: what there is to do on a day, most urgent first, by lanes."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query

from adapters.web.lists import TheListing
from projections.worklist import Lane, lane_on

router = APIRouter(tags=["worklist"])


@router.get("/worklist", name="list_worklist")
def list_worklist(listing: TheListing, lane: Annotated[Lane | None, Query()] = None) -> dict[str, Any]:
    """The rows of one lane or of all, and how many rows stand in each lane."""
    day = listing.as_of
    rows = partial(listing.views.worklist, day)
    answer = listing.answer("worklist", rows, lambda row: {"lane": lane_on(row, day)}, lane=lane)
    return {**answer, "lanes": listing.views.lane_counts(day, listing.scope)}
