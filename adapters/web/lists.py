"""Lists over all infusions of the asker: read from the views, level with the log, on one day that the answer names."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, TypeAlias, TypeVar

from fastapi import Depends, Query

from adapters.bootstrap import Services
from adapters.local_time import local_day
from adapters.views.page import HIGHEST_LIMIT, CursorRefused, Page, Scope
from adapters.web.access import Asker, TheAsker, TheServices
from adapters.web.answers import NOT_SERVED
from adapters.web.problem import not_found, refused
from adapters.web.scope import MONEY
from oba.dates import Day
from projections.row import Row

R = TypeVar("R", bound=Row)


class Listing:
    """One request for a page of a list."""

    def __init__(self, services: Services, asker: Asker, as_of: date, limit: int, cursor: str | None) -> None:
        self.services = services
        self.views = services.views
        self.asker = asker
        self.as_of = as_of
        self._limit = limit
        self._cursor = cursor

    @property
    def scope(self) -> Scope:
        """The limits of sight, in the words of the views; those who may see nothing get no list at all."""
        scope = self.asker.scope
        if not scope.everything and scope.payer_id is None and scope.htc_id is None:
            raise not_found()
        return Scope(payer_id=scope.payer_id, htc_id=scope.htc_id)

    def answer(
        self, rows: Callable[..., Page[R]], more: Callable[[R], dict[str, Any]] | None = None, **about: Any
    ) -> dict[str, Any]:
        """A page of rows in the envelope of all lists; prices only for those who may see them."""
        level(self.services)
        try:
            page = rows(scope=self.scope, limit=self._limit, cursor=self._cursor, **about)
        except CursorRefused:
            message = "the cursor is none that this list handed out"
            raise refused(422, "invalid-cursor", message, "use next_cursor unchanged", parameter="cursor") from None
        return {
            "data": [{**self._shown(row), **(more(row) if more else {})} for row in page.rows],
            "next_cursor": page.next_cursor,
            "has_more": page.has_more,
            "as_of": self.as_of.isoformat(),
        }

    def _shown(self, row: Row) -> dict[str, Any]:
        hidden = set(NOT_SERVED) | (set() if self.asker.scope.sees_money else {*MONEY, *row.PRICE_FIELDS})
        return row.model_dump(mode="json", exclude=hidden)


def level(services: Services) -> None:
    """Bring the views up to the log, so that everybody reads what they wrote."""
    head = services.tracker.log.head()
    if any(view.position < head for view in services.views.positions()):
        services.projector.catch_up()


def today(services: Services, asker: Asker) -> date:
    """The day on which a list is asked for: at the HTC for an HTC, in UTC for those who see several."""
    htc = services.tracker.records.directory.htc(asker.scope.htc_id) if asker.scope.htc_id else None
    return local_day(services.tracker.now(), htc.time_zone if htc else "UTC")


def listing(
    services: TheServices,
    asker: TheAsker,
    as_of: Annotated[Day | None, Query(description="the day on which is asked; today where left out")] = None,
    limit: Annotated[int, Query(ge=1, le=HIGHEST_LIMIT)] = 50,
    cursor: Annotated[str | None, Query(max_length=400, description="next_cursor of the page before")] = None,
    known_at: Annotated[str | None, Query(description="refused on lists: they tell the present knowledge")] = None,
) -> Listing:
    """A request for a page; 422 where a past knowledge is asked of a list."""
    if known_at is not None:
        message = "lists tell what is known at present"
        remedy = "leave it out, or ask one infusion with its own known_at"
        raise refused(422, "known-at-not-on-lists", message, remedy, parameter="known_at")
    return Listing(services, asker, as_of or today(services, asker), limit, cursor)


TheListing: TypeAlias = Annotated[Listing, Depends(listing)]
