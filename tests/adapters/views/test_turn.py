import sqlite3
from threading import Event, Thread

import pytest
import sqlalchemy as sa

from adapters.database import writing
from adapters.log.log import Log
from adapters.views.projector import BatchProjector
from adapters.views.turn import MadeByAnotherRelease, SomebodyElse, turn
from adapters.views.views import Views
from tests.support.lives import REFERENCE
from tests.support.place import ON_FILES, ON_POSTGRESQL
from tests.support.views import labels

BOTH = ("enrolments", "infusions")


@pytest.fixture(autouse=True)
def _prepared(log: Log, views: Views) -> None:
    BatchProjector(log, views, REFERENCE)


def test_views_that_somebody_holds_are_left_at_once(views: Views) -> None:
    with turn(views.engine, labels(views, *BOTH)) as (_, held):
        assert held == {"enrolments": 0, "infusions": 0}
        with pytest.raises(SomebodyElse), turn(views.engine, labels(views, *BOTH)):
            pass
    with turn(views.engine, labels(views, *BOTH)) as (_, held):
        assert set(held) == set(BOTH)


@ON_POSTGRESQL
def test_the_views_that_nobody_holds_are_worked_on_meanwhile(views: Views) -> None:
    with turn(views.engine, labels(views, "infusions")), turn(views.engine, labels(views, *BOTH)) as (_, held):
        assert set(held) == {"enrolments"}


def test_who_waits_gets_the_views_when_the_other_is_done(views: Views) -> None:
    began, got = Event(), Event()

    def wait() -> None:
        began.set()
        with turn(views.engine, labels(views, *BOTH), wait=True) as (_, held):
            assert set(held) == set(BOTH)
            got.set()

    waiting = Thread(target=wait)
    with turn(views.engine, labels(views, *BOTH)):
        waiting.start()
        began.wait()
        assert not got.wait(0.1)
    waiting.join()
    assert got.is_set()


@ON_POSTGRESQL
def test_a_long_turn_may_pause_longer_than_other_transactions(views: Views) -> None:
    asked = sa.text("SHOW idle_in_transaction_session_timeout")
    with turn(views.engine, labels(views, *BOTH), long=True) as (connection, _):
        assert connection.execute(asked).scalar_one() == "15min"
    with turn(views.engine, labels(views, *BOTH), wait=True) as (connection, _):
        assert connection.execute(asked).scalar_one() == "15min"
    with turn(views.engine, labels(views, *BOTH)) as (connection, _):
        assert connection.execute(asked).scalar_one() == "30s"
    with turn(views.engine, labels(views, *BOTH), idle_seconds=2) as (connection, _):
        assert connection.execute(asked).scalar_one() == "2s"
    with writing(views.engine) as connection:
        assert connection.execute(asked).scalar_one() == "30s"


@ON_POSTGRESQL
def test_only_who_waits_waits_without_end_and_a_long_turn_ends_at_last(views: Views) -> None:
    asked = sa.text("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
    with writing(views.engine) as connection:
        general = connection.execute(asked).one()
    with turn(views.engine, labels(views, *BOTH)) as (connection, _):
        assert connection.execute(asked).one() == general
    with turn(views.engine, labels(views, *BOTH), long=True) as (connection, _):
        assert tuple(connection.execute(asked).one()) == (general[0], "15min")
    with turn(views.engine, labels(views, *BOTH), wait=True) as (connection, _):
        assert tuple(connection.execute(asked).one()) == ("0", "15min")


def test_views_with_another_label_are_not_held(views: Views) -> None:
    mixed = {**labels(views, "infusions"), "enrolments": "of another release"}
    with turn(views.engine, mixed) as (_, held):
        assert set(held) == {"infusions"}
    with pytest.raises(MadeByAnotherRelease), turn(views.engine, mixed, wait=True):
        pass


@ON_FILES
def test_a_connection_is_as_patient_after_a_turn_as_before(views: Views) -> None:
    asked = sa.text("PRAGMA busy_timeout")
    with writing(views.engine) as connection:
        before = connection.execute(asked).scalar_one()
    with turn(views.engine, labels(views, *BOTH)):
        pass
    with writing(views.engine) as connection:
        assert connection.execute(asked).scalar_one() == before


@ON_FILES
def test_a_file_that_fails_is_not_taken_for_one_that_is_held(views: Views, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_: sa.Connection) -> None:
        raise sa.exc.OperationalError("", {}, sqlite3.OperationalError("disk I/O error"))

    monkeypatch.setattr(sa.Connection, "begin", failing)
    with pytest.raises(sa.exc.OperationalError), turn(views.engine, labels(views, *BOTH)):
        pass
