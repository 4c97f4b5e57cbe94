"""What was known at an instant is settled once it was asked, whatever the clock does afterwards; on both engines."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from adapters.clock import FixedClock, SystemClock
from adapters.knowledge import Knowledge, resolve
from adapters.log.log import Log
from adapters.log.opening import open_log, open_log_database
from adapters.settings import Settings
from oba.problems import Refusal
from tests.support.postgres import DatabaseUrls
from tests.support.store import NOON, a_stream, drafted

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def log(settings: Settings, clock: FixedClock) -> Iterator[Log]:
    opened = open_log(settings, clock)
    yield opened
    opened.close()


def test_an_answer_stays_the_same_when_the_clock_steps_back(log: Log, clock: FixedClock) -> None:
    log.append([drafted(a_stream(), 1)])
    clock.move_by(HOUR)
    asked = NOON + timedelta(minutes=59)
    before = resolve(log, asked)

    clock.move_by(-HOUR / 2)
    assert resolve(log, asked) == before
    later = log.append([drafted(a_stream(), 2), drafted(a_stream(), 3)])
    assert resolve(log, asked) == before

    assert before == Knowledge(asked, 1)
    assert [event.recorded_at for event in later] == [asked + TICK, asked + 2 * TICK]


def test_an_instant_after_that_is_still_not_past(log: Log, clock: FixedClock) -> None:
    clock.move_by(HOUR)
    assert resolve(log, NOON + HOUR / 2) == Knowledge(NOON + HOUR / 2, 0)

    clock.move_by(-HOUR)

    assert isinstance(resolve(log, NOON + HOUR / 2 + TICK), Refusal)


def test_the_present_of_an_empty_log_is_settled_too(log: Log, clock: FixedClock) -> None:
    present = resolve(log, None)

    clock.move_by(-HOUR)
    event = log.append([drafted(a_stream(), 1)])[0]

    assert present == Knowledge(NOON, 0)
    assert event.recorded_at == NOON + TICK
    assert resolve(log, NOON) == present


def test_it_is_kept_for_every_process_and_goes_forward_only(log: Log, clock: FixedClock, settings: Settings) -> None:
    clock.move_by(HOUR)
    for minutes in (50, 10, 40):
        assert log.position_at(NOON + timedelta(minutes=minutes)) == 0

    other = open_log(settings, FixedClock(NOON))
    event = other.append([drafted(a_stream(), 1)])[0]
    other.close()

    assert event.recorded_at == NOON + timedelta(minutes=50) + TICK


def test_an_instant_that_an_event_already_follows_keeps_nobody_away(log: Log, clock: FixedClock) -> None:
    clock.move_by(HOUR)
    log.append([drafted(a_stream(), 1)])
    assert log.position_at(NOON) == 0
    assert log.position_at(NOON + HOUR) == 1

    clock.move_by(-HOUR)

    assert log.append([drafted(a_stream(), 2)])[0].recorded_at == NOON + HOUR + TICK


def test_a_future_instant_keeps_nobody_away_beyond_the_present(log: Log, clock: FixedClock) -> None:
    assert log.position_at(NOON + 100 * HOUR) == 0

    clock.move_by(HOUR)

    assert log.append([drafted(a_stream(), 1)])[0].recorded_at == NOON + HOUR


def test_what_was_asked_is_not_part_of_the_content(log: Log, clock: FixedClock) -> None:
    before = log.content_hash()

    clock.move_by(HOUR)
    log.position_at(NOON)

    assert log.content_hash() == before


def test_the_clock_of_the_server_stamps_after_what_was_asked_too(database: DatabaseUrls) -> None:
    with psycopg.connect(database.owner, autocommit=True) as owner:
        owner.execute("INSERT INTO log.asked_until VALUES (1, now() + interval '1 hour')")
        row = owner.execute("SELECT instant FROM log.asked_until").fetchone()
    assert row is not None
    log = open_log_database(database.app, SystemClock())

    assert log.present() == row[0] + TICK
    assert log.append([drafted(a_stream(), 1)])[0].recorded_at == row[0] + TICK
    log.close()


def test_the_server_keeps_what_was_asked_by_its_own_clock(database: DatabaseUrls) -> None:
    log = open_log_database(database.app, SystemClock())
    asked = log.present() - timedelta(microseconds=1)

    assert resolve(log, asked) == Knowledge(asked, 0)

    with psycopg.connect(database.owner) as owner:
        assert owner.execute("SELECT instant FROM log.asked_until").fetchone() == (asked,)
    log.close()
