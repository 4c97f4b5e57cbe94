"""Waiting until views have come as far as somebody has written: the own projector first, then the others'.

Whoever waits for an answer says how long his own steps may be; a long way is gone by those who have the time.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from adapters.views.positions import ViewPosition
from adapters.views.projector import BatchProjector
from adapters.views.span import AtMost
from adapters.views.views import Views

PAUSE_SECONDS: Final = 0.02


@dataclass(frozen=True)
class Patience:
    """How long to wait, by which measure of time, how a pause is made, and how long a step may be meanwhile."""

    seconds: float
    measured_by: Callable[[], float]
    pause: Callable[[float], object]
    at_most: AtMost | None = None


def wait_until(
    views: Views, projector: BatchProjector, position: int, needed: Collection[str], patience: Patience
) -> bool:
    """Whether these views have come to a position of the log before the time was up; a view that stopped never does."""
    ends, late = patience.measured_by() + patience.seconds, False
    while True:
        found = [one for one in views.positions() if one.view in needed]
        if all(one.position >= position for one in found):
            return True
        if late:
            return False
        moved = projector.step(patience.at_most)
        late = patience.measured_by() >= ends
        if not moved:
            if late or _has_stopped(found, position):
                return False
            patience.pause(PAUSE_SECONDS)


def _has_stopped(found: list[ViewPosition], position: int) -> bool:
    return any(one.problem is not None and one.position < position for one in found)
