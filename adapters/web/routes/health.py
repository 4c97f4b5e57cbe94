"""Whether the service lives, is ready, and which version it is; open, since it says nothing about anybody."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

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
    """The stores answer and every view moves; 503 names the views that stand still."""
    services.tracker.log.head()
    stopped = [view.view for view in services.views.positions() if view.problem is not None]
    return JSONResponse({"ready": not stopped, "stopped_views": stopped}, 503 if stopped else 200)


@router.get("/version", name="version")
def version() -> dict[str, str]:
    """The version of the API and the edition of the engine."""
    return {"api": API_VERSION, "engine_edition": ENGINE_EDITION}
