"""The rows of all tables of records: copied as they are, in batches, and proved to be the same rows."""

import hashlib
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from adapters.database import POSTGRESQL
from adapters.records.columns import METADATA
from adapters.records.outbox import OUTBOX
from adapters.records.records import SCHEMA_VERSION
from adapters.records.worker_ticks import WORKER_TICK

_AT_A_TIME: Final = 1000


def has_rows(connection: Connection) -> bool:
    """Whether any table holds a row, besides the one that binds records to their keys."""
    return any(
        connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None
        for table in tables()
        if table is not SCHEMA_VERSION
    )


def tables() -> list[sa.Table]:
    """The tables that move, those first on which others rest; the ticks of workers stay where the workers are."""
    return [table for table in METADATA.sorted_tables if table is not WORKER_TICK]


def copy_rows(source: Connection, target: Connection) -> None:
    """Put every row of every table into the tables of the target, which hold none."""
    target.execute(sa.delete(SCHEMA_VERSION))
    for table in tables():
        rows = source.execute(sa.select(table), execution_options={"yield_per": _AT_A_TIME})
        for some in rows.mappings().partitions():
            target.execute(sa.insert(table), [dict(row) for row in some])
    if target.dialect.name == POSTGRESQL:
        _number_on(target)


def digests(connection: Connection) -> dict[str, tuple[int, str]]:
    """How many rows each table has, and a digest of them that does not depend on their order."""
    return {table.name: _digest(connection, table) for table in tables()}


def release_leases(connection: Connection) -> None:
    """Let the notices wait again that some worker held: no worker has come along to the copy."""
    waiting = {"state": "due", "lease_until": None, "lease_token": None}
    connection.execute(sa.update(OUTBOX).where(OUTBOX.c.state == "leased").values(**waiting))


def _digest(connection: Connection, table: sa.Table) -> tuple[int, str]:
    """The sum of the hashes of all rows: two engines sort text in two ways."""
    count = total = 0
    for row in connection.execute(sa.select(table), execution_options={"yield_per": _AT_A_TIME}):
        count += 1
        total += int.from_bytes(hashlib.sha256(repr(tuple(row)).encode()).digest(), "big")
    return count, f"{total % 2**256:064x}"


def _number_on(connection: Connection) -> None:
    """Let PostgreSQL number the next row after the last one that was put in; SQLite does so by itself."""
    for table in tables():
        column = table.autoincrement_column
        if column is None:
            continue
        last = connection.scalar(sa.select(sa.func.max(column)))
        if last is not None:
            sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(sa.select(sa.func.setval(sequence, last)))
