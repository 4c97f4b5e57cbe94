"""A log that another one was put in the place of while a projector runs: a restore, or a failover without the tail."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from adapters.clock import FixedClock
from adapters.log.log import Log
from adapters.log.opening import open_log
from adapters.views import span
from adapters.views.projector import BatchProjector
from adapters.views.span import AtMost
from adapters.views.views import Views
from oba.terms.document import Document
from tests.adapters.conftest import MakingPlaces
from tests.adapters.views.conftest import Opening, drafted, hashes, standing
from tests.support.lives import REFERENCE, Life, registration_of
from tests.support.store import NOON

Filling = Callable[[int], Log]


class Replaceable:
    """A log in whose place another one can be put."""

    def __init__(self, log: Log) -> None:
        self.log = log

    def __getattr__(self, name: str) -> Any:
        return getattr(self.log, name)


@pytest.fixture
def restored(new_place: MakingPlaces, tmp_path: Path) -> Iterator[Filling]:
    """Makes a log with another infusion, of the documents and at most so many events."""
    opened: list[Log] = []

    def make(events: int) -> Log:
        log = open_log(new_place(tmp_path / "restored").settings, FixedClock(NOON))
        opened.append(log)
        life = Life(name="third").registered().enrolled()
        documents: tuple[Document, ...] = life.documents
        for one in (*map(registration_of, documents), *map(drafted, life.events))[:events]:
            log.append([one])
        return log

    yield make
    for log in opened:
        log.close()


@pytest.mark.parametrize("events", [0, 1, 100])
def test_a_running_projector_fills_its_views_afresh_and_says_so(
    log: Log, views: Views, opening: Opening, restored: Filling, caplog: pytest.LogCaptureFixture, events: int
) -> None:
    source = Replaceable(log)
    projector = BatchProjector(cast("Log", source), views, REFERENCE)
    projector.catch_up()
    source.log = restored(events)
    with caplog.at_level(logging.ERROR):
        projector.catch_up()
    assert "another one" in caplog.text
    assert set(standing(views).values()) == {source.log.head()}
    fresh = opening("fresh")
    BatchProjector(source.log, fresh, REFERENCE).catch_up()
    assert hashes(views) == hashes(fresh)


def test_a_log_that_lost_its_tail_and_went_on_is_not_followed_on(
    log: Log, views: Views, opening: Opening, restored: Filling
) -> None:
    source = Replaceable(log)
    projector = BatchProjector(cast("Log", source), views, REFERENCE)
    projector.catch_up()
    other = restored(100)
    sequel = Life(name="fourth").registered().enrolled()
    while other.head() <= log.head():
        other.append([drafted(sequel.events[0])])
        sequel = Life(name=f"fourth-{other.head()}").registered()
    source.log = other
    projector.catch_up()
    fresh = opening("fresh")
    BatchProjector(other, fresh, REFERENCE).catch_up()
    assert hashes(views) == hashes(fresh)


def test_who_has_little_time_does_not_fill_anything_afresh(log: Log, views: Views, restored: Filling) -> None:
    source = Replaceable(log)
    projector = BatchProjector(cast("Log", source), views, REFERENCE)
    projector.catch_up()
    before, stood = hashes(views), standing(views)
    source.log = restored(100)
    assert projector.step(AtMost(events=100, infusions=10)) == 0
    assert (hashes(views), standing(views)) == (before, stood)


def test_a_log_that_is_replaced_between_two_readings_of_a_step_moves_no_view(
    log: Log, views: Views, restored: Filling, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, other = Replaceable(log), restored(100)
    projector = BatchProjector(cast("Log", source), views, REFERENCE)
    touched, readings = log.touched, []

    def replaced(position: int, limit: int) -> Any:
        readings.append(position)
        if len(readings) == 2:
            source.log = other
        return (touched if source.log is log else other.touched)(position, limit)

    monkeypatch.setattr(span, "AT_A_TIME", 2)
    monkeypatch.setattr(log, "touched", replaced)
    projector.step()
    assert set(standing(views).values()) == {other.head()}
    assert [row.infusion_id for row in views.infusions().rows] == [Life(name="third").infusion_id]
