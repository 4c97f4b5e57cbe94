"""SQLAlchemy engines whose transactions begin when we say so, and whose SQLite settings are read back each time."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from sqlite3 import Connection as SqliteConnection
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine


class UnsafeStore(RuntimeError):
    """A store does not keep what it promises, or is not the one that belongs to these keys."""


class Pragma(NamedTuple):
    """A SQLite setting, and what the engine answers once it holds."""

    name: str
    setting: str
    answers: int


def engine_of(url: str, *pragmas: Pragma, busy_seconds: int) -> Engine:
    """An engine on the database of a URL; on SQLite we begin transactions ourselves, writers first in line."""
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_pre_ping=True, hide_parameters=True)
    connect_args = {"check_same_thread": False, "timeout": busy_seconds}
    engine = sa.create_engine(url, connect_args=connect_args, hide_parameters=True)
    sa.event.listen(engine, "connect", partial(_prepare_sqlite, pragmas, busy_seconds))
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads."""
    with engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: committed at the end, rolled back when anything is raised."""
    with engine.execution_options(write=True).begin() as connection:
        yield connection


def _prepare_sqlite(pragmas: tuple[Pragma, ...], busy_seconds: int, connection: SqliteConnection, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={busy_seconds * 1000}")
    connection.execute("PRAGMA journal_mode=WAL")
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma.name}={pragma.setting}")
        answer = connection.execute(f"PRAGMA {pragma.name}").fetchone()
        if answer is not None and int(answer[0]) != pragma.answers:
            raise UnsafeStore(f"the database answers {answer[0]} for {pragma.name}, {pragma.answers} is needed")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("write") else "BEGIN")
