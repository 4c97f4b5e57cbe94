"""The rows of a log file as they lie there: read in the order of the one hash, and put unchanged into an empty file."""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, Final

from adapters.log.content import Row
from adapters.log.sqlite import schema

_EVENT: Final = "rowid, originator_id, originator_version, topic, state, recorded_at"
_RECEIPT: Final = "principal, idempotency_key, request_hash, answer, position"


def events_of(cursor: Any, events: str = schema.EVENTS) -> Iterator[Row]:
    """Every event in log order, one at a time, so that a long log needs no memory."""
    yield from _rows_of(cursor, f"SELECT {_EVENT} FROM {events} ORDER BY rowid")


def receipts_of(cursor: Any) -> Iterator[Row]:
    """Every receipt in the order of its key, one at a time."""
    yield from _rows_of(cursor, f"SELECT {_RECEIPT} FROM {schema.RECEIPTS} ORDER BY principal, idempotency_key")


def head(connection: sqlite3.Connection) -> int:
    """The position of the newest event; 0 in an empty log."""
    return int(connection.execute(f"SELECT COALESCE(MAX(rowid), 0) FROM {schema.EVENTS}").fetchone()[0])


def asked_until(connection: sqlite3.Connection) -> str | None:
    """The instant that later stamps must stay beyond; None where there is none, as in a file of an earlier release."""
    known = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    if connection.execute(known, (schema.ASKED_UNTIL,)).fetchone() is None:
        return None
    row = connection.execute(f"SELECT instant FROM {schema.ASKED_UNTIL}").fetchone()
    return str(row[0]) if row else None


def fill(
    connection: sqlite3.Connection, events: Iterable[Row], receipts: Iterable[Row], asked_until: str | None = None
) -> None:
    """Put rows into a log, with the positions and stamps that they have, in the caller's transaction."""
    connection.executemany(f"INSERT INTO {schema.EVENTS} ({_EVENT}) VALUES (?,?,?,?,?,?)", events)
    connection.executemany(f"INSERT INTO {schema.RECEIPTS} ({_RECEIPT}) VALUES (?,?,?,?,?)", receipts)
    if asked_until is not None:
        connection.execute(f"INSERT INTO {schema.ASKED_UNTIL} VALUES (1, ?)", (asked_until,))


def _rows_of(cursor: Any, statement: str) -> Iterator[Row]:
    cursor.execute(statement)
    while row := cursor.fetchone():
        yield tuple(row)
