"""Connections to the log file that keep its promises: every commit reaches the disk, every writer waits its turn.

The library's pool opens connections with the engine's defaults; ours sets what durability rests on and reads it
back on every single connection.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Final

from eventsourcing.persistence import ConnectionPoolClosedError, InterfaceError, OperationalError
from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteTransaction,
)

from adapters.log.refusals import UnsafeConnection

BUSY_SECONDS: Final = 5
_PRAGMAS: Final = (
    ("synchronous", "FULL", 2),
    ("foreign_keys", "ON", 1),
    ("recursive_triggers", "ON", 1),
    ("trusted_schema", "OFF", 0),
    ("mmap_size", "0", 0),
)
_WAL_ATTEMPTS: Final = 100


class LogTransaction(SQLiteTransaction):
    """A transaction that takes the write lock at its start when it will write, and never leaves one open."""

    def __enter__(self) -> SQLiteCursor:
        cursor = self.connection.cursor()
        try:
            cursor.execute("BEGIN IMMEDIATE" if self.commit else "BEGIN")
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error
        return cursor

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None:
        try:
            super().__exit__(exc_type, exc_val, exc_tb)
        finally:
            self.connection.rollback()


class LogConnection(SQLiteConnection):
    """A connection whose transactions are those of the log."""

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        """A transaction, committed at its end where `commit` says so, rolled back otherwise."""
        with LogTransaction(self, commit=commit) as cursor, cursor:
            yield cursor


class LogConnectionPool(SQLiteConnectionPool):
    """The library's pool; each connection is set up and checked before anybody gets it, and closed after use only."""

    _ending = False

    def get_connection(self, timeout: float | None = None, *, is_writer: bool | None = None) -> SQLiteConnection:
        """A connection, as the library gives it; none any more once the pool is being closed."""
        if self._ending:
            raise ConnectionPoolClosedError
        return super().get_connection(timeout, is_writer=is_writer)

    def close(self) -> None:
        """Close every connection once its user has given it back.

        The library closes connections under the hands of other threads, and the engine may crash on that; a
        connection that does not come back in time is left to the end of the process.
        """
        self._ending = True
        with self._put_condition:
            self._put_condition.wait_for(lambda: not self._in_use, timeout=2 * BUSY_SECONDS)
            self._in_use.clear()
        super().close()

    def _create_connection(self) -> SQLiteConnection:
        try:
            connection = sqlite3.connect(
                self.db_name, check_same_thread=False, isolation_level=None, timeout=BUSY_SECONDS
            )
        except sqlite3.Error as error:
            raise InterfaceError(error) from error
        connection.row_factory = sqlite3.Row
        try:
            _use_write_ahead_log(connection)
            for name, setting, expected in _PRAGMAS:
                connection.execute(f"PRAGMA {name}={setting}")
                assert_pragma(connection, name, expected)
        except BaseException:
            connection.close()
            raise
        return LogConnection(sqlite_conn=connection, max_age=self.max_age)


class LogDatastore(SQLiteDatastore):
    """The library's datastore over our pool."""

    def __init__(self, db_name: str) -> None:
        super().__init__(db_name, lock_timeout=BUSY_SECONDS)
        self.pool.close()
        self.pool = LogConnectionPool(db_name=db_name, lock_timeout=BUSY_SECONDS, pool_timeout=4 * BUSY_SECONDS)


def assert_pragma(connection: sqlite3.Connection, name: str, expected: int) -> None:
    """Read a setting back from the engine; UnsafeConnection where it is not what was asked for."""
    row = connection.execute(f"PRAGMA {name}").fetchone()
    if row is not None and int(row[0]) != expected:
        raise UnsafeConnection(f"the database answers {row[0]} for {name}, {expected} is needed")


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log; processes that open a new file at the same moment wait for each other."""
    for attempt in range(_WAL_ATTEMPTS):
        try:
            mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        except sqlite3.OperationalError:
            if attempt == _WAL_ATTEMPTS - 1:
                raise
            time.sleep(0.05)
            continue
        if str(mode).lower() != "wal":
            raise UnsafeConnection(f"the database keeps journal mode {mode}, the write-ahead log is needed")
        return
