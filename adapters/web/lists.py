"""Lists over all infusions of the asker: read from the views, on one day that the answer names.

A list is level with the log where that does not take long, and always as far as the request says that it must be. It
says up to when it knows what was recorded, and one that shows money is refused where it lacks more than a moment.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, TypeAlias, TypeVar

from fastapi import Depends, Query, Response

from adapters.bootstrap import Services
from adapters.local_time import local_day
from adapters.views.page import HIGHEST_LIMIT, CursorRefused, Page, Scope
from adapters.views.views import Views
from adapters.web.access import Asker, TheAsker, TheServices
from adapters.web.answers import NOT_SERVED
from adapters.web.coming_forward import as_of_when, come_forward
from adapters.web.position_token import HEADER, AtLeast, write_position
from adapters.web.problem import not_found, refused
from adapters.web.scope import MONEY
from oba.dates import Day, write_instant
from oba.identity import opaque_code
from projections.row import Row

R = TypeVar("R", bound=Row)


@dataclass(frozen=True)
class Listing:
    """One request for a page of a list."""

    services: Services
    asker: Asker
    response: Response
    as_of: date
    limit: int
    cursor: str | None
    at_least: str | None

    @property
    def views(self) -> Views:
        """The read models."""
        return self.services.views

    @property
    def scope(self) -> Scope:
        """The limits of sight, in the words of the views; those who may see nothing get no list at all."""
        scope = self.asker.scope
        if not scope.everything and scope.payer_id is None and scope.htc_id is None:
            raise not_found()
        return Scope(payer_id=scope.payer_id, htc_id=scope.htc_id)

    def answer(
        self, view: str, rows: Callable[..., Page[R]], more: Callable[[R], dict[str, Any]] | None = None, **about: Any
    ) -> dict[str, Any]:
        """A page of rows of a view in the envelope of all lists; prices only for those who may see them."""
        wanted = come_forward(self.services, view, self.at_least)
        try:
            page = rows(scope=self.scope, limit=self.limit, cursor=self.cursor, **about)
        except CursorRefused:
            message = "the cursor is none that this list handed out"
            raise refused(422, "invalid-cursor", message, "use next_cursor unchanged", parameter="cursor") from None
        known = as_of_when(self.services, view, page, wanted)
        self.response.headers[HEADER] = write_position(self.services, page.position)
        return {
            "data": [{**self._shown(row), **(more(row) if more else {})} for row in page.rows],
            "next_cursor": page.next_cursor,
            "has_more": page.has_more,
            "as_of": self.as_of.isoformat(),
            "as_of_recorded_at": write_instant(known.recorded_at) if known.recorded_at else None,
            "behind_seconds": known.behind_seconds,
            "incomplete": [opaque_code(one) for one in page.incomplete],
        }

    def _shown(self, row: Row) -> dict[str, Any]:
        hidden = set(NOT_SERVED) | (set() if self.asker.scope.sees_money else {*MONEY, *row.PRICE_FIELDS})
        return row.model_dump(mode="json", exclude=hidden)


def today(services: Services, asker: Asker) -> date:
    """The day on which a list is asked for: at the HTC for an HTC, in UTC for those who see several."""
    htc = services.tracker.records.directory.htc(asker.scope.htc_id) if asker.scope.htc_id else None
    return local_day(services.tracker.now(), htc.time_zone if htc else "UTC")


def listing(
    services: TheServices,
    asker: TheAsker,
    response: Response,
    as_of: Annotated[Day | None, Query(description="the day on which is asked; today where left out")] = None,
    limit: Annotated[int, Query(ge=1, le=HIGHEST_LIMIT)] = 50,
    cursor: Annotated[str | None, Query(max_length=400, description="next_cursor of the page before")] = None,
    known_at: Annotated[str | None, Query(description="refused on lists: they tell the present knowledge")] = None,
    at_least: AtLeast = None,
) -> Listing:
    """A request for a page; 422 where a past knowledge is asked of a list."""
    if known_at is not None:
        message = "lists tell what is known at present"
        remedy = "leave it out, or ask one infusion with its own known_at"
        raise refused(422, "known-at-not-on-lists", message, remedy, parameter="known_at")
    return Listing(services, asker, response, as_of or today(services, asker), limit, cursor, at_least)


TheListing: TypeAlias = Annotated[Listing, Depends(listing)]
