from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from adapters.clock import FixedClock
from adapters.database import writing
from adapters.log.log import Log
from adapters.log.opening import open_log
from adapters.views import filling, fold, positions
from adapters.views import projector as projecting
from adapters.views.engine import open_views
from adapters.views.positions import PositionMoved
from adapters.views.projector import BatchProjector
from adapters.views.views import Views
from projections.every import PROJECTIONS
from tests.adapters.conftest import MakingPlaces
from tests.adapters.views.conftest import Opening, drafted, hashes, standing, streams_read
from tests.support.lives import REFERENCE, Life, a_payer_rule, registration_of
from tests.support.place import Place
from tests.support.store import NOON
from tests.support.views import labels

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
    before, stood_at = hashes(views), standing(views)
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
    assert standing(views) == stood_at
    projector.catch_up()
    untroubled = opening("untroubled")
    BatchProjector(log, untroubled, REFERENCE).catch_up()
    assert hashes(views) == hashes(untroubled)


def test_a_step_far_behind_folds_each_infusion_once_and_in_chunks(
    log: Log, views: Views, projector: BatchProjector, opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projecting, "CHUNK", 1)
    monkeypatch.setattr(fold, "CHUNK", 1)
    read = streams_read(log, monkeypatch)
    assert projector.step() == log.head()
    assert len(read) == len(set(read)) == 2
    whole = opening("whole")
    monkeypatch.undo()
    BatchProjector(log, whole, REFERENCE).catch_up()
    assert hashes(views) == hashes(whole)


def test_readers_see_the_old_rows_until_a_rebuild_is_done(
    log: Log, views: Views, projector: BatchProjector, monkeypatch: pytest.MonkeyPatch
) -> None:
    projector.catch_up()
    before, seen = hashes(views), []
    real = positions.advance

    def advance(*arguments: Any) -> None:
        seen.append((hashes(views), set(standing(views).values())))
        real(*arguments)

    monkeypatch.setattr(positions, "advance", advance)
    late = Life(name="late").registered().events[0]
    log.append([drafted(late)])
    projector.rebuild()
    assert seen == [(before, {log.head() - 1})]
    assert position_of(views, "infusions") == log.head()
    assert late.stream_id in {row.infusion_id for row in views.infusions().rows}


def test_events_that_come_during_a_rebuild_are_not_lost(
    log: Log, views: Views, projector: BatchProjector, opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    projector.catch_up()
    real = positions.advance
    late = Life(name="late").registered().events[0]

    def advance(*arguments: Any) -> None:
        monkeypatch.undo()
        log.append([drafted(late)])
        real(*arguments)

    monkeypatch.setattr(positions, "advance", advance)
    projector.rebuild()
    assert position_of(views, "infusions") == log.head() - 1
    projector.catch_up()
    fresh = opening("fresh")
    BatchProjector(log, fresh, REFERENCE).catch_up()
    assert hashes(views) == hashes(fresh)


def test_a_short_step_is_thrown_away_where_another_projector_was_faster(
    log: Log, views: Views, projector: BatchProjector, monkeypatch: pytest.MonkeyPatch
) -> None:
    faster = BatchProjector(log, views, REFERENCE)
    stream = log.stream

    def slow(*arguments: Any, **named: Any) -> Any:
        monkeypatch.undo()
        faster.catch_up()
        return stream(*arguments, **named)

    monkeypatch.setattr(log, "stream", slow)
    assert projector.step() == 0
    assert set(standing(views).values()) == {log.head()}
    assert rows_in(views, "infusions") == 2


def test_two_projectors_at_once_apply_every_event_once(log: Log, views: Views, opening: Opening) -> None:
    projectors = [BatchProjector(log, views, REFERENCE, batch=1, projections=ONE) for _ in range(2)]
    together, applied = Barrier(2), []

    def run(projector: BatchProjector) -> None:
        together.wait()
        while position_of(views, "infusions") < log.head():
            applied.append(projector.step())

    threads = [Thread(target=run, args=(projector,)) for projector in projectors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(applied) == log.head()
    alone = opening("alone")
    BatchProjector(log, alone, REFERENCE).catch_up()
    assert views.content_hash("infusions") == alone.content_hash("infusions")


def test_a_position_that_was_moved_or_taken_over_meanwhile_is_refused(
    log: Log, views: Views, projector: BatchProjector
) -> None:
    projector.catch_up()
    with writing(views.engine) as connection, pytest.raises(PositionMoved):
        positions.advance(connection, labels(views, "infusions"), 1, 2, None)
    with writing(views.engine) as connection, pytest.raises(PositionMoved):
        positions.advance(connection, {"infusions": "of another release"}, log.head(), log.head() + 1, None)


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


def test_views_of_a_log_that_was_restored_are_filled_afresh(
    log: Log, views: Views, new_place: MakingPlaces, tmp_path: Path
) -> None:
    BatchProjector(log, views, REFERENCE).catch_up()
    other = open_log(new_place(tmp_path / "restored").settings, FixedClock(NOON))
    life = Life(name="third").registered().enrolled()
    other.append([registration_of(document) for document in life.documents])
    other.append([drafted(event) for event in life.events])
    projector = BatchProjector(other, views, REFERENCE)
    assert {one.position for one in views.positions()} == {0}
    projector.catch_up()
    assert [row.infusion_id for row in views.infusions().rows] == [life.infusion_id]
    other.close()


def test_an_empty_log_gives_empty_views(place: Place) -> None:
    empty, views = open_log(place.settings, FixedClock(NOON)), Views(open_views(place.settings))
    projector = BatchProjector(empty, views, REFERENCE)
    projector.rebuild()
    assert projector.catch_up() == 0
    assert views.infusions().rows == ()
    empty.close()
    views.engine.dispose()
