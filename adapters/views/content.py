"""The content of a view as one hash, for tests and for the doctor: two fillings are the same or they are not."""

import hashlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from oba.identity import canonical


def content_of(connection: Connection, table: sa.Table) -> str:
    """SHA-256 over the rows of a table in the order of their keys, each as canonical JSON."""
    rows = connection.execute(sa.select(table)).mappings()
    digest = hashlib.sha256()
    for row in sorted(rows, key=lambda row: str(row["row_key"])):
        digest.update(canonical({name: _plain(value) for name, value in row.items()}).encode() + b"\n")
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)
