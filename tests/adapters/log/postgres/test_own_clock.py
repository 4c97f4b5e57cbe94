"""Stamps are the server's: the application forges none, unless the owner lets a demo stamp by a clock of its own."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from eventsourcing.persistence import DataError
from psycopg import errors
from psycopg.rows import dict_row

from adapters.clock import FixedClock, SystemClock
from adapters.database import UnsafeStore
from adapters.log.log import Log
from adapters.log.mapper import EventMapper
from adapters.log.opening import open_log_database
from adapters.log.postgres.asked import Asked, call
from adapters.log.postgres.schema import upgrade
from adapters.log.refusals import LogRefused, StaleVersion
from tests.support.postgres import APP, DatabaseUrls, Server
from tests.support.store import NOON, a_stream, drafted

FAR = datetime(9999, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def plain_log(postgres: Server) -> str:
    """The name of a database with an empty log, upgraded as one with real infusions is."""
    urls = postgres.new_database()
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        upgrade(owner, APP)
    return urls.name


@pytest.fixture
def plain(postgres: Server, plain_log: str) -> Iterator[DatabaseUrls]:
    urls = postgres.new_database(plain_log)
    yield urls
    postgres.drop(urls.name)


def _asked(stream: str, version: int = 1) -> Asked:
    return Asked((EventMapper().to_stored_event(drafted(a_stream(stream), version)),))


def _goes_on(urls: DatabaseUrls) -> None:
    """An append in its order gets in, and is stamped with the present."""
    log = open_log_database(urls.app, SystemClock())
    with psycopg.connect(urls.app) as asking:
        row = asking.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    event = log.append([drafted(a_stream("afterwards"), 1)])[0]
    assert row[0] < event.recorded_at < row[0] + timedelta(minutes=1)
    assert log.newest() == (event.position, event.recorded_at)
    log.close()


@pytest.mark.parametrize(("given", "in_sequence"), [(FAR, True), (None, False)])
def test_an_application_that_is_not_trusted_gives_neither_stamp_nor_version(
    plain: DatabaseUrls, given: datetime | None, in_sequence: bool
) -> None:
    with psycopg.connect(plain.app, row_factory=dict_row) as application:
        with pytest.raises(errors.InsufficientPrivilege):
            call(application, [_asked("first", 7)], given, in_sequence=in_sequence)
        application.rollback()
        with pytest.raises(errors.InsufficientPrivilege):
            application.execute("SELECT log.position_by(now(), %s)", (FAR,))

    _goes_on(plain)


def test_a_version_out_of_sequence_is_refused_by_the_server_itself(plain: DatabaseUrls) -> None:
    with psycopg.connect(plain.app, row_factory=dict_row, autocommit=True) as application:
        outcome = call(application, [_asked("first", 7)], None)[0]

    with pytest.raises(StaleVersion):
        outcome.stamped(_asked("first", 7))
    _goes_on(plain)


@pytest.mark.parametrize("counts", ["{1000000000,1}", "{1000000000}", "{NULL,1}", "{-1,2}", "{-1,1}", "{0,2}"])
def test_counts_that_are_not_those_of_the_events_put_nothing_in(plain: DatabaseUrls, counts: str) -> None:
    event = _asked("first").events[0]
    with psycopg.connect(plain.app, autocommit=True) as application, suppress(errors.ArraySubscriptError):
        application.execute(
            "SELECT log.append(%s::integer[], %s, '{1}', %s, %s, NULL, NULL, NULL, NULL)",
            (counts, [event.originator_id], [event.topic], [event.state]),
        )

    log = open_log_database(plain.app, SystemClock())
    assert log.head() == 0
    log.close()
    _goes_on(plain)


@pytest.mark.parametrize("instant", ["infinity", "-infinity", "9999-01-01"])
def test_asking_for_what_will_be_known_does_not_move_the_stamps(plain: DatabaseUrls, instant: str) -> None:
    with psycopg.connect(plain.app, autocommit=True) as application:
        application.execute("SELECT log.position_at(%s::timestamptz)", (instant,))

    _goes_on(plain)


@pytest.mark.parametrize("instant", ["infinity", "-infinity"])
def test_even_a_demo_gives_no_stamp_that_is_no_instant(served: Log, database: DatabaseUrls, instant: str) -> None:
    event = _asked("first").events[0]
    with psycopg.connect(database.app, autocommit=True) as application:
        with pytest.raises(errors.DatetimeFieldOverflow):
            application.execute(
                "SELECT log.append_at('{1}', %s, '{1}', %s, %s, NULL, NULL, NULL, NULL, true, %s::timestamptz)",
                ([event.originator_id], [event.topic], [event.state], instant),
            )
        application.execute("SELECT log.position_by(%s::timestamptz, 'infinity')", (instant,))

    assert served.append([drafted(a_stream(), 1)])[0].recorded_at == NOON


def test_a_clock_of_its_own_is_refused_with_the_line_that_allows_it(plain: DatabaseUrls) -> None:
    with pytest.raises(UnsafeStore, match="stamps by its own clock only; a demo needs: oba db upgrade --demo"):
        open_log_database(plain.app, FixedClock(NOON))


def test_numbering_by_the_caller_is_refused_with_that_line_too(plain: DatabaseUrls) -> None:
    log = open_log_database(plain.app, SystemClock())

    with pytest.raises(LogRefused, match="oba db upgrade --demo"):
        log.recorder.insert_events(_asked("first").events)  # type: ignore[attr-defined]

    log.close()
    _goes_on(plain)


def test_what_a_demo_was_allowed_is_kept_by_later_upgrades_and_given_by_none_of_them(
    plain: DatabaseUrls, database: DatabaseUrls
) -> None:
    for urls in (plain, database):
        with psycopg.connect(urls.owner, autocommit=True) as owner:
            upgrade(owner, APP)

    open_log_database(database.app, FixedClock(NOON)).close()
    with pytest.raises(UnsafeStore):
        open_log_database(plain.app, FixedClock(NOON))

    with psycopg.connect(plain.owner, autocommit=True) as owner:
        upgrade(owner, APP, demo=True)
    open_log_database(plain.app, FixedClock(NOON)).close()


def test_an_append_that_is_wrong_in_itself_is_still_told_as_such(plain: DatabaseUrls) -> None:
    log = open_log_database(plain.app, SystemClock())
    unwritable = EventMapper().to_stored_event(drafted(a_stream(), 1))

    with pytest.raises(DataError):
        log.recorder.append([type(unwritable)(a_stream(), 2**70, unwritable.topic, unwritable.state)])

    log.close()
