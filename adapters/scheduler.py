"""A clock that knocks: APScheduler calls one function again and again and remembers nothing (decided point 11).

What there is to do is never kept here, so a restart, a pause or a second process loses and doubles nothing.
"""

import logging
from collections.abc import Callable
from datetime import UTC

from apscheduler.executors.pool import ThreadPoolExecutor  # type: ignore[import-untyped]
from apscheduler.jobstores.memory import MemoryJobStore  # type: ignore[import-untyped]
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]

from adapters.mishap import said_of
from oba.ports import Clock

JOB = "tick"
_log = logging.getLogger("oba.scheduler")
logging.getLogger("apscheduler").setLevel(logging.ERROR)
"""A tick that lasts longer than the interval is as it should be: the knocks in between are not worth a line each."""


class Ticker:
    """Calls `tick` at once and then every so many seconds, never twice at a time, until it is stopped."""

    def __init__(self, tick: Callable[[], object], *, every_seconds: float, clock: Clock) -> None:
        """`clock` is the real one: it sets the first call only; the moved clock of a demonstration is never given."""
        self._tick = tick
        self._every_seconds = every_seconds
        self._clock = clock
        self._failing = False
        self._scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()}, executors={"default": ThreadPoolExecutor(1)}, timezone=UTC
        )

    def start(self) -> None:
        """Begin to tick; the first call comes at once."""
        self._scheduler.add_job(
            self._guarded,
            "interval",
            id=JOB,
            seconds=self._every_seconds,
            next_run_time=self._clock.now(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking; a tick that is running ends first. A second stop changes nothing."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def _guarded(self) -> None:
        try:
            self._tick()
            if self._failing:
                _log.info("ticks work again")
            self._failing = False
        except Exception as error:  # noqa: BLE001  the next tick tries again; a message may quote values: only the place is said
            self._failing = True
            _log.error("tick failed, the next one tries again: %s", said_of(error))
