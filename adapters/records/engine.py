"""The engine under the records: transactions begin when we say so, durability is read back on every connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

BUSY_SECONDS: Final = 5
_SETTINGS: Final = (("synchronous", "FULL", 2), ("foreign_keys", "ON", 1), ("trusted_schema", "OFF", 0))


class UnsafeRecords(RuntimeError):
    """The store of records does not keep what it promises, or is not the one that belongs to these keys."""


def open_engine(file: Path) -> Engine:
    """An engine on a SQLite file, made where it is missing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    return engine_of(f"sqlite:///{file}")


def engine_of(url: str) -> Engine:
    """An engine on the database of a URL; on SQLite we begin transactions ourselves, writers first in line."""
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_pre_ping=True, hide_parameters=True)
    connect_args = {"check_same_thread": False, "timeout": BUSY_SECONDS}
    engine = sa.create_engine(url, connect_args=connect_args, hide_parameters=True)
    sa.event.listen(engine, "connect", _prepare_sqlite)
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


def _prepare_sqlite(connection: SqliteConnection, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    connection.execute("PRAGMA journal_mode=WAL")
    for name, setting, expected in _SETTINGS:
        connection.execute(f"PRAGMA {name}={setting}")
        answer = connection.execute(f"PRAGMA {name}").fetchone()
        if answer is not None and int(answer[0]) != expected:
            raise UnsafeRecords(f"the database answers {answer[0]} for {name}, {expected} is needed")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("write") else "BEGIN")
