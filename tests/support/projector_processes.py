"""Projectors in processes of their own, over the stores of one place; one of them may stand still before its commit."""

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Mapping
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from adapters.clock import FixedClock
from adapters.log.opening import open_log
from adapters.settings import Settings
from adapters.views import positions
from adapters.views.engine import open_views
from adapters.views.projector import BatchProjector
from adapters.views.views import Views
from tests.support.lives import REFERENCE
from tests.support.store import NOON

_SPAWN = multiprocessing.get_context("spawn")


class ProjectorProcess:
    """A projector that is told by word when to begin, and tells how many events it applied to each view.

    After its first step it says "took part" and waits until it is told to go on. With `stands_still` it stops with the
    rows of its first step written and the transaction open.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        batch: int | None = None,
        stands_still: bool = False,
        idle_seconds: int | None = None,
    ) -> None:
        self._ours, theirs = _SPAWN.Pipe()
        given = (settings, batch, stands_still, idle_seconds, theirs)
        self._process: BaseProcess = _SPAWN.Process(target=_run, args=given)
        self._process.start()
        assert self.hear() == "ready"

    def tell(self, word: str) -> None:
        """Let it go on."""
        self._ours.send(word)

    def hear(self) -> Any:
        """What it says next."""
        return self._ours.recv()

    def freeze(self) -> None:
        """Stop it where it is, as a machine does that is suspended."""
        self._signal(signal.SIGSTOP)

    def kill(self) -> None:
        """Kill it as a crash would."""
        self._signal(signal.SIGKILL)
        self._process.join()

    def _signal(self, number: int) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    def join(self) -> None:
        """Wait for its end."""
        self._process.join()
        assert self._process.exitcode == 0


def _run(
    settings: Settings, batch: int | None, stands_still: bool, idle_seconds: int | None, told: "Connection[Any, Any]"
) -> None:
    log, views = open_log(settings, FixedClock(NOON)), Views(open_views(settings))
    projector = BatchProjector(log, views, REFERENCE, batch=batch, idle_seconds=idle_seconds)
    told.send("ready")
    told.recv()
    if stands_still:
        _stand_still(told)
    applied = _counted()
    took_part = False
    while any(one.position < log.head() for one in views.positions()):
        if projector.step() and not took_part:
            took_part = True
            told.send("took part")
            told.recv()
    told.send(dict(applied))
    views.engine.dispose()
    log.close()


def _counted() -> "Counter[str]":
    """How many events each view is moved on by."""
    applied: Counter[str] = Counter()
    advance = positions.advance

    def counting(connection: sa.Connection, views: Mapping[str, str], old: int, new: int, mark: UUID | None) -> None:
        advance(connection, views, old, new, mark)
        applied.update(dict.fromkeys(views, new - old))

    vars(positions)["advance"] = counting
    return applied


def _stand_still(told: "Connection[Any, Any]") -> None:
    """Write the rows of a step and then wait for ever, with the transaction open."""

    def advance(*_: object) -> None:
        told.send("rows are written")
        signal.pause()

    vars(positions)["advance"] = advance
