"""Folded rows into all their tables, in the transaction of one turn; what a database refuses is of one infusion."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DataError, IntegrityError, StatementError

from adapters.views import filling
from adapters.views.fold import Failed, Folded
from projections.row import Row

Tables = Mapping[str, sa.Table]
OF_A_ROW = (
    DataError,
    IntegrityError,
    StatementError,
    psycopg.DataError,
    psycopg.IntegrityError,
    ValueError,
    TypeError,
    OverflowError,
)


def apply(connection: Connection, tables: Tables, folded: Folded) -> Folded:
    """Replace the rows of these infusions in these views; the infusions with rows that were refused failed as well."""
    try:
        with connection.begin_nested():
            for view, table in tables.items():
                filling.replace(connection, table, folded.sound(view), folded.rows[view])
    except OF_A_ROW as error:
        _raise_unless_of_a_row(error)
        folded.failed += [refused for view in tables for refused in _one_by_one(connection, tables[view], view, folded)]
    return folded


def _one_by_one(connection: Connection, table: sa.Table, view: str, folded: Folded) -> Iterator[Failed]:
    rows = _by_infusion(folded.rows[view])
    for infusion_id in folded.sound(view):
        try:
            with connection.begin_nested():
                filling.replace(connection, table, (infusion_id,), rows.get(infusion_id, ()))
        except OF_A_ROW as error:
            _raise_unless_of_a_row(error)
            yield Failed(view, infusion_id, type(error).__name__)


def _raise_unless_of_a_row(error: Exception) -> None:
    """A database that went away is a StatementError as well."""
    went_away = isinstance(error, StatementError) and not isinstance(error, DataError | IntegrityError)
    if went_away and type(error) is not StatementError:
        raise error


def _by_infusion(rows: Sequence[Row]) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = {}
    for row in rows:
        found.setdefault(row.infusion_id, []).append(row)
    return found
