"""The clock that stamps is the server's, unless the deployment has one of its own; the past is told by that clock."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg.rows import dict_row

from adapters.clock import FixedClock, SystemClock
from adapters.documents.shelf import shipped_reference
from adapters.log.log import Log
from adapters.log.mapper import EventMapper
from adapters.log.opening import open_log_database
from adapters.log.postgres.asked import Asked, call
from adapters.log.postgres.datastore import PostgresLogDatastore
from adapters.log.postgres.recorder import PostgresLogRecorder
from adapters.records.records import open_records
from adapters.settings import Settings
from adapters.tracker import Tracker
from oba.problems import Refusal
from tests.adapters.log.postgres.conftest import Owner
from tests.support.postgres import DatabaseUrls
from tests.support.store import NOON, a_stream, drafted

FAR = datetime(2126, 1, 1, tzinfo=UTC)
"""What the clock of a machine says that is a hundred years ahead of the server's."""


@pytest.fixture
def ahead(database: DatabaseUrls) -> Iterator[Log]:
    """The log of a machine whose clock is ahead; the server's clock stamps."""
    log = Log(PostgresLogRecorder(PostgresLogDatastore(database.app), FixedClock(FAR), stamps=False))
    yield log
    log.close()


def test_the_clock_of_the_server_stamps_whatever_the_machine_believes(ahead: Log, owner: Owner) -> None:
    before = owner.execute("SELECT clock_timestamp()").fetchone()
    event = ahead.append([drafted(a_stream(), 1)])[0]
    present = ahead.present()
    after = owner.execute("SELECT clock_timestamp()").fetchone()

    assert before is not None
    assert after is not None
    assert before[0] < event.recorded_at < present < after[0]


def test_the_clock_of_the_machine_leaves_the_stamp_to_the_server(database: DatabaseUrls, owner: Owner) -> None:
    owner.execute(
        "INSERT INTO log.stored_events VALUES (1, gen_random_uuid(), 1, 'topic', '', now() + interval '1 hour')"
    )
    log = open_log_database(database.app, SystemClock())

    recorded = log.append([drafted(a_stream(), 1)])[0].recorded_at

    row = owner.execute("SELECT recorded_at + interval '1 microsecond' FROM log.stored_events").fetchone()
    assert row == (recorded,)
    assert log.present() < recorded
    log.close()


def test_an_instant_that_is_past_only_by_the_clock_of_the_machine_is_refused(ahead: Log, tmp_path: Path) -> None:
    ahead.append([drafted(a_stream(), 1)])
    records = open_records(Settings(home=tmp_path))
    tracker = Tracker(ahead, records, ahead.recorder.clock, shipped_reference())

    refusal = tracker.knowledge(ahead.present() + timedelta(hours=1))

    assert isinstance(refusal, Refusal)
    assert [problem.code for problem in refusal.problems] == ["known-at-not-past"]
    records.close()


def test_a_past_instant_waits_for_the_writer_under_way(served: Log, database: DatabaseUrls, owner: Owner) -> None:
    with psycopg.connect(database.app, row_factory=dict_row) as writer, ThreadPoolExecutor(1) as pool:
        call(writer, [Asked((EventMapper().to_stored_event(drafted(a_stream(), 1)),))], NOON)
        known = pool.submit(served.position_at, NOON)
        while not known.done() and not owner.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
            owner.execute("SELECT pg_sleep(0.01)")
        assert not known.done()

        writer.commit()

        assert known.result(10) == 1


def test_an_instant_before_the_newest_event_waits_for_nobody(served: Log, database: DatabaseUrls) -> None:
    served.append([drafted(a_stream(), 1), drafted(a_stream(), 2)])
    with psycopg.connect(database.owner) as writer:
        writer.execute("LOCK TABLE log.turn IN EXCLUSIVE MODE")

        assert served.position_at(NOON) == 1
