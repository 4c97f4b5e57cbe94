"""Whether the directory changed: a mark that every import sets in its own transaction, and its cheapest reading.

The mark is random, so that records that were replaced by older ones never look like those that were there before.
"""

import sqlite3
from collections.abc import Sequence
from threading import Lock
from typing import Any, Final, cast
from uuid import UUID

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from adapters.records.columns import METADATA

DIRECTORY_VERSION = sa.Table(
    "directory_version",
    METADATA,
    sa.Column("only", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("mark", sa.String(36), nullable=False),
)
_ASKED: Final = "SELECT mark FROM directory_version"
_MARK = sa.select(DIRECTORY_VERSION.c.mark)
_MOVE = sa.text(
    'INSERT INTO directory_version ("only", mark) VALUES (1, :mark) '
    'ON CONFLICT ("only") DO UPDATE SET mark = excluded.mark'
)


def move(connection: Connection, mark: UUID) -> None:
    """Say that the directory changes with this transaction, by a mark that was never used."""
    connection.execute(_MOVE, {"mark": str(mark)})


def version_in(connection: Connection) -> str | None:
    """The mark as a transaction sees it; None before the first import."""
    return connection.scalar(_MARK)


class DirectoryVersion:
    """The mark as committed by whatever process, safe in any number of threads.

    A connection of its own is kept, for every command asks: SQLite tells it from memory whether anybody committed
    since, and a server answers in one round trip.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._is_file = engine.dialect.name == "sqlite"
        self._lock = Lock()
        self._file: sqlite3.Connection | None = None
        self._line: psycopg.Connection[Any] | None = None
        self._commits = -1
        self._version: str | None = None
        sa.event.listen(engine, "engine_disposed", self._close)

    def now(self) -> str | None:
        """The mark now; None before the first import."""
        with self._lock:
            return self._of_file() if self._is_file else self._of_server()

    def _of_file(self) -> str | None:
        file = self._file or self._open_file()
        commits = int(file.execute("PRAGMA data_version").fetchone()[0])
        if commits != self._commits:
            self._version = _mark(file.execute(_ASKED).fetchone())
            self._commits = commits
        return self._version

    def _of_server(self) -> str | None:
        """Asked again over a fresh connection where the one that is kept was lost."""
        if self._line is not None:
            try:
                return _mark(self._line.execute(_ASKED, prepare=True).fetchone())
            except psycopg.OperationalError:
                self._line.close()
                self._line = None
        return _mark(self._open_line().execute(_ASKED, prepare=True).fetchone())

    def _open_file(self) -> sqlite3.Connection:
        self._file, self._commits = cast("sqlite3.Connection", self._own_connection()), -1
        return self._file

    def _open_line(self) -> "psycopg.Connection[Any]":
        self._line = cast("psycopg.Connection[Any]", self._own_connection())
        self._line.autocommit = True
        return self._line

    def _own_connection(self) -> object:
        """A connection with the settings of the others that the pool neither counts nor hands out."""
        taken = self._engine.raw_connection()
        own = taken.dbapi_connection if self._is_file else taken.driver_connection
        taken.detach()
        return own

    def _close(self, _engine: Engine) -> None:
        with self._lock:
            for own in (self._file, self._line):
                if own is not None:
                    own.close()
            self._file = self._line = None


def _mark(row: Sequence[Any] | None) -> str | None:
    return str(row[0]) if row else None
