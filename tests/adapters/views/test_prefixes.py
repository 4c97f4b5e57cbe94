"""While many write and several project, what a reader sees is at every moment the fold of one prefix of the log."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from adapters.clock import FixedClock
from adapters.database import reading, writing
from adapters.log.log import Log
from adapters.log.opening import open_log
from adapters.settings import Settings
from adapters.views import filling
from adapters.views.content import content_of
from adapters.views.engine import open_views
from adapters.views.fold import Fold, Shelves
from adapters.views.positions import positions
from adapters.views.projector import BatchProjector
from adapters.views.views import Views
from projections.every import PROJECTIONS
from tests.adapters.views.conftest import drafted
from tests.support.lives import REFERENCE, Life, registration_of
from tests.support.place import Place
from tests.support.store import NOON

WRITERS, FACTS, PROJECTORS = 4, 8, 2
Seen = dict[str, tuple[int, str]]


def a_life(number: int) -> Life:
    life = Life(name=f"writer {number}").registered().enrolled()
    for fact in range(FACTS):
        life.measured(date(2024, 6, 1) + timedelta(days=fact), str(20 + fact))
    return life


def write(settings: Settings, life: Life) -> None:
    log = open_log(settings, FixedClock(NOON))
    for event in life.events:
        log.append([drafted(event)])
    log.close()


def project(settings: Settings, ended: Event) -> None:
    log, views = open_log(settings, FixedClock(NOON)), Views(open_views(settings))
    projector = BatchProjector(log, views, REFERENCE)
    while not ended.is_set():
        if not projector.step():
            ended.wait(0.005)
    log.close()
    views.engine.dispose()


def look(views: Views) -> Seen:
    """Position and content of every view, at one moment."""
    with reading(views.engine) as connection:
        return {
            one.view: (one.position, content_of(connection, views.tables[one.view])) for one in positions(connection)
        }


class Oracle:
    """What the views must hold at a position: everything up to it, folded into empty tables."""

    def __init__(self, log: Log, scratch: Path) -> None:
        self._log = log
        self._views = Views(open_views(Settings(home=scratch, database_url=None)))
        self._known: dict[int, dict[str, str]] = {}

    def at(self, position: int) -> dict[str, str]:
        if position not in self._known:
            fold = Fold(self._log, Shelves(self._log).at(position), REFERENCE, position)
            folded = fold.fold(PROJECTIONS, self._log.infusion_ids(position))
            with writing(self._views.engine) as connection:
                for name, table in self._views.tables.items():
                    filling.empty(connection, table)
                    filling.fill(connection, table, folded.rows[name])
            self._known[position] = {name: self._views.content_hash(name) for name in self._views.tables}
        return self._known[position]

    def close(self) -> None:
        self._views.engine.dispose()


@contextmanager
def running(threads: list[Thread]) -> Iterator[None]:
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()


@pytest.mark.slow
def test_at_every_poll_each_view_is_the_fold_of_one_prefix(place: Place, tmp_path: Path) -> None:
    log, views, ended = open_log(place.settings, FixedClock(NOON)), Views(open_views(place.settings)), Event()
    lives = [a_life(number) for number in range(WRITERS)]
    log.append([registration_of(document) for document in lives[0].documents])
    total = log.head() + sum(len(life.events) for life in lives)
    BatchProjector(log, views, REFERENCE)
    polls: list[Seen] = []
    writers = [Thread(target=write, args=(place.settings, life)) for life in lives]
    projectors = [Thread(target=project, args=(place.settings, ended)) for _ in range(PROJECTORS)]
    with running(projectors):
        with running(writers):
            while any(writer.is_alive() for writer in writers) or not polls:
                polls.append(look(views))
        while {position for position, _ in look(views).values()} != {total}:
            polls.append(look(views))
        ended.set()
    polls.append(look(views))
    oracle = Oracle(log, tmp_path / "oracle")
    unexplained = [
        (view, position)
        for seen in polls
        for view, (position, content) in seen.items()
        if content != oracle.at(position)[view]
    ]
    assert unexplained == []
    assert len({position for seen in polls for position, _ in seen.values()}) > 1
    assert all(len({position for position, _ in seen.values()}) == 1 for seen in polls)
    oracle.close()
    log.close()
    views.engine.dispose()
