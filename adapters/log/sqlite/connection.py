"""Connections to the log file that keep its promises: every commit reaches the disk, every writer waits its turn.

The library's pool opens connections with the engine's defaults; ours sets what durability rests on and reads it
back on every single connection.
"""

import sqlite3
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Final

from eventsourcing.persistence import (
    ConnectionNotFromPoolError,
    ConnectionPoolClosedError,
    ConnectionUnavailableError,
    InterfaceError,
    OperationalError,
)
from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteTransaction,
)

from adapters.log.refusals import UnsafeConnection
from adapters.log.sqlite.exceptions import of_the_library
from adapters.log.sqlite.opened_file import OpenedFile, use_write_ahead_log

BUSY_SECONDS: Final = 5
_PRAGMAS: Final = (
    ("synchronous", "FULL", 2),
    ("foreign_keys", "ON", 1),
    ("recursive_triggers", "ON", 1),
    ("trusted_schema", "OFF", 0),
    ("mmap_size", "0", 0),
)
_WAIT: Final = f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}"
_WAIT_BRIEFLY: Final = "PRAGMA busy_timeout=1"
_PRIMARY: Final = 0xFF
"""The part of an error code that says what it is, without its circumstances."""


class LogTransaction(SQLiteTransaction):
    """A transaction that takes the write lock at its start when it will write, and never leaves one open."""

    connection: "LogConnection"

    def __enter__(self) -> SQLiteCursor:
        cursor = self.connection.cursor()
        try:
            if self.commit:
                begin_to_write(self.connection.engine)
            else:
                cursor.execute("BEGIN")
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error
        try:
            self.connection.file.check()
        except UnsafeConnection:
            self.connection.rollback()
            raise
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

    def __init__(self, engine: sqlite3.Connection, max_age: float | None, file: OpenedFile) -> None:
        super().__init__(sqlite_conn=engine, max_age=max_age)
        self.engine = engine
        self.file = file

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        """A transaction, committed at its end where `commit` says so, rolled back otherwise."""
        with LogTransaction(self, commit=commit) as cursor, cursor:
            yield cursor


class LogConnectionPool(SQLiteConnectionPool):
    """Connections that were set up and checked before anybody gets them, and are closed after use only.

    The library's pool keeps five and makes its users queue by three locks, which costs more than reading a row; here a
    thread takes the connection that was used last, or opens one. Only writers wait, for each other.
    """

    _pool: deque[SQLiteConnection]
    _ending = False
    _file: OpenedFile | None = None

    def get_connection(self, timeout: float | None = None, *, is_writer: bool | None = None) -> LogConnection:
        """A connection, that of the one writer where `is_writer`; none any more once the pool is being closed."""
        if self._ending:
            raise ConnectionPoolClosedError
        if is_writer and not self._writer_lock.acquire(timeout=self.pool_timeout if timeout is None else timeout):
            raise ConnectionUnavailableError("the writer before does not come to an end")
        try:
            connection = self._idle_or_new()
        except BaseException:
            if is_writer:
                self._writer_lock.release()
            raise
        connection.is_writer = is_writer
        self._in_use[id(connection)] = connection
        return connection

    def _idle_or_new(self) -> LogConnection:
        try:
            connection = self._pool.pop()
        except IndexError:
            return self._create_connection()
        assert isinstance(connection, LogConnection)
        return connection

    def put_connection(self, conn: SQLiteConnection) -> None:
        """Take a connection back, and let the next writer go on."""
        is_writer, conn.is_writer = conn.is_writer, None
        if self._in_use.pop(id(conn), None) is None:
            raise ConnectionNotFromPoolError("the connection was not taken from this pool")
        self._pool.append(conn)
        if is_writer:
            self._writer_lock.release()
        if self._ending:
            with self._put_condition:
                self._put_condition.notify()

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

    def _create_connection(self) -> LogConnection:
        try:
            connection = sqlite3.connect(
                self.db_name, check_same_thread=False, isolation_level=None, timeout=BUSY_SECONDS
            )
        except sqlite3.Error as error:
            raise InterfaceError(error) from error
        connection.row_factory = sqlite3.Row
        try:
            file = self._file = self._file or OpenedFile(self.db_name)
            use_write_ahead_log(connection)
            for name, setting, expected in _PRAGMAS:
                connection.execute(f"PRAGMA {name}={setting}")
                assert_pragma(connection, name, expected)
        except BaseException:
            connection.close()
            raise
        return LogConnection(connection, self.max_age, file)


class LogDatastore(SQLiteDatastore):
    """The library's datastore over our pool, with a short way for a single statement and for a single append."""

    pool: LogConnectionPool

    def __init__(self, db_name: str) -> None:
        super().__init__(db_name, lock_timeout=BUSY_SECONDS)
        self.pool.close()
        self.pool = LogConnectionPool(db_name=db_name, lock_timeout=BUSY_SECONDS, pool_timeout=4 * BUSY_SECONDS)

    def rows(self, statement: str, params: Sequence[object] = ()) -> list[sqlite3.Row]:
        """The rows of one statement that only reads; by itself it sees one moment of the file."""
        connection = self.pool.get_connection(is_writer=False)
        try:
            rows = connection.engine.execute(statement, params).fetchall()
            connection.file.check()
        except sqlite3.Error as error:
            raise of_the_library(error) from error
        finally:
            self.pool.put_connection(connection)
        return rows

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that holds the write lock from its start, on the disk when it ends, and gone where it fails."""
        connection = self.pool.get_connection(is_writer=True)
        engine = connection.engine
        try:
            begin_to_write(engine)
            connection.file.check()
            yield engine
            engine.execute("COMMIT")
            connection.file.check()
        except sqlite3.Error as error:
            raise of_the_library(error) from error
        finally:
            if engine.in_transaction:
                engine.rollback()
            self.pool.put_connection(connection)


def begin_to_write(engine: sqlite3.Connection) -> None:
    """Take the write lock of the file; sqlite3.OperationalError where others keep it for so long.

    The engine's own wait doubles its pauses, so that a writer may starve beside busier ones; ours looks again at
    once.
    """
    last = time.monotonic() + BUSY_SECONDS
    engine.execute(_WAIT_BRIEFLY)
    try:
        while not _has_begun(engine, last):
            pass
    finally:
        engine.execute(_WAIT)


def _has_begun(engine: sqlite3.Connection, last: float) -> bool:
    try:
        engine.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & _PRIMARY != sqlite3.SQLITE_BUSY or time.monotonic() >= last:
            raise
        return False
    return True


def assert_pragma(connection: sqlite3.Connection, name: str, expected: int) -> None:
    """Read a setting back from the engine; UnsafeConnection where it is not what was asked for."""
    row = connection.execute(f"PRAGMA {name}").fetchone()
    if row is not None and int(row[0]) != expected:
        raise UnsafeConnection(f"the database answers {row[0]} for {name}, {expected} is needed")
