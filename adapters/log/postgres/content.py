"""The rows of the schema `log` as they lie there: read in the order of the one hash, and put into an empty log.

Rows are put in by the owner of the schema: the application's role may only call the function that stamps.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Composed

from adapters.log import instant_text
from adapters.log.content import Row
from adapters.log.postgres import schema

_AT_A_TIME: Final = 1000
_EVENT: Final = "notification_id, originator_id, originator_version, topic, state, recorded_at"
_EVENT_TYPES: Final = ("int8", "uuid", "int8", "text", "bytea", "timestamptz")
_RECEIPT: Final = "principal, idempotency_key, request_hash, answer, position"
_RECEIPT_TYPES: Final = ("text", "text", "text", "text", "int8")


def events_of(connection: psycopg.Connection[Any]) -> Iterator[Row]:
    """Every event in log order, in the caller's transaction, through a cursor of the server."""
    statement = f"SELECT {_EVENT} FROM {schema.SCHEMA}.{schema.EVENTS} ORDER BY notification_id"
    for position, stream, version, topic, state, recorded_at in _rows_of(connection, statement):
        yield position, stream.hex, version, topic, state, instant_text.write(recorded_at)


def receipts_of(connection: psycopg.Connection[Any]) -> Iterator[Row]:
    """Every receipt in the order of its key, as events."""
    order = 'principal COLLATE "C", idempotency_key COLLATE "C"'
    yield from _rows_of(connection, f"SELECT {_RECEIPT} FROM {schema.SCHEMA}.{schema.RECEIPTS} ORDER BY {order}")


def is_empty(connection: psycopg.Connection[Any]) -> bool:
    """Whether the log holds neither event nor receipt."""
    either = SQL("SELECT 1 FROM {} UNION ALL SELECT 1 FROM {} LIMIT 1")
    return connection.execute(either.format(_table(schema.EVENTS), _table(schema.RECEIPTS))).fetchone() is None


def head(connection: psycopg.Connection[Any]) -> int:
    """The position of the newest event; 0 in an empty log."""
    newest = SQL("SELECT COALESCE(MAX(notification_id), 0) FROM {}").format(_table(schema.EVENTS))
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(newest).fetchone()
    return int(row[0]) if row else 0


def asked_until(connection: psycopg.Connection[Any]) -> str | None:
    """The instant, as the log writes it, that later stamps must stay beyond; None where there is none."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute("SELECT instant FROM log.asked_until").fetchone()
    return instant_text.write(row[0]) if row else None


def fill(
    connection: psycopg.Connection[Any],
    events: Iterable[Row],
    receipts: Iterable[Row],
    asked_until: str | None = None,
) -> None:
    """Put rows into the log, with the positions and stamps that they have, in the transaction of its owner."""
    numbered = (
        (position, UUID(str(stream)), version, topic, state, instant_text.read(str(stamp)))
        for position, stream, version, topic, state, stamp in events
    )
    _put(connection, schema.EVENTS, _EVENT, _EVENT_TYPES, numbered)
    _put(connection, schema.RECEIPTS, _RECEIPT, _RECEIPT_TYPES, receipts)
    if asked_until is not None:
        connection.execute(
            'INSERT INTO log.asked_until AS a ("only", instant) VALUES (1, %s) '
            'ON CONFLICT ("only") DO UPDATE SET instant = greatest(a.instant, excluded.instant)',
            (instant_text.read(asked_until),),
        )


def _table(name: str) -> SQL:
    return SQL(f"{schema.SCHEMA}.{name}")


def _put(
    connection: psycopg.Connection[Any], table: str, columns: str, types: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    put: Composed = SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        _table(table),
        SQL(columns),
    )
    with connection.cursor() as cursor, cursor.copy(put) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def _rows_of(connection: psycopg.Connection[Any], statement: str) -> Iterator[Any]:
    with connection.cursor(name="content", row_factory=tuple_row) as cursor:
        cursor.itersize = _AT_A_TIME
        yield from cursor.execute(statement, binary=True)
