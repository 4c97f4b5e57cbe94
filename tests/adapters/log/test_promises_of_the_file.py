"""The log file keeps its promises by itself: nothing is changed, nothing is deleted, every commit reaches the disk."""

import sqlite3
from pathlib import Path

import pytest
from eventsourcing.persistence import OperationalError

from adapters.log.receipt import ReceiptDraft
from adapters.log.refusals import UnsafeConnection
from adapters.log.sqlite import connection as log_connection
from adapters.log.sqlite.connection import LogDatastore, assert_pragma
from tests.support.store import a_log, a_stream, drafted

RECEIPT = ReceiptDraft("PER-1", "key-1", "hash", "{}")
FORBIDDEN = [
    "UPDATE stored_events SET state = x'00'",
    "UPDATE stored_events SET recorded_at = '2020-01-01T00:00:00.000000Z'",
    "DELETE FROM stored_events WHERE 1",
    "DELETE FROM stored_events WHERE rowid = (SELECT MAX(rowid) FROM stored_events)",
    "INSERT OR REPLACE INTO stored_events SELECT rowid, 'x', 9, topic, x'00', 'x' || substr(recorded_at, 2) FROM one",
    "INSERT OR REPLACE INTO stored_events SELECT NULL, 'x', 9, topic, x'00', recorded_at FROM one",
    "REPLACE INTO stored_events SELECT NULL, originator_id, 1, topic, x'00', 'x' || substr(recorded_at, 2) FROM one",
    "UPDATE receipts SET answer = '[]'",
    "DELETE FROM receipts",
    "REPLACE INTO receipts SELECT principal, idempotency_key, request_hash, '[]', position FROM receipts",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
@pytest.mark.parametrize("recursive_triggers", ["ON", "OFF"])
def test_the_database_itself_refuses_to_change_what_is_written(
    tmp_path: Path, statement: str, recursive_triggers: str
) -> None:
    log = a_log(tmp_path)
    log.append([drafted(a_stream(), 1), drafted(a_stream(), 2)], receipt=RECEIPT)
    before = log.content_hash()
    other = sqlite3.connect(tmp_path / "log.sqlite3", isolation_level=None)
    other.execute(f"PRAGMA recursive_triggers={recursive_triggers}")
    other.execute("CREATE TEMP TABLE one AS SELECT * FROM stored_events LIMIT 1")

    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        other.execute(statement)

    other.close()
    assert log.content_hash() == before
    log.close()


def test_a_position_is_never_given_twice_even_when_the_newest_row_was_cut_off(tmp_path: Path) -> None:
    log = a_log(tmp_path)
    log.append([drafted(a_stream(), 1), drafted(a_stream(), 2)])
    other = sqlite3.connect(tmp_path / "log.sqlite3", isolation_level=None)
    other.execute("DROP TRIGGER stored_events_no_delete")
    other.execute("DELETE FROM stored_events WHERE rowid = 2")
    other.close()

    assert log.append([drafted(a_stream(), 2)])[0].position == 3
    log.close()


def test_every_pooled_connection_waits_for_the_disk(tmp_path: Path) -> None:
    datastore = LogDatastore(str(tmp_path / "log.sqlite3"))
    connections = [datastore.pool.get_connection() for _ in range(4)]

    settings = []
    for one in connections:
        cursor = one.cursor()
        for name in ("synchronous", "foreign_keys", "trusted_schema", "recursive_triggers", "journal_mode"):
            cursor.execute(f"PRAGMA {name}")
            settings.append((name, cursor.fetchone()[0]))
        datastore.pool.put_connection(one)

    expected = {
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("trusted_schema", 0),
        ("recursive_triggers", 1),
        ("journal_mode", "wal"),
    }
    assert set(settings) == expected
    datastore.close()


def test_a_connection_that_does_not_wait_for_the_disk_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_connection, "_PRAGMAS", (("synchronous", "NORMAL", 2),))
    datastore = LogDatastore(str(tmp_path / "log.sqlite3"))

    with pytest.raises(UnsafeConnection, match="synchronous"):
        datastore.pool.get_connection()

    datastore.close()


def test_a_setting_is_read_back_from_the_engine_and_not_taken_on_trust() -> None:
    memory = sqlite3.connect(":memory:")
    memory.execute("PRAGMA foreign_keys=OFF")

    with pytest.raises(UnsafeConnection, match="foreign_keys"):
        assert_pragma(memory, "foreign_keys", 1)

    memory.close()


def test_a_database_without_a_write_ahead_log_is_refused() -> None:
    datastore = LogDatastore(":memory:")

    with pytest.raises(UnsafeConnection, match="write-ahead"):
        datastore.pool.get_connection()

    datastore.close()


def test_a_writer_that_cannot_get_the_lock_says_so_and_leaves_the_log_usable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_connection, "BUSY_SECONDS", 0.1)
    log = a_log(tmp_path)
    other = sqlite3.connect(tmp_path / "log.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(OperationalError, match="locked"):
        log.append([drafted(a_stream(), 1)])
    other.execute("ROLLBACK")
    other.close()

    assert log.append([drafted(a_stream(), 1)])[0].position == 1
    log.close()
