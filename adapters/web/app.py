"""The application: every room's routes behind one door that asks for the key and knows its parameters."""

from fastapi import APIRouter, Depends, FastAPI

from adapters.bootstrap import Services
from adapters.web import openapi, problem, unavailable
from adapters.web.access import asker
from adapters.web.known_parameters import known_parameters
from adapters.web.quiet import QuietMiddleware
from adapters.web.routes import (
    agreements,
    corrections,
    data_requests,
    determinations,
    directory,
    enrolments,
    evidence,
    exports,
    facts,
    health,
    infusions,
    refund_triggers,
    schedule,
    timeline,
    waivers,
    windows,
    worklist,
)
from adapters.web.writing import Repeated, of_repeated

VERSION = "1"
ROOMS = (
    infusions,
    enrolments,
    facts,
    corrections,
    waivers,
    timeline,
    schedule,
    evidence,
    determinations,
    refund_triggers,
    windows,
    worklist,
    data_requests,
    exports,
    agreements,
    directory,
)


class Application(FastAPI):
    """The API with its own description."""

    def openapi(self) -> dict[str, object]:
        """The OpenAPI 3.1 document."""
        return openapi.describe(self)


def create_app(services: Services) -> FastAPI:
    """The API over the given rooms; without the framework's own pages, which load their scripts from elsewhere."""
    app = Application(
        title=openapi.TITLE,
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.services = services
    problem.install(app)
    unavailable.install(app)
    app.add_exception_handler(Repeated, of_repeated)
    app.add_middleware(QuietMiddleware)
    guarded = APIRouter(prefix="/v1", dependencies=[Depends(asker), Depends(known_parameters)])
    for room in ROOMS:
        guarded.include_router(room.router)
    app.include_router(guarded)
    app.include_router(health.router, dependencies=[Depends(known_parameters)])
    return app
