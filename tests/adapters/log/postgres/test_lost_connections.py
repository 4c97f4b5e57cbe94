"""A connection that is lost: nothing stored is reported as failed, nothing is stored twice, nobody else is taken in."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import psycopg
import pytest

from adapters.clock import FixedClock, SystemClock
from adapters.log.log import Log
from adapters.log.mapper import EventMapper
from adapters.log.opening import open_log_database
from adapters.log.postgres.datastore import PostgresLogDatastore
from adapters.log.postgres.recorder import PostgresLogRecorder
from adapters.log.postgres.schema import upgrade
from adapters.log.receipt import ReceiptDraft
from adapters.log.refusals import LogUnavailable, ReceiptTaken, StaleVersion
from scripts.postgres.binaries import find_binaries
from tests.adapters.log.postgres.conftest import Owner
from tests.adapters.log.postgres.line import Line
from tests.support.postgres import APP, DatabaseUrls, Server
from tests.support.store import NOON, a_stream, drafted

RECEIPT = ReceiptDraft("PER-1", "key-1", "hash", "{}")
OTHERS = ReceiptDraft("PER-1", "key-1", "another hash", "{}")


def _log(url: str, patience_seconds: float = 10.0) -> Log:
    """A log over a single connection, so that no other answer than the one meant can be lost."""
    datastore = PostgresLogDatastore(url, fewest=1, most=1, patience_seconds=patience_seconds)
    return Log(PostgresLogRecorder(datastore, FixedClock(NOON)))


@pytest.fixture
def cut(line: Line) -> Iterator[Log]:
    """A log whose line can be cut, with one connection open."""
    log = _log(line.url)
    log.append([drafted(a_stream("before"), 1)])
    yield log
    log.close()


def _holds(owner: Owner, events: int, receipts: int = 0) -> Callable[[], bool]:
    counted = "SELECT (SELECT count(*) FROM log.stored_events), (SELECT count(*) FROM log.receipts)"
    return lambda: owner.execute(counted).fetchone() == (events, receipts)


def _holds_more_than(owner: Owner, events: int) -> Callable[[], bool]:
    unchanged = _holds(owner, events)
    return lambda: not unchanged()


@pytest.mark.parametrize("receipt", [None, RECEIPT])
def test_an_append_whose_answer_was_lost_is_answered_as_stored(
    cut: Log, line: Line, owner: Owner, receipt: ReceiptDraft | None
) -> None:
    line.lose_the_answer_after(_holds(owner, 3, 1 if receipt else 0))

    recorded = cut.append([drafted(a_stream(), 1), drafted(a_stream(), 2)], receipt=receipt)

    assert line.cuts == 1
    assert [event.position for event in recorded] == [2, 3]
    assert cut.stream(a_stream()) == recorded
    assert owner.execute("SELECT count(*) FROM log.stored_events").fetchone() == (3,)
    assert (cut.receipt("PER-1", "key-1") is not None) == (receipt is not None)


def test_a_receipt_without_events_whose_answer_was_lost_is_answered_as_stored(
    cut: Log, line: Line, owner: Owner
) -> None:
    line.lose_the_answer_after(_holds(owner, 1, 1))

    assert cut.append([], receipt=RECEIPT) == ()

    assert line.cuts == 1
    assert cut.receipt("PER-1", "key-1") is not None


def test_the_way_in_of_the_library_survives_a_lost_answer_too(cut: Log, line: Line, owner: Owner) -> None:
    stored = EventMapper().to_stored_event(drafted(a_stream(), 1))
    line.lose_the_answer_after(_holds(owner, 2))

    assert cut.recorder.insert_events([stored]) == [2]  # type: ignore[attr-defined]

    assert line.cuts == 1
    assert cut.head() == 2


def test_an_answer_lost_on_the_way_to_a_reader_is_asked_for_again(cut: Log, line: Line) -> None:
    line.lose_the_answer_after(lambda: True)

    assert len(cut.since(0, 10)) == 1

    assert line.cuts == 1


def test_threads_that_shared_a_lost_call_each_get_their_own_answer(cut: Log, line: Line, owner: Owner) -> None:
    for version in range(1, 6):
        before = cut.head()
        line.lose_the_answer_after(_holds_more_than(owner, before))
        with ThreadPoolExecutor(8) as pool:
            appends = [pool.submit(cut.append, [drafted(a_stream(str(n)), version)]) for n in range(8)]
        positions = [append.result()[0].position for append in appends]

        assert sorted(positions) == list(range(before + 1, before + 9))
        assert [cut.stream(a_stream(str(n)))[-1].position for n in range(8)] == positions

    assert line.cuts == 5


class _Delayed:
    """An append that waits for its turn, which the test holds, and whose connection the test can end."""

    def __init__(self, log: Log, owner: Owner, database: DatabaseUrls, receipt: ReceiptDraft | None = None) -> None:
        self.owner = owner
        self.holder = psycopg.connect(database.owner)
        self.holder.execute("LOCK TABLE log.turn IN EXCLUSIVE MODE")
        self.pool = ThreadPoolExecutor(1)
        self.answer: Future[object] = self.pool.submit(log.append, [drafted(a_stream(), 1)], receipt=receipt)
        self.pid = self._waiting()

    def _waiting(self) -> int:
        while not self.answer.done():
            row = self.owner.execute(
                "SELECT pid FROM pg_locks WHERE relation = 'log.turn'::regclass AND NOT granted"
            ).fetchone()
            if row is not None:
                return int(row[0])
        raise AssertionError("the append did not wait for its turn")

    def end_its_connection(self, admin_url: str, database: DatabaseUrls) -> None:
        """The server gives the append up while it waits, and it did not happen."""
        with psycopg.connect(admin_url, dbname=database.name, autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", (self.pid,))

    def release(self) -> None:
        self.holder.commit()
        self.holder.close()


def test_an_append_whose_connection_ended_before_its_commit_is_stored_once(
    served: Log, owner: Owner, database: DatabaseUrls, postgres: Server
) -> None:
    delayed = _Delayed(served, owner, database, RECEIPT)

    delayed.end_its_connection(postgres.admin_url, database)
    delayed.release()

    delayed.answer.result(20)
    assert owner.execute("SELECT count(*) FROM log.stored_events").fetchone() == (1,)
    delayed.pool.shutdown()


def test_what_somebody_else_stored_meanwhile_is_not_taken_for_ones_own(
    served: Log, owner: Owner, database: DatabaseUrls, postgres: Server
) -> None:
    delayed = _Delayed(served, owner, database)

    delayed.end_its_connection(postgres.admin_url, database)
    _append_in(delayed.holder, drafted(a_stream(), 1, command="somebody else"), None)
    delayed.release()

    with pytest.raises(StaleVersion):
        delayed.answer.result(20)
    delayed.pool.shutdown()


def test_a_key_that_somebody_else_took_meanwhile_is_told_as_taken(
    served: Log, owner: Owner, database: DatabaseUrls, postgres: Server
) -> None:
    delayed = _Delayed(served, owner, database, RECEIPT)

    delayed.end_its_connection(postgres.admin_url, database)
    _append_in(delayed.holder, drafted(a_stream("other"), 1), OTHERS)
    delayed.release()

    with pytest.raises(ReceiptTaken):
        delayed.answer.result(20)
    assert served.stream(a_stream()) == ()
    delayed.pool.shutdown()


def test_pooled_connections_that_died_are_replaced_without_an_error(
    served: Log, postgres: Server, database: DatabaseUrls
) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: served.append([drafted(a_stream(str(number)), 1)]), range(32)))
        _end_all_connections(postgres, database)
        list(pool.map(lambda number: served.append([drafted(a_stream(str(number)), 2)]), range(32)))
        _end_all_connections(postgres, database)
        counts = list(pool.map(lambda number: len(served.stream(a_stream(str(number)))), range(32)))

    assert counts == [2] * 32
    assert served.head() == 64


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server that may be killed, with a log in it."""
    server = Server.of(find_binaries())
    yield server
    server.stop()


def test_a_server_that_stays_away_is_told_and_its_return_is_noticed(own_server: Server) -> None:
    urls = _new_log(own_server)
    log = _log(urls.app, patience_seconds=0.2)
    log.append([drafted(a_stream(), 1)])
    # What is connected when a server is killed may be served for a moment longer.
    _end_all_connections(own_server, urls)
    own_server.kill()

    with pytest.raises(LogUnavailable):
        log.append([drafted(a_stream(), 2)])
    with pytest.raises(LogUnavailable):
        log.since(0, 10)
    own_server.restart()

    patient = _log(urls.app)
    assert patient.append([drafted(a_stream(), 2)])[0].position == 2
    patient.close()
    log.close()


def test_a_log_whose_server_is_away_is_not_opened(own_server: Server) -> None:
    url = _new_log(own_server).app
    own_server.kill()

    with pytest.raises(LogUnavailable):
        open_log_database(url, SystemClock(), patience_seconds=0.2)


def test_a_server_that_is_killed_under_load_loses_and_doubles_nothing(own_server: Server) -> None:
    log = open_log_database(_new_log(own_server).app, SystemClock())
    ended = threading.Event()

    def work(name: str) -> list[int]:
        positions: list[int] = []
        while not ended.is_set():
            version = len(positions) + 1
            receipt = ReceiptDraft("PER-1", f"{name}-{version}", "hash", "{}") if version % 2 else None
            positions.append(log.append([drafted(a_stream(name), version)], receipt=receipt)[0].position)
        return positions

    with ThreadPoolExecutor(4) as pool:
        working = {name: pool.submit(work, name) for name in ("a", "b", "c", "d")}
        for _ in range(3):
            _wait_for_more(log, 40)
            own_server.kill()
            own_server.restart()
        _wait_for_more(log, 40)
        ended.set()
        acknowledged = {name: future.result(60) for name, future in working.items()}

    stored = {name: [event.position for event in log.stream(a_stream(name))] for name in working}
    assert stored == acknowledged
    assert sorted(position for positions in stored.values() for position in positions) == list(range(1, log.head() + 1))
    log.close()


def _append_in(connection: psycopg.Connection[tuple[object, ...]], event: object, receipt: ReceiptDraft | None) -> None:
    """An append of somebody else, in a transaction that the test commits."""
    stored = EventMapper().to_stored_event(event)  # type: ignore[arg-type]
    keyed = [receipt.principal, receipt.key, receipt.request_hash, receipt.answer] if receipt else [None] * 4
    connection.execute(
        "SELECT * FROM log.append(ARRAY[1], ARRAY[%s::uuid], ARRAY[%s::bigint], ARRAY[%s::text], ARRAY[%s::bytea], "
        "ARRAY[%s::text], ARRAY[%s::text], ARRAY[%s::text], ARRAY[%s::text])",
        (stored.originator_id, stored.originator_version, stored.topic, stored.state, *keyed),
    )


def _end_all_connections(server: Server, database: DatabaseUrls) -> None:
    with psycopg.connect(server.admin_url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", (database.name,)
        )


def _new_log(server: Server) -> DatabaseUrls:
    urls = server.new_database()
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        upgrade(owner, APP, demo=True)
    return urls


def _wait_for_more(log: Log, count: int) -> None:
    head = log.head()
    while log.head() < head + count:
        threading.Event().wait(0.01)
