"""Of whom something may be owed: the read models say it, so that nobody has to look at every infusion."""

import logging
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import cache, partial
from uuid import UUID

from adapters.notices.recipients import recipients
from adapters.tracker import Tracker
from adapters.views.views import Views
from projections import reminders_due

WIDEST_OFFSETS = (timedelta(hours=-14), timedelta(0), timedelta(hours=14))
"""The views are asked with every day that it is somewhere on earth; the policies decide with the HTC's own day."""
PAGE = 200
PROPOSALS, REMINDERS = "refund_triggers", "reminders_due"
"""The views that are asked."""
_log = logging.getLogger("oba.worker")


def days_on_earth(now: datetime) -> tuple[date, ...]:
    """The days that it is somewhere at an instant, earliest first."""
    return tuple(sorted({(now + offset).date() for offset in WIDEST_OFFSETS}))


class Owed:
    """Asks the views; what a view does not have completely is looked at in the log, everything where it stopped."""

    def __init__(self, tracker: Tracker, views: Views) -> None:
        self._tracker = tracker
        self._views = views
        self._without_people: set[str] = set()

    def to_propose(self, days: tuple[date, ...]) -> Iterable[UUID]:
        """The infusions with a determination to propose on one of the days."""
        if self._views_stand_still():
            return self._everybody()
        return dict.fromkeys((*self._views.proposals_due(days[-1]), *self._incomplete(PROPOSALS)))

    def to_remind(self, days: tuple[date, ...]) -> Iterable[UUID]:
        """The infusions with a rung that stands on one of the days and was not yet dealt with for everybody."""
        if self._views_stand_still():
            return self._everybody()
        people = cache(partial(recipients, self._tracker.records.directory))
        rows = (row for day in days for row in self._rungs(day))
        owed = (row.infusion_id for row in rows if self._somebody_open(row, people(row.htc_id)))
        return dict.fromkeys((*owed, *self._incomplete(REMINDERS)))

    def _rungs(self, day: date) -> Iterator[reminders_due.Row]:
        cursor: str | None = None
        while True:
            page = self._views.reminders_due(day, limit=PAGE, cursor=cursor)
            yield from page.rows
            cursor = page.next_cursor
            if cursor is None:
                return

    def _somebody_open(self, row: reminders_due.Row, people: tuple[str, ...]) -> bool:
        """Whether the rung is still owed to somebody of the HTC; an HTC without anybody to tell is said once."""
        if not people and row.htc_id not in self._without_people:
            self._without_people.add(row.htc_id)
            _log.warning("nobody at %s takes notices; name somebody with: oba directory import", row.htc_id)
        return not set(people) <= set(row.recorded_for)

    def _views_stand_still(self) -> bool:
        """Whether a document that cannot be read has stopped a view, so that nobody may rely on it."""
        return any(one.problem is not None for one in self._views.positions())

    def _incomplete(self, view: str) -> tuple[UUID, ...]:
        """The infusions of which the view has the rows of before, or none."""
        return tuple(one.infusion_id for one in self._views.dead_letters(view))

    def _everybody(self) -> Iterable[UUID]:
        _log.warning("a view has stopped; every infusion is looked at instead. Run: oba doctor")
        return self._tracker.log.infusion_ids()
