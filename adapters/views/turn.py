"""Whose turn it is: one projector at a time works on a view; the others leave it and look again later.

The lock is that of the transaction, so it goes with its connection when a process dies. On PostgreSQL each position row
has its own; on SQLite there is one for the file, which readers never wait for. Position rows are taken before any other
row, in the order of their names, by everybody.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError

from adapters.database import POSTGRESQL, writing
from adapters.views import positions

PATIENCE_MILLISECONDS: Final = 250
"""How long a projector waits for a SQLite file; a short transaction of another one ends before, a long one does not."""
LONG_SECONDS: Final = 15 * 60
"""A fold of very many infusions pauses between its statements for as long as one chunk takes, never so long; a machine
that vanished without closing its connection holds the lock until then."""


class SomebodyElse(Exception):
    """Another projector works on these views at this moment."""


class MadeByAnotherRelease(SomebodyElse):
    """Not all of the views that were waited for are labelled as those of this release any more."""


@contextmanager
def turn(
    engine: Engine,
    made_with: Mapping[str, str],
    *,
    wait: bool = False,
    long: bool = False,
    idle_seconds: int | None = None,
) -> Iterator[tuple[Connection, dict[str, int]]]:
    """A writing transaction that holds views with these labels, and where they stand.

    SomebodyElse where all of them are held already. With `wait` views that are held are waited for, and it is all of
    them or MadeByAnotherRelease. On PostgreSQL a turn that pauses for longer than any transaction may is over; one that
    is `long` or waits may pause for a quarter of an hour, unless `idle_seconds` says how long.
    """
    with patient(engine) if wait else _transaction(engine, PATIENCE_MILLISECONDS) as connection:
        held = positions.locked(connection, made_with, wait=wait)
        if wait and held.keys() != made_with.keys():
            raise MadeByAnotherRelease
        if not held:
            raise SomebodyElse
        if long or wait:
            unhurried(connection)
        if idle_seconds is not None:
            _limit(connection, idle_in_transaction_session_timeout=idle_seconds)
        yield connection, held


@contextmanager
def patient(engine: Engine) -> Iterator[Connection]:
    """A writing transaction that waits for locks as long as they are held; SomebodyElse where SQLite gives up."""
    with _transaction(engine, LONG_SECONDS * 1000) as connection:
        _limit(connection, lock_timeout=0, statement_timeout=0)
        yield connection


def unhurried(connection: Connection) -> None:
    """Let this transaction, which has its locks, take its time."""
    _limit(connection, idle_in_transaction_session_timeout=LONG_SECONDS, statement_timeout=LONG_SECONDS)


def _transaction(engine: Engine, patience: int) -> AbstractContextManager[Connection]:
    """A writing transaction; the patience, in milliseconds, is for a SQLite file."""
    return writing(engine) if engine.dialect.name == POSTGRESQL else _sqlite(engine, patience)


def _limit(connection: Connection, **seconds: int) -> None:
    """Put limits in the place of the general ones; `true` ends them with the transaction."""
    if connection.dialect.name == POSTGRESQL:
        for name, value in seconds.items():
            connection.execute(sa.select(sa.func.set_config(name, f"{value}s", True)))


@contextmanager
def _sqlite(engine: Engine, patience: int) -> Iterator[Connection]:
    with engine.execution_options(write=True).connect() as connection:
        file: Any = connection.connection.driver_connection
        usual = file.execute("PRAGMA busy_timeout").fetchone()[0]
        file.execute(f"PRAGMA busy_timeout={patience}")
        try:
            begun = connection.begin()
        except OperationalError as error:
            if getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_BUSY:
                raise
            raise SomebodyElse from error
        finally:
            file.execute(f"PRAGMA busy_timeout={usual}")
        with begun:
            yield connection
