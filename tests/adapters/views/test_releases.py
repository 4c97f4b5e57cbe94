"""Two releases beside each other: each fills only what is labelled as its own, and none stands in the other's way."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from threading import Barrier, Event, Thread, current_thread
from typing import Any

import pytest
import sqlalchemy as sa

from adapters.log.log import Log
from adapters.views import filling
from adapters.views.engine import open_views
from adapters.views.projector import BatchProjector
from adapters.views.turn import SomebodyElse, turn
from adapters.views.views import Views
from projections.every import PROJECTIONS, Projection
from projections.reading import Reading
from projections.row import Row
from tests.adapters.views.conftest import Opening, drafted, hashes, standing
from tests.support.lives import REFERENCE, Life
from tests.support.place import ON_POSTGRESQL, Place
from tests.support.views import labels

NAMES = tuple(one.name for one in PROJECTIONS)
SOON = 0.3
"""Seconds that are given to a thread to come as far as the one thing that it waits for."""


def next_release(*views: str) -> tuple[Projection, ...]:
    """The read models of a release in which the rows of some name another clause."""

    def of(now: Projection) -> Projection:
        def rows_of(reading: Reading) -> tuple[Row, ...]:
            return tuple(row.model_copy(update={"clause": "NEXT"}) for row in now.rows_of(reading))

        return replace(now, edition=now.edition + 1, rows_of=rows_of)

    return tuple(of(one) if one.name in views else one for one in PROJECTIONS)


@pytest.fixture
def others(place: Place) -> Iterator[Views]:
    """The views as another process opens them."""
    views = Views(open_views(place.settings))
    yield views
    views.engine.dispose()


def late(log: Log) -> None:
    """One more event."""
    log.append([drafted(Life(name="late").registered().events[0])])


def test_a_projector_leaves_views_of_another_release_alone_and_says_so_once(
    log: Log, views: Views, others: Views, opening: Opening, caplog: pytest.LogCaptureFixture
) -> None:
    old = BatchProjector(log, views, REFERENCE)
    old.catch_up()
    new = BatchProjector(log, others, REFERENCE, projections=next_release("refund_triggers"))
    with caplog.at_level(logging.WARNING):
        old.catch_up()
        late(log)
        old.catch_up()
    assert standing(views) == {name: 0 if name == "refund_triggers" else log.head() for name in NAMES}
    assert caplog.text.count("these views are made by another release") == 1
    assert "refund_triggers" in caplog.text
    new.catch_up()
    assert {row.clause for row in others.refund_triggers().rows} == {"NEXT"}
    fresh = opening("fresh")
    BatchProjector(log, fresh, REFERENCE, projections=next_release("refund_triggers")).catch_up()
    assert hashes(views) == hashes(fresh)


def test_while_two_releases_run_a_view_never_holds_rows_of_both(
    log: Log, views: Views, others: Views, opening: Opening
) -> None:
    changed = ("refund_triggers", "refund_lines")
    old = BatchProjector(log, views, REFERENCE, batch=1)
    new = BatchProjector(log, others, REFERENCE, projections=next_release(*changed), batch=1)
    together = Barrier(2)

    def run(projector: BatchProjector) -> None:
        together.wait()
        for _ in range(2 * log.head()):
            projector.step()

    threads = [Thread(target=run, args=(one,)) for one in (old, new)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    new.catch_up()
    fresh = opening("fresh")
    BatchProjector(log, fresh, REFERENCE, projections=next_release(*changed)).catch_up()
    assert hashes(views) == hashes(fresh)


def test_a_rebuild_that_another_release_overtakes_is_refused_and_empties_nothing(
    log: Log, views: Views, others: Views, opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    projector = BatchProjector(log, views, REFERENCE)
    projector.catch_up()
    labelled, go = Event(), Event()

    @sa.event.listens_for(others.engine, "after_cursor_execute")
    def _(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO view_positions"):
            labelled.set()
            go.wait()

    newer = next_release("refund_lines")
    opened = Thread(target=BatchProjector, args=(log, others, REFERENCE), kwargs={"projections": newer})
    opened.start()
    labelled.wait()
    refused: list[type[BaseException]] = []

    def rebuild() -> None:
        try:
            projector.rebuild()
        except SomebodyElse as error:
            refused.append(type(error))

    rebuilding = Thread(target=rebuild)
    rebuilding.start()
    rebuilding.join(SOON)
    go.set()
    opened.join()
    rebuilding.join()
    assert [one.__name__ for one in refused] == ["MadeByAnotherRelease"]
    assert standing(views) == {name: 0 if name == "refund_lines" else log.head() for name in NAMES}
    BatchProjector(log, others, REFERENCE, projections=newer).catch_up()
    fresh = opening("fresh")
    BatchProjector(log, fresh, REFERENCE, projections=newer).catch_up()
    assert hashes(views) == hashes(fresh)


def test_while_a_release_prepares_views_a_projector_passes_on(
    log: Log, views: Views, others: Views, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = BatchProjector(log, views, REFERENCE)
    old.catch_up()
    late(log)
    empty, emptied, go = filling.empty, Event(), Event()

    def slow(connection: sa.Connection, table: sa.Table) -> None:
        empty(connection, table)
        if current_thread() is opened:
            emptied.set()
            go.wait()

    monkeypatch.setattr(filling, "empty", slow)
    newer = next_release("refund_triggers", "refund_lines")
    opened = Thread(target=BatchProjector, args=(log, others, REFERENCE), kwargs={"projections": newer})
    opened.start()
    emptied.wait()
    held = labels(views, "refund_triggers", "refund_lines")
    with pytest.raises(SomebodyElse), turn(views.engine, held):
        pass
    go.set()
    opened.join()
    assert {standing(views)[name] for name in held} == {0}


def test_a_release_that_starts_beside_a_rebuild_waits_for_it(log: Log, views: Views, others: Views) -> None:
    projector = BatchProjector(log, views, REFERENCE)
    projector.catch_up()
    if others.engine.dialect.name == "postgresql":
        sa.event.listen(others.engine, "begin", lambda c: c.exec_driver_sql("SET LOCAL lock_timeout = '20ms'"))
    prepared: list[BatchProjector] = []
    newer = next_release("refund_triggers")
    opened = Thread(target=lambda: prepared.append(BatchProjector(log, others, REFERENCE, projections=newer)))
    with turn(views.engine, labels(views), wait=True) as (connection, held):
        filling.empty(connection, views.tables["worklist"])
        opened.start()
        opened.join(SOON)
        assert (opened.is_alive(), set(held)) == (True, set(NAMES))
        filling.empty(connection, views.tables["refund_triggers"])
        connection.rollback()
    opened.join()
    assert standing(views) == {name: 0 if name == "refund_triggers" else log.head() for name in NAMES}
    prepared[0].catch_up()
    assert {row.clause for row in views.refund_triggers().rows} == {"NEXT"}


@ON_POSTGRESQL
def test_two_releases_that_start_at_once_both_come_to_an_end(log: Log, views: Views, others: Views) -> None:
    BatchProjector(log, views, REFERENCE).catch_up()
    both = [
        Thread(target=BatchProjector, args=(log, one, REFERENCE), kwargs={"projections": next_release(view)})
        for one, view in ((views, "refund_triggers"), (others, "refund_lines"))
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert 0 in standing(views).values()
