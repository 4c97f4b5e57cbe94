import logging
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from eventsourcing.persistence import StoredEvent

from adapters.database import writing
from adapters.log.log import Log
from adapters.log.topics import DOCUMENT_TOPICS
from adapters.views import alarm, filling
from adapters.views.fold import DocumentsUnreadable
from adapters.views.page import Scope
from adapters.views.projector import BatchProjector, Retried
from adapters.views.views import Views
from oba.identity import document_stream_id
from projections.every import PROJECTIONS, Projection
from projections.reading import Reading
from projections.row import Row
from tests.adapters.views.conftest import Opening, drafted, hashes, standing
from tests.support.lives import REFERENCE, Life, an_agreement

FIRST, SECOND = Life().infusion_id, Life(name="second").infusion_id
NAMES = {one.name for one in PROJECTIONS}


class Broken(RuntimeError):
    """What a test lets happen."""


def failing(view: str, version: int) -> tuple[Projection, ...]:
    """Every read model, of which one cannot fold the first infusion from one of its events on."""

    def of(sound: Projection) -> Projection:
        def rows_of(reading: Reading) -> tuple[Row, ...]:
            if reading.infusion_id == FIRST and len(reading.stream) >= version:
                raise Broken
            return sound.rows_of(reading)

        return replace(sound, rows_of=rows_of)

    return tuple(of(one) if one.name == view else one for one in PROJECTIONS)


def unreadable(log: Log, stream: Any, version: int, topic: str = "written_by_a_later_release") -> int:
    """Put an event into the log that this release cannot read; its position."""
    return log.recorder.append([StoredEvent(stream, version, topic, b"{}")])[0].position


def a_fact(log: Log, name: str = "second") -> None:
    """One more event of an infusion."""
    life = Life(name=name).registered().enrolled()
    life.told(date(2024, 5, 1), "care_transferred", htc_id="HTC-2")
    log.append([drafted(life.events[-1])])


def test_an_infusion_that_cannot_be_folded_is_set_aside_and_the_view_goes_on(
    log: Log, views: Views, opening: Opening, caplog: pytest.LogCaptureFixture
) -> None:
    poison = log.stream(FIRST)[3]
    with caplog.at_level(logging.ERROR):
        BatchProjector(log, views, REFERENCE, projections=failing("refund_triggers", 4)).catch_up()
    assert set(standing(views).values()) == {log.head()}
    (letter,) = views.dead_letters()
    assert (letter.view, letter.infusion_id, letter.problem) == ("refund_triggers", FIRST, "Broken")
    assert (letter.position, letter.topic, letter.attempts) == (poison.position, poison.body.topic(), 1)
    assert letter.first_seen_at == log.last_recorded_at()
    assert {one.view: one.incomplete for one in views.positions()} == {
        name: int(name == "refund_triggers") for name in NAMES
    }
    for word in ("refund_triggers", str(poison.position), str(FIRST), "Broken"):
        assert word in caplog.text
    sound = opening("sound")
    BatchProjector(log, sound, REFERENCE).catch_up()
    differing = {name for name, content in hashes(views).items() if content != hashes(sound)[name]}
    assert differing == {"refund_triggers"}
    assert {row.infusion_id for row in views.refund_triggers().rows} == {SECOND}


def test_rows_stay_as_of_before_and_are_not_shown_where_they_are_money(log: Log, views: Views) -> None:
    BatchProjector(log, views, REFERENCE).catch_up()
    table = views.tables["refund_triggers"]
    count = sa.select(sa.func.count()).where(table.c.infusion_id == SECOND)
    a_fact(log)

    def broken(_: Reading) -> tuple[Row, ...]:
        raise Broken

    projections = tuple(replace(one, rows_of=broken) for one in PROJECTIONS)
    BatchProjector(log, views, REFERENCE, projections=projections).catch_up()
    with views.engine.connect() as connection:
        assert connection.execute(count).scalar_one() == 2
    page = views.refund_triggers()
    assert ({row.infusion_id for row in page.rows}, page.incomplete) == ({FIRST}, (SECOND,))
    assert {row.infusion_id for row in views.infusions().rows} == {FIRST, SECOND}
    assert SECOND not in {row.infusion_id for row in views.worklist(date(2030, 1, 1)).rows}
    assert views.refund_triggers(infusion_id=SECOND).rows == ()


def test_only_those_who_may_know_of_an_infusion_hear_that_it_is_incomplete(log: Log, views: Views) -> None:
    BatchProjector(log, views, REFERENCE, projections=failing("refund_triggers", 4)).catch_up()
    assert views.refund_triggers(Scope(payer_id="PAYER-1")).incomplete == (FIRST,)
    assert views.refund_triggers(Scope(htc_id="HTC-1")).incomplete == (FIRST,)
    assert views.refund_triggers(Scope(payer_id="PAYER-2")).incomplete == ()
    assert views.refund_triggers(Scope(htc_id="HTC-2")).incomplete == ()


def test_an_event_that_cannot_be_read_makes_its_own_infusion_incomplete_in_every_view(log: Log, views: Views) -> None:
    position = unreadable(log, FIRST, len(log.stream(FIRST)) + 1)
    a_fact(log)
    BatchProjector(log, views, REFERENCE).catch_up()
    assert set(standing(views).values()) == {log.head()}
    assert {(one.view, one.infusion_id, one.position) for one in views.dead_letters()} == {
        (name, FIRST, position) for name in NAMES
    }
    assert {one.topic for one in views.dead_letters()} == {"written_by_a_later_release"}
    assert views.enrolments(infusion_id=SECOND).rows


def test_a_stream_that_begins_with_an_event_of_a_later_release_is_not_passed_over(log: Log, views: Views) -> None:
    stranger = Life(name="stranger").infusion_id
    unreadable(log, stranger, 1)
    BatchProjector(log, views, REFERENCE).catch_up()
    assert {one.infusion_id for one in views.dead_letters()} == {stranger}
    assert len(views.dead_letters()) == len(NAMES)


def test_a_later_event_with_which_the_fold_succeeds_completes_the_infusion(
    log: Log, views: Views, opening: Opening
) -> None:
    BatchProjector(log, views, REFERENCE, projections=failing("refund_triggers", 4)).catch_up()
    life = Life().registered().enrolled()
    events = log.stream(FIRST)
    life.told(date(2025, 6, 1), "care_transferred", htc_id="HTC-2")
    more = drafted(life.events[-1]).model_copy(update={"version": len(events) + 1})
    log.append([more])
    BatchProjector(log, views, REFERENCE).catch_up()
    assert views.dead_letters() == ()
    sound = opening("sound")
    BatchProjector(log, sound, REFERENCE).catch_up()
    assert hashes(views) == hashes(sound)


def test_a_retry_of_a_release_that_can_fold_them_leaves_no_dead_letter(
    log: Log, views: Views, opening: Opening
) -> None:
    BatchProjector(log, views, REFERENCE, projections=failing("refund_triggers", 4)).catch_up()
    assert BatchProjector(log, views, REFERENCE).retry() == Retried(mended=1, left=0)
    sound = opening("sound")
    BatchProjector(log, sound, REFERENCE).catch_up()
    assert hashes(views) == hashes(sound)
    assert standing(views) == standing(sound)


def test_a_retry_that_fails_again_is_counted(log: Log, views: Views) -> None:
    projector = BatchProjector(log, views, REFERENCE, projections=failing("refund_triggers", 4))
    projector.catch_up()
    (before,) = views.dead_letters()
    assert projector.retry() == Retried(mended=0, left=1)
    assert views.dead_letters() == (before.model_copy(update={"attempts": 2}),)
    assert set(standing(views).values()) == {log.head()}


def test_a_rebuild_clears_what_it_can_fold_and_keeps_what_it_cannot(log: Log, views: Views) -> None:
    broken = BatchProjector(log, views, REFERENCE, projections=failing("refund_triggers", 4))
    broken.catch_up()
    broken.rebuild()
    assert [one.infusion_id for one in views.dead_letters()] == [FIRST]
    BatchProjector(log, views, REFERENCE).rebuild()
    assert views.dead_letters() == ()


def test_a_row_that_the_database_refuses_makes_its_infusion_incomplete_and_no_other(log: Log, views: Views) -> None:
    def doubled(reading: Reading) -> tuple[Row, ...]:
        rows = PROJECTIONS[0].rows_of(reading)
        return rows * 2 if reading.infusion_id == FIRST else rows

    BatchProjector(
        log, views, REFERENCE, projections=(replace(PROJECTIONS[0], rows_of=doubled), *PROJECTIONS[1:])
    ).catch_up()
    assert [(one.view, one.infusion_id, one.problem) for one in views.dead_letters()] == [
        ("infusions", FIRST, "IntegrityError")
    ]
    assert {row.infusion_id for row in views.infusions().rows} == {SECOND}
    assert {row.infusion_id for row in views.enrolments().rows} == {FIRST, SECOND}


def test_a_database_that_goes_away_is_no_fault_of_an_infusion(
    log: Log, views: Views, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise sa.exc.OperationalError("", {}, RuntimeError())

    monkeypatch.setattr(filling, "fill", away)
    with pytest.raises(sa.exc.OperationalError):
        BatchProjector(log, views, REFERENCE).step()
    assert views.dead_letters() == ()


def test_a_document_that_cannot_be_read_stops_every_view_before_its_event(
    log: Log, views: Views, caplog: pytest.LogCaptureFixture
) -> None:
    before = log.head()
    agreement = document_stream_id(an_agreement().id)
    position = unreadable(log, agreement, 2)
    a_fact(log)
    projector = BatchProjector(log, views, REFERENCE)
    projector.catch_up()
    assert set(standing(views).values()) == {before}
    assert {(one.problem, one.problem_position) for one in views.positions()} == {("UnknownTopic", position)}
    assert views.dead_letters() == ()
    assert "a document cannot be read" in caplog.text
    caplog.clear()
    projector.step()
    assert caplog.text == ""


def test_a_rebuild_with_a_document_that_cannot_be_read_leaves_everything_as_it_was(log: Log, views: Views) -> None:
    projector = BatchProjector(log, views, REFERENCE)
    projector.catch_up()
    before = hashes(views)
    unreadable(log, document_stream_id(an_agreement().id), 2, DOCUMENT_TOPICS[0])
    with pytest.raises(DocumentsUnreadable):
        projector.rebuild()
    assert hashes(views) == before


def test_many_failures_are_told_in_few_lines(
    log: Log, views: Views, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarm, "TOLD", 3)
    unreadable(log, FIRST, len(log.stream(FIRST)) + 1)
    BatchProjector(log, views, REFERENCE).catch_up()
    assert len(caplog.records) == 4
    assert f"{len(NAMES) - 3} more infusions" in caplog.text


def test_views_that_are_filled_afresh_forget_their_dead_letters(log: Log, views: Views) -> None:
    BatchProjector(log, views, REFERENCE, projections=failing("refund_triggers", 4)).catch_up()
    BatchProjector(log, views, REFERENCE.model_copy(update={"therapies": ()}))
    assert views.dead_letters() == ()
    with writing(views.engine) as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM view_dead_letters")).scalar_one() == 0
