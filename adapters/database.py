"""SQLAlchemy engines whose transactions begin when we say so, and the statements that two databases say differently.

On SQLite a writer has the whole file from its first statement on. On PostgreSQL writers run side by side, so whatever
looks first and writes then does it in one statement (`add_new`, `put_row`) or one at a time (`one_at_a_time`).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from sqlite3 import Connection as SqliteConnection
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine

POSTGRESQL = "postgresql"


class UnsafeStore(RuntimeError):
    """A store does not keep what it promises, or is not the one that belongs to these keys or this release."""


class WeakStore(UnsafeStore):
    """A store that could lose what it has confirmed."""


class Pragma(NamedTuple):
    """A SQLite setting, and what the engine answers once it holds."""

    name: str
    setting: str
    answers: int


def engine_of(url: str, *pragmas: Pragma, busy_seconds: int) -> Engine:
    """An engine on the SQLite file of a URL; we begin transactions ourselves, writers first in line."""
    connect_args = {"check_same_thread": False, "timeout": busy_seconds}
    engine = sa.create_engine(url, connect_args=connect_args, hide_parameters=True)
    sa.event.listen(engine, "connect", partial(_prepare_sqlite, pragmas, busy_seconds))
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, and sees everything as it was at one moment."""
    if engine.dialect.name == POSTGRESQL:
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def disposed_on_failure(engine: Engine) -> Iterator[Engine]:
    """The engine, whose connections are closed where what is done with it raises."""
    try:
        yield engine
    except BaseException:
        engine.dispose()
        raise


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: committed at the end, rolled back when anything is raised."""
    with engine.execution_options(write=True).begin() as connection:
        yield connection


def plain_text(length: int | None = None) -> sa.types.TypeEngine[str]:
    """Text of a new column that is put in order by its bytes on every database, and not by the rules of a language."""
    if length is None:
        return sa.Text().with_variant(sa.Text(collation="C"), POSTGRESQL)
    return sa.String(length).with_variant(sa.String(length, collation="C"), POSTGRESQL)


def one_at_a_time(connection: Connection, what: str) -> None:
    """Wait until nobody else does the same, and keep others waiting until the end of this transaction."""
    if connection.dialect.name == POSTGRESQL:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": f"oba {what}"})


def add_new(connection: Connection, table: sa.Table, values: Mapping[str, Any]) -> bool:
    """Add a row unless one with its primary key is there already; whether it was added."""
    new = _insert(connection, table).values(**values).on_conflict_do_nothing(index_elements=list(table.primary_key))
    return connection.execute(new.execution_options(preserve_rowcount=True)).rowcount == 1


def put_row(connection: Connection, table: sa.Table, values: Mapping[str, Any]) -> None:
    """Add a row, or put it in the place of the one with its primary key."""
    others = {name: value for name, value in values.items() if not table.c[name].primary_key}
    row = _insert(connection, table).values(**values)
    connection.execute(row.on_conflict_do_update(index_elements=list(table.primary_key), set_=others))


def _insert(connection: Connection, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table) if connection.dialect.name == POSTGRESQL else sqlite.insert(table)


def _prepare_sqlite(pragmas: tuple[Pragma, ...], busy_seconds: int, connection: SqliteConnection, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={busy_seconds * 1000}")
    connection.execute("PRAGMA journal_mode=WAL")
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma.name}={pragma.setting}")
        answer = connection.execute(f"PRAGMA {pragma.name}").fetchone()
        if answer is not None and int(answer[0]) != pragma.answers:
            raise WeakStore(f"the database answers {answer[0]} for {pragma.name}, {pragma.answers} is needed")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("write") else "BEGIN")
