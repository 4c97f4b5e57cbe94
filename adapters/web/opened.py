"""One infusion opened for reading: by its code, as known at an instant, as of a day, for one who may see it."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Any, TypeAlias

from fastapi import Depends, Query, Request, Response

from adapters.bootstrap import Services
from adapters.knowledge import Knowledge
from adapters.local_time import local_day
from adapters.web.access import Asker, TheAsker, TheServices, operation_of
from adapters.web.problem import not_found, of_refusal
from adapters.web.sight import Sight
from oba.dates import Day, Instant, write_instant
from oba.document.shelf import shelf_of
from oba.facts.base import Body
from oba.facts.recorded import Recorded
from oba.infusion.state import InfusionState
from oba.problems import Refusal
from oba.terms.shelf import Shelf

AsOf: TypeAlias = Annotated[Day | None, Query(description="the day at the HTC on which is asked; today where left out")]
KnownAt: TypeAlias = Annotated[
    Instant | None, Query(description="what had been recorded by this past instant; everything where left out")
]


@dataclass(frozen=True)
class Opened:
    """An infusion as known at an instant; `state` is for the engine, only `events` are for the asker."""

    code: str
    state: InfusionState
    as_of: date
    knowledge: Knowledge
    asker: Asker
    services: Services

    @property
    def known_at(self) -> datetime:
        """The instant of knowledge, as it was resolved."""
        return self.knowledge.known_at

    @property
    def events(self) -> tuple[Recorded[Body], ...]:
        """The events that this asker may see."""
        return self.sight.events(self.state.events)

    @cached_property
    def sight(self) -> Sight:
        """What this asker sees of the infusion, as known at the instant."""
        return Sight(self.asker.scope, self.state, self.shelf)

    @cached_property
    def shelf(self) -> Shelf:
        """The documents as known at the instant."""
        return shelf_of(self.services.tracker.log.documents(self.knowledge.position))

    def answer(self, **parts: Any) -> dict[str, Any]:
        """The head that every answer about one infusion has, and its parts."""
        head = {
            "infusion_id": str(self.state.infusion_id),
            "code": self.code,
            "version": self.state.version,
            "as_of": self.as_of.isoformat(),
            "known_at": write_instant(self.known_at),
        }
        return {**head, **parts}


def find(services: Services, asker: Asker, code: str) -> InfusionState:
    """The infusion of a code as it stands; 404 alike for what is absent and what is not the asker's."""
    infusion_id = services.tracker.infusion_by_code(code)
    state = services.tracker.state(infusion_id) if infusion_id else None
    if state is None or not asker.scope.covers(state):
        raise not_found()
    return state


def opened(
    request: Request,
    response: Response,
    code: str,
    services: TheServices,
    asker: TheAsker,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Opened:
    """Open one infusion for reading, name its version as ETag, and write down who read what."""
    present = find(services, asker, code)
    knowledge = services.tracker.knowledge(known_at)
    if isinstance(knowledge, Refusal):
        raise of_refusal(knowledge)
    state = services.tracker.state(present.infusion_id, up_to=knowledge.position)
    if state is None:
        raise not_found()
    day = as_of or local_day(known_at or services.tracker.now(), services.tracker.zone(present))
    services.tracker.records.audit.record(
        at=services.tracker.now(),
        principal_id=asker.principal_id,
        role=asker.role,
        action=operation_of(request),
        subject=str(present.infusion_id),
    )
    response.headers["ETag"] = f'"{state.version}"'
    return Opened(code, state, day, knowledge, asker, services)


TheOpened: TypeAlias = Annotated[Opened, Depends(opened)]
