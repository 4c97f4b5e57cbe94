"""One hash over everything in the log, so that a backup can be told from the log it was made of."""

import hashlib
import sqlite3
from pathlib import Path
from typing import Any

from adapters.log import schema

_EVENTS = (
    f"SELECT rowid, originator_id, originator_version, topic, state, recorded_at FROM {schema.EVENTS} ORDER BY rowid"
)
_RECEIPTS = (
    f"SELECT principal, idempotency_key, request_hash, answer, position FROM {schema.RECEIPTS} "
    "ORDER BY principal, idempotency_key"
)


def content_hash(file: Path) -> str:
    """SHA-256 in hexadecimal over all events in log order and all receipts, read in one snapshot."""
    connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        connection.execute("BEGIN")
        total = hashlib.sha256()
        for statement in (_EVENTS, _RECEIPTS):
            for row in connection.execute(statement):
                total.update(_row_hash(row))
            total.update(b"end")
        return total.hexdigest()
    finally:
        connection.close()


def _row_hash(row: tuple[Any, ...]) -> bytes:
    """Each value with its length before it, so that no two rows have the same bytes."""
    digest = hashlib.sha256()
    for value in row:
        content = value if isinstance(value, bytes) else str(value).encode()
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.digest()
