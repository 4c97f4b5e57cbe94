from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from adapters.clock import FixedClock
from adapters.log.log import Log
from adapters.views import filling, positions
from adapters.views.positions import PositionMoved
from adapters.views.projector import BatchProjector
from adapters.views.views import Views
from projections.every import PROJECTIONS, Projection
from projections.reading import Reading
from projections.row import Row
from tests.adapters.views.conftest import Opening, drafted, hashes
from tests.support.lives import REFERENCE, Life, a_payer_rule, registration_of
from tests.support.store import NOON

ONE = PROJECTIONS[:1]


class Broken(RuntimeError):
    """What a test lets happen."""


def rows_in(views: Views, view: str) -> int:
    """How many rows a view has."""
    with views.engine.connect() as connection:
        statement = sa.select(sa.func.count()).select_from(views.tables[view])
        return int(connection.execute(statement).scalar_one())


def position_of(views: Views, view: str) -> int:
    """How far a view has come."""
    return next(one.position for one in views.positions() if one.view == view)


def test_every_view_is_level_with_the_log_after_catching_up(log: Log, views: Views, projector: BatchProjector) -> None:
    assert projector.catch_up() == 1
    assert {one.position for one in views.positions()} == {log.head()}
    assert all(rows_in(views, name) > 0 for name in views.tables)
    assert projector.step() == 0


def test_a_rebuild_from_the_beginning_gives_equal_tables(views: Views, projector: BatchProjector) -> None:
    projector.catch_up()
    before = hashes(views)
    projector.rebuild()
    assert hashes(views) == before


@pytest.mark.parametrize("batch", [1, 2, 7])
def test_batches_of_any_size_give_equal_tables(log: Log, opening: Opening, batch: int) -> None:
    small, large = opening("small"), opening("large")
    BatchProjector(log, large, REFERENCE).catch_up()
    steps = BatchProjector(log, small, REFERENCE, batch=batch).catch_up()
    assert steps == -(-log.head() // batch)
    assert hashes(small) == hashes(large)


def test_a_rebuild_begun_on_empty_views_gives_what_catching_up_gives(log: Log, opening: Opening) -> None:
    rebuilt, live = opening("rebuilt"), opening("live")
    BatchProjector(log, rebuilt, REFERENCE).rebuild()
    BatchProjector(log, live, REFERENCE, batch=3).catch_up()
    assert hashes(rebuilt) == hashes(live)
    assert {one.position for one in rebuilt.positions()} == {log.head()}


def test_a_document_that_comes_later_changes_the_rows_of_every_infusion(
    log: Log, views: Views, projector: BatchProjector, opening: Opening
) -> None:
    projector.catch_up()
    before = rows_in(views, "data_request_windows")
    log.append([registration_of(a_payer_rule(id="second-rule"))])
    projector.catch_up()
    assert rows_in(views, "data_request_windows") == 2 * before
    fresh = opening("fresh")
    BatchProjector(log, fresh, REFERENCE).catch_up()
    assert hashes(views) == hashes(fresh)


@pytest.mark.parametrize("dies_after", ["fill", "advance"])
def test_a_crash_between_rows_and_position_loses_and_doubles_nothing(
    log: Log, views: Views, opening: Opening, monkeypatch: pytest.MonkeyPatch, dies_after: str
) -> None:
    projector = BatchProjector(log, views, REFERENCE, batch=3)
    projector.step()
    before, stood_at = hashes(views), {one.view: one.position for one in views.positions()}
    module: Any = filling if dies_after == "fill" else positions
    real: Callable[..., None] = getattr(module, dies_after)

    def dying(*arguments: Any) -> None:
        real(*arguments)
        raise Broken

    monkeypatch.setattr(module, dies_after, dying)
    with pytest.raises(Broken):
        projector.step()
    monkeypatch.undo()
    assert hashes(views) == before
    assert {one.view: one.position for one in views.positions()} == stood_at
    projector.catch_up()
    untroubled = opening("untroubled")
    BatchProjector(log, untroubled, REFERENCE).catch_up()
    assert hashes(views) == hashes(untroubled)


def test_two_projectors_at_once_apply_every_event_once(log: Log, views: Views, opening: Opening) -> None:
    projectors = [BatchProjector(log, views, REFERENCE, batch=1, projections=ONE) for _ in range(2)]
    together, applied = Barrier(2), []

    def run(projector: BatchProjector) -> None:
        together.wait()
        while moved := projector.step():
            applied.append(moved)

    threads = [Thread(target=run, args=(projector,)) for projector in projectors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(applied) == log.head()
    alone = opening("alone")
    BatchProjector(log, alone, REFERENCE).catch_up()
    assert views.content_hash("infusions") == alone.content_hash("infusions")


def test_a_position_that_was_moved_meanwhile_is_refused(views: Views, projector: BatchProjector) -> None:
    projector.catch_up()
    with views.engine.begin() as connection, pytest.raises(PositionMoved):
        positions.advance(connection, "infusions", 1, 2, None)


def failing_from(version: int) -> Projection:
    """A read model that cannot fold the first infusion from one of its events on."""
    first = Life().registered().infusion_id
    sound = PROJECTIONS[0]

    def rows_of(reading: Reading) -> tuple[Row, ...]:
        if reading.infusion_id == first and len(reading.stream) >= version:
            raise Broken
        return sound.rows_of(reading)

    return replace(sound, rows_of=rows_of)


def test_an_event_that_cannot_be_folded_stops_its_view_and_says_so(
    log: Log, views: Views, caplog: pytest.LogCaptureFixture
) -> None:
    projector = BatchProjector(log, views, REFERENCE, projections=(failing_from(4), PROJECTIONS[1]))
    projector.catch_up()
    stopped = next(one for one in views.positions() if one.view == "infusions")
    poison = log.stream(Life().infusion_id)[3]
    assert (stopped.position, stopped.problem_position) == (poison.position - 1, poison.position)
    assert stopped.problem == "Broken"
    assert stopped.problem_infusion_id == poison.stream_id
    assert "infusions" in caplog.text
    assert "Broken" in caplog.text
    assert position_of(views, "enrolments") == log.head()


def test_a_view_goes_on_once_its_fold_is_mended(log: Log, views: Views, opening: Opening) -> None:
    BatchProjector(log, views, REFERENCE, projections=(failing_from(4),)).catch_up()
    BatchProjector(log, views, REFERENCE).catch_up()
    assert [one.problem for one in views.positions()] == [None] * len(PROJECTIONS)
    fresh = opening("fresh")
    BatchProjector(log, fresh, REFERENCE).catch_up()
    assert hashes(views) == hashes(fresh)


def test_a_log_that_cannot_be_read_stops_every_view(
    log: Log, views: Views, projector: BatchProjector, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(position: int, limit: int) -> tuple[Any, ...]:
        raise Broken

    monkeypatch.setattr(log, "since", unreadable)
    assert projector.step() == 0
    assert {(one.position, one.problem, one.problem_position) for one in views.positions()} == {(0, "Broken", 1)}


def test_a_rebuild_that_fails_leaves_the_rows_as_they_were(log: Log, views: Views) -> None:
    BatchProjector(log, views, REFERENCE).catch_up()
    before = hashes(views)
    with pytest.raises(Exception, match="infusions"):
        BatchProjector(log, views, REFERENCE, projections=(failing_from(1),)).rebuild()
    assert hashes(views) == before


def test_an_opening_that_finds_everything_as_it_was_changes_nothing(log: Log, views: Views) -> None:
    BatchProjector(log, views, REFERENCE).catch_up()
    before = hashes(views)
    BatchProjector(log, views, REFERENCE)
    assert hashes(views) == before
    assert position_of(views, "infusions") == log.head()


def test_a_new_edition_of_a_fold_has_its_view_filled_afresh(log: Log, views: Views) -> None:
    BatchProjector(log, views, REFERENCE).catch_up()
    newer = replace(PROJECTIONS[0], edition=2)
    projector = BatchProjector(log, views, REFERENCE, projections=(newer, *PROJECTIONS[1:]))
    assert (position_of(views, "infusions"), rows_in(views, "infusions")) == (0, 0)
    assert position_of(views, "enrolments") == log.head()
    projector.catch_up()
    assert rows_in(views, "infusions") == 2


def test_other_reference_tables_have_every_view_filled_afresh(log: Log, views: Views) -> None:
    BatchProjector(log, views, REFERENCE).catch_up()
    other = REFERENCE.model_copy(update={"therapies": ()})
    BatchProjector(log, views, other)
    assert {one.position for one in views.positions()} == {0}


def test_new_events_replace_the_rows_of_their_infusion_only(log: Log, views: Views, projector: BatchProjector) -> None:
    projector.catch_up()
    life = Life(name="second").registered().enrolled()
    life.told(date(2024, 5, 1), "care_transferred", htc_id="HTC-2")
    log.append([drafted(life.events[-1])])
    assert projector.step() == 1
    assert {row.htc_id for row in views.refund_triggers(infusion_id=life.infusion_id).rows} == {"HTC-2"}
    assert {row.htc_id for row in views.refund_triggers(infusion_id=Life().infusion_id).rows} == {"HTC-1"}


def test_views_of_a_log_that_was_restored_are_filled_afresh(log: Log, views: Views, tmp_path: Path) -> None:
    BatchProjector(log, views, REFERENCE).catch_up()
    other = Log(tmp_path / "restored.sqlite3", FixedClock(NOON))
    life = Life(name="third").registered().enrolled()
    other.append([registration_of(document) for document in life.documents])
    other.append([drafted(event) for event in life.events])
    projector = BatchProjector(other, views, REFERENCE)
    assert {one.position for one in views.positions()} == {0}
    projector.catch_up()
    assert [row.infusion_id for row in views.infusions().rows] == [life.infusion_id]
    other.close()


def test_an_empty_log_gives_empty_views(views: Views, tmp_path: Path) -> None:
    empty = Log(tmp_path / "empty.sqlite3", FixedClock(NOON))
    projector = BatchProjector(empty, views, REFERENCE)
    projector.rebuild()
    assert projector.catch_up() == 0
    assert views.infusions().rows == ()
    empty.close()
