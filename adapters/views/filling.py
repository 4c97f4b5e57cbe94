"""Rows into their table: those of the named infusions are replaced as a whole, in the caller's transaction."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from psycopg.sql import SQL, Identifier
from sqlalchemy.engine import Connection, Dialect

from adapters.database import POSTGRESQL
from projections.row import Row

COPIED_FROM: Final = 50
"""From so many rows on, PostgreSQL takes them as a stream instead of one by one."""
Bind = Callable[[Any], Any]


def replace(connection: Connection, table: sa.Table, infusion_ids: Sequence[UUID], rows: Iterable[Row]) -> None:
    """Put these rows in the place of all rows of these infusions."""
    if infusion_ids:
        connection.execute(sa.delete(table).where(table.c.infusion_id.in_(infusion_ids)))
    fill(connection, table, rows)


def empty(connection: Connection, table: sa.Table) -> None:
    """Take all rows away."""
    connection.execute(sa.delete(table))


def fill(connection: Connection, table: sa.Table, rows: Iterable[Row]) -> None:
    """Add rows."""
    values = [values_of(table, row) for row in rows]
    if connection.dialect.name == POSTGRESQL and len(values) >= COPIED_FROM:
        _copy(connection, table, values)
    elif values:
        connection.execute(sa.insert(table), values)


def values_of(table: sa.Table, row: Row) -> dict[str, Any]:
    """A row as the values of its table's columns."""
    return {column.name: getattr(row, column.name) for column in table.columns}


def _copy(connection: Connection, table: sa.Table, values: Iterable[dict[str, Any]]) -> None:
    """Add rows with COPY, each value as SQLAlchemy would hand it to the driver."""
    binds = _binds(table, connection.dialect)
    columns = SQL(", ").join(Identifier(name) for name in binds)
    statement = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table.name), columns)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in values:
            copy.write_row([bind(row[name]) for name, bind in binds.items()])


def _binds(table: sa.Table, dialect: Dialect) -> dict[str, Bind]:
    made = {column.name: column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns}
    return {name: bind or _as_it_is for name, bind in made.items()}


def _as_it_is(value: Any) -> Any:
    return value
