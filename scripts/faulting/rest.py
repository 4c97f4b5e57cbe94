"""The end of a round: everything is started once more and left alone until nothing moves, and then looked at."""

from threading import Event
from time import monotonic
from typing import NamedTuple

from adapters.bootstrap import Services, open_services
from adapters.log.log import Log
from adapters.settings import Settings
from oba.facts.base import Body
from oba.facts.recorded import Recorded
from scripts.faulting.judge_views import Polled
from scripts.faulting.verdict import Verdict, some

PATIENCE_SECONDS = 90
STILL_SECONDS = 3.0
"""Two ticks of a worker and the time between them."""
MOST_ROWS = 1_000_000


def wait_for_rest(settings: Settings) -> bool:
    """Wait until the log stands still, the views are level with it and the outbox is empty.

    False where nothing moves any more and something of that is missing; a slow machine is waited for while it moves.
    """
    services = open_services(settings)
    try:
        seen, since = _standing(services), monotonic()
        while monotonic() - since < PATIENCE_SECONDS:
            now = _standing(services)
            if now != seen:
                seen, since = now, monotonic()
            elif now.is_done and monotonic() - since > STILL_SECONDS:
                return True
            Event().wait(0.2)
        return False
    finally:
        services.close()


class _Standing(NamedTuple):
    """How far everything has come."""

    head: int
    waiting: int
    views: tuple[int, ...]

    @property
    def is_done(self) -> bool:
        return self.waiting == 0 and all(position == self.head for position in self.views)


def _standing(services: Services) -> _Standing:
    head = services.tracker.log.head()
    return _Standing(head, waiting(services), tuple(view.position for view in services.views.positions()))


def waiting(services: Services) -> int:
    """The rows of the outbox that nobody has dealt with."""
    return len(services.tracker.records.outbox.rows("due", "leased", limit=MOST_ROWS))


def read_all(log: Log) -> tuple[Recorded[Body], ...]:
    """The whole log."""
    events: list[Recorded[Body]] = []
    while page := log.since(events[-1].position if events else 0, 1000):
        events += page
    return tuple(events)


def judge_views(services: Services, polled: Polled) -> Verdict:
    """P8: every look was explained, and at the end the views are level, sound, and the same when folded afresh."""
    head = services.tracker.log.head()
    behind = [f"{one.view} at {one.position}" for one in services.views.positions() if one.position != head]
    stopped = [one.view for one in services.views.positions() if one.problem is not None]
    live = _hashes(services)
    services.projector.rebuild()
    rebuilt = _hashes(services)
    other = [view for view, content in live.items() if rebuilt[view] != content]
    return Verdict(
        "P8",
        {
            "polls": polled.polls,
            "unexplained": len(polled.unexplained),
            "most_behind": polled.most_behind,
            "interrupted": polled.interrupted,
            "not_level": len(behind),
            "stopped": len(stopped),
            "rebuilt_otherwise": len(other),
        },
        (
            *some("no prefix of the log explains", polled.unexplained),
            *some(f"views that are not at {head}", behind),
            *some("views that stopped", stopped),
            *some("views that are others when folded afresh", other),
            *(() if polled.polls else ("nobody looked at the views",)),
        ),
    )


def _hashes(services: Services) -> dict[str, str]:
    return {view: services.views.content_hash(view) for view in services.views.tables}
