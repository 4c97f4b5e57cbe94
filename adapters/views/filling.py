"""Rows into their table: those of the named infusions are replaced as a whole, in the caller's transaction."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from projections.row import Row


def replace(connection: Connection, table: sa.Table, infusion_ids: Sequence[UUID], rows: Iterable[Row]) -> None:
    """Put these rows in the place of all rows of these infusions."""
    if infusion_ids:
        gone = sa.delete(table).where(table.c.infusion_id == sa.bindparam("gone"))
        connection.execute(gone, [{"gone": infusion_id} for infusion_id in infusion_ids])
    fill(connection, table, rows)


def empty(connection: Connection, table: sa.Table) -> None:
    """Take all rows away."""
    connection.execute(sa.delete(table))


def fill(connection: Connection, table: sa.Table, rows: Iterable[Row]) -> None:
    """Add rows."""
    values = [values_of(table, row) for row in rows]
    if values:
        connection.execute(sa.insert(table), values)


def values_of(table: sa.Table, row: Row) -> dict[str, Any]:
    """A row as the values of its table's columns."""
    return {column.name: getattr(row, column.name) for column in table.columns}
