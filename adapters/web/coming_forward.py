"""Views that have come far enough for an answer: as far as the asker has written, and complete where money is shown."""

from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter, sleep
from typing import Any, Final

from adapters.bootstrap import Services
from adapters.exports.complete import REFUND_LINES, ViewIncomplete, check_complete
from adapters.views.fold import CHUNK
from adapters.views.lag import AsOf, as_of
from adapters.views.page import Page
from adapters.views.scope import OF_MONEY
from adapters.views.span import AtMost, is_of
from adapters.views.waiting import Patience, wait_until
from adapters.web.position_token import read_position
from adapters.web.problem import Refused, refused

ENROLMENTS: Final = "enrolments"
"""The view that says whose infusion is whose; every list asks it."""
MUST: Final = 5.0
"""Seconds in which the views must come as far as a request says."""
MAY: Final = 1.0
"""Seconds in which they may come up to the log where a request says nothing; then it is answered as they are."""
A_STEP: Final = AtMost(events=500, infusions=CHUNK)
"""How much a request folds at once; a long way is the worker's."""
EXPECTED: Final = timedelta(seconds=60)
"""For so long an event may wait for its views where money is shown; a working deployment needs seconds."""


@dataclass(frozen=True)
class Wanted:
    """How far a list must have come, and how far the log went when it was asked for."""

    at_least: int
    head: int


def come_forward(services: Services, view: str, at_least: str | None) -> Wanted:
    """Bring a view to where a list is read from: 503 where it does not get there, or shows money and stands still."""
    needed = (view, ENROLMENTS)
    wanted = Wanted(0 if at_least is None else read_position(services, at_least), services.tracker.log.head())
    if at_least is None:
        _wait(services, needed, wanted.head, MAY)
    elif not _wait(services, needed, wanted.at_least, MUST):
        raise behind()
    if view in OF_MONEY and any(one.problem is not None for one in services.views.positions() if one.view in needed):
        raise _incomplete()
    return wanted


def as_of_when(services: Services, view: str, page: Page[Any], wanted: Wanted) -> AsOf:
    """What a page that was read knew of the log.

    503 where it knows less than it must, or knows another log than this one; for money also where it knows nothing yet,
    or lacks what has waited for too long: its view is being made afresh, or nobody works on it.
    """
    tracker = services.tracker
    known = as_of(tracker.log, page.position, page.log_mark, wanted.head, tracker.now())
    nothing = page.position == 0 < wanted.head
    late = known.oldest_waits is not None and known.oldest_waits > EXPECTED
    if page.position < wanted.at_least or not known.is_of_this_log or (view in OF_MONEY and (nothing or late)):
        raise behind()
    return known


def be_complete(services: Services, payer_id: str) -> int:
    """Bring the refund lines up to the log, and say how far that is.

    503 where they do not get there, or may lack something of the payer's.
    """
    log, needed = services.tracker.log, (REFUND_LINES, ENROLMENTS)
    head = log.head()
    came = _wait(services, needed, head, MUST)
    try:
        check_complete(services.tracker, services.views, payer_id)
    except ViewIncomplete:
        raise _incomplete() from None
    read = [one for one in services.views.positions() if one.view in needed]
    if not came or not all(is_of(log, one.position, one.log_mark) for one in read):
        raise behind()
    return head


def _wait(services: Services, needed: tuple[str, ...], position: int, seconds: float) -> bool:
    patience = Patience(seconds, perf_counter, sleep, A_STEP)
    return wait_until(services.views, services.projector, position, needed, patience)


def behind() -> Refused:
    """That a list is to be asked for again in a moment."""
    problem = refused(503, "view-behind", "the list does not know yet what it must know", "ask again in a moment")
    problem.headers["Retry-After"] = "1"
    return problem


def _incomplete() -> Refused:
    remedy = "ask again when the operator has mended it; nothing is answered that may lack an amount"
    problem = refused(503, "view-incomplete", "an infusion that may belong here could not be worked out", remedy)
    problem.headers["Retry-After"] = "60"
    return problem
