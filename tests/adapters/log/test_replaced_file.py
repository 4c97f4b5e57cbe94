"""A log file that is replaced beneath a running process is not written to any more: nothing is confirmed and lost."""

import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from adapters.log.log import Log
from adapters.log.refusals import UnsafeConnection
from tests.support.store import a_log, a_stream, drafted

SAYS = "the log's file was replaced beneath this process; restart it"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "log.sqlite3"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = a_log(tmp_path)
    opened.append([drafted(a_stream(), 1)])
    yield opened
    opened.close()


def _saved(file: Path) -> Path:
    saved = file.with_suffix(".saved")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(saved)) as target:
        source.backup(target)
    return saved


def _removed(file: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def _restored(file: Path, saved: Path) -> None:
    _removed(file)
    shutil.copyfile(saved, file)


def test_nothing_is_confirmed_that_the_restored_file_does_not_have(log: Log, file: Path, tmp_path: Path) -> None:
    saved = _saved(file)
    log.append([drafted(a_stream(), 2)])
    _restored(file, saved)

    with pytest.raises(UnsafeConnection, match=SAYS):
        log.append([drafted(a_stream(), 3)])

    after_restart = a_log(tmp_path)
    assert after_restart.append([drafted(a_stream(), 2)])[0].position == 2
    after_restart.close()


def test_nothing_is_read_of_a_file_that_is_not_there_any_more(log: Log, file: Path) -> None:
    _restored(file, _saved(file))

    for read in (log.head, log.content_hash, lambda: log.stream(a_stream())):
        with pytest.raises(UnsafeConnection, match=SAYS):
            read()


def test_a_connection_that_is_opened_afterwards_is_no_exception(log: Log, file: Path) -> None:
    _restored(file, _saved(file))
    pool = log.recorder.datastore.pool  # type: ignore[attr-defined]
    idle = [pool.get_connection(is_writer=False) for _ in range(len(pool._pool))]

    with pytest.raises(UnsafeConnection, match=SAYS):
        log.append([drafted(a_stream(), 2)])
    with pytest.raises(UnsafeConnection, match=SAYS):
        log.head()

    for connection in idle:
        pool.put_connection(connection)


def test_a_file_that_is_gone_is_refused(log: Log, file: Path) -> None:
    _removed(file)

    with pytest.raises(UnsafeConnection, match=SAYS):
        log.append([drafted(a_stream(), 2)])


def test_a_file_that_is_replaced_while_it_is_written_to_confirms_nothing(
    log: Log, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = _saved(file)
    recorder: Any = log.recorder
    append = recorder._append

    def meanwhile(*given: Any) -> Any:
        stamped = append(*given)
        _restored(file, saved)
        return stamped

    monkeypatch.setattr(recorder, "_append", meanwhile)

    with pytest.raises(UnsafeConnection, match=SAYS):
        log.append([drafted(a_stream(), 2)])


def test_everybody_who_shares_a_commit_is_told(log: Log, file: Path) -> None:
    saved = _saved(file)
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    waits: Any = log.recorder._together  # type: ignore[attr-defined]
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(log.append, [drafted(a_stream("under way"), 1)])
        while not waits._under_way or waits._waiting:
            Event().wait(0.001)
        others = [pool.submit(log.append, [drafted(a_stream(name), 1)]) for name in "ab"]
        while len(waits._waiting) < len(others):
            Event().wait(0.001)
        _restored(file, saved)
        holder.execute("ROLLBACK")
    holder.close()

    assert [str(one.exception()) for one in (first, *others)] == [SAYS] * 3
