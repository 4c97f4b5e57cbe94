"""Whether the service lives, is ready, and which version it is; open, since it says nothing about anybody."""

from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from adapters.views.lag import lag_of
from adapters.web.access import TheServices
from oba.determination.determination import ENGINE_EDITION

API_VERSION = "v1"
router = APIRouter(tags=["service"])


@router.get("/healthz", name="healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"health": "good"}


@router.get("/readyz", name="readyz")
def readyz(services: TheServices) -> JSONResponse:
    """The stores answer and every view moves; 503 names the views that stand still.

    A view that lacks single infusions is named as well, and leaves the service ready. How long the oldest event waits
    for its views is said, and not how many events there are.
    """
    tracker, positions = services.tracker, services.views.positions()
    stopped = [view.view for view in positions if view.problem is not None]
    lag = lag_of(positions, tracker.log, tracker.now())
    answer = {
        "ready": not stopped,
        "stopped_views": stopped,
        "incomplete_views": [view.view for view in positions if view.incomplete],
        "seconds_behind": round(max((one.oldest_waits for one in lag), default=timedelta(0)).total_seconds(), 3),
    }
    return JSONResponse(answer, 503 if stopped else 200)


@router.get("/version", name="version")
def version() -> dict[str, str]:
    """The version of the API and the edition of the engine."""
    return {"api": API_VERSION, "engine_edition": ENGINE_EDITION}
