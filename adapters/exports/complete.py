"""Whether what a payer is told about its refunds is all there is: money waits for what a view could not fold."""

from collections.abc import Iterator
from uuid import UUID

from adapters.tracker import Tracker
from adapters.views.fold import OF_THE_STORES
from adapters.views.views import Views
from oba.facts.base import Body
from oba.facts.correction import FactCorrected

REFUND_LINES = "refund_lines"


class ViewIncomplete(Exception):
    """Refund lines that may be this payer's could not be folded."""


def check_complete(tracker: Tracker, views: Views, payer_id: str) -> None:
    """ViewIncomplete where the refund lines have stopped, or lack an infusion that may concern the payer.

    Whom an infusion concerns is said by the log; one that the log cannot tell either may concern everybody.
    """
    if any(one.problem is not None for one in views.positions() if one.view == REFUND_LINES):
        raise ViewIncomplete
    for letter in views.dead_letters(REFUND_LINES):
        payers = _payers_of(tracker, letter.infusion_id)
        if payers is None or payer_id in payers:
            raise ViewIncomplete


def _payers_of(tracker: Tracker, infusion_id: UUID) -> frozenset[str] | None:
    """Every payer that was ever named about an infusion; None where its events cannot be read."""
    try:
        events = tracker.log.stream(infusion_id)
    except OF_THE_STORES:
        raise
    except Exception:  # noqa: BLE001  whatever keeps the events from being read, nobody can say whom they concern
        return None
    return frozenset(payer for event in events for payer in _named(event.body)) if events else None


def _named(body: Body) -> Iterator[str]:
    told = body.content if isinstance(body, FactCorrected) else body
    for name in ("payer_id", "beneficiary"):
        payer = getattr(told, name, None)
        if payer is not None:
            yield str(payer)
