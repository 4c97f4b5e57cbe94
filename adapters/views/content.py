"""The content of a view as one hash, for tests and for the doctor: two fillings are the same or they are not."""

import hashlib
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from oba.identity import canonical


def content_of(connection: Connection, table: sa.Table) -> str:
    """SHA-256 over the rows of a table in the order of their keys, each as canonical JSON; the same on every engine."""
    rows = connection.execute(sa.select(table)).mappings()
    digest = hashlib.sha256()
    for row in sorted(rows, key=lambda row: str(row["row_key"])):
        digest.update(canonical({name: _plain(value) for name, value in row.items()}).encode() + b"\n")
    return digest.hexdigest()


def _plain(value: Any) -> bool | int | str | list[str] | None:
    match value:
        case None | bool() | int() | str():
            return value
        case UUID():
            return str(value)
        case datetime():
            return value.isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case tuple():
            return [str(word) for word in value]
    raise TypeError(f"a view has no column of {type(value).__name__}")
