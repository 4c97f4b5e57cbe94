"""Threads of one process that append to a file at the same moment share a commit, and nothing else."""

import sqlite3
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from eventsourcing.persistence import OperationalError

from adapters.log.log import Log
from adapters.log.receipt import ReceiptDraft
from adapters.log.refusals import ReceiptTaken, StaleVersion
from adapters.log.sqlite import connection as log_connection
from tests.support.store import a_log, a_stream, drafted

RECEIPT = ReceiptDraft("PER-1", "key-1", "hash", "{}")
UNWRITABLE = ReceiptDraft("PER-1", "key-\ud800", "hash", "{}")
Asked = tuple[str, int, ReceiptDraft | None]


def _behind_one_under_way(log: Log, file: Path, asked: list[Asked]) -> list[Future[Any]]:
    """Appends that come while another one waits for the write lock of the file; all are done at the end."""
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    waits: Any = log.recorder._together  # type: ignore[attr-defined]
    with ThreadPoolExecutor(1 + len(asked)) as pool:
        first = pool.submit(log.append, [drafted(a_stream("under way"), 1)])
        while not waits._under_way or waits._waiting:
            Event().wait(0.001)
        others: list[Future[Any]] = []
        for number, (stream, version, receipt) in enumerate(asked, start=1):
            others.append(pool.submit(log.append, [drafted(a_stream(stream), version)], receipt=receipt))
            while len(waits._waiting) < number:
                Event().wait(0.001)
        holder.execute("ROLLBACK")
    holder.close()
    return [first, *others]


def test_who_comes_while_a_commit_is_under_way_shares_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = a_log(tmp_path)
    begun: list[object] = []
    begin = log_connection.begin_to_write

    def counted(engine: sqlite3.Connection) -> None:
        begun.append(engine)
        begin(engine)

    monkeypatch.setattr(log_connection, "begin_to_write", counted)

    done = _behind_one_under_way(log, tmp_path / "log.sqlite3", [(name, 1, None) for name in "abcd"])

    assert [one.result()[0].position for one in done] == [1, 2, 3, 4, 5]
    assert len(begun) == 2
    assert log.head() == 5
    log.close()


def test_each_append_of_a_commit_is_accepted_or_refused_by_itself(tmp_path: Path) -> None:
    log = a_log(tmp_path)
    log.append([drafted(a_stream(), 1)], receipt=RECEIPT)
    asked: list[Asked] = [
        ("first", 2, None),
        ("other", 7, None),
        ("third", 1, RECEIPT),
        ("fourth", 1, UNWRITABLE),
        ("first", 3, None),
    ]

    _, good, stale, taken, broken, follows = _behind_one_under_way(log, tmp_path / "log.sqlite3", asked)

    assert isinstance(stale.exception(), StaleVersion)
    assert isinstance(taken.exception(), ReceiptTaken)
    assert isinstance(broken.exception(), UnicodeEncodeError)
    assert [one.result()[0].version for one in (good, follows)] == [2, 3]
    assert log.stream(a_stream("fourth")) == ()
    stored = log.since(0, 10)
    assert [event.recorded_at for event in stored] == sorted({event.recorded_at for event in stored})
    assert [event.stream_id for event in stored[2:]] == [a_stream(), a_stream()]
    log.close()


def test_nobody_is_told_that_it_is_done_when_the_commit_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_connection, "BUSY_SECONDS", 0.1)
    log = a_log(tmp_path)
    holder = sqlite3.connect(tmp_path / "log.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(log.append, [drafted(a_stream(name), 1)]) for name in "abcd"]
    holder.execute("ROLLBACK")
    holder.close()

    assert [type(one.exception()) for one in done] == [OperationalError] * 4
    assert log.head() == 0
    assert log.append([drafted(a_stream("a"), 1)])[0].position == 1
    log.close()
