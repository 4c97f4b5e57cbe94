"""One hash over everything in the log, the same on every engine, so that a copy can be told from its original."""

import hashlib
from collections.abc import Iterable, Sequence

Row = Sequence[int | str | bytes]
"""Position, stream in hexadecimal, version, topic, bytes and stamp of an event; or the columns of a receipt."""


def hash_of(*tables: Iterable[Row]) -> str:
    """SHA-256 in hexadecimal over the rows of tables, each in its order."""
    total = hashlib.sha256()
    for rows in tables:
        for row in rows:
            total.update(_row_hash(row))
        total.update(b"end")
    return total.hexdigest()


def _row_hash(row: Row) -> bytes:
    """Each value with its length before it, so that no two rows have the same bytes."""
    digest = hashlib.sha256()
    for value in row:
        content = value if isinstance(value, bytes) else str(value).encode()
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.digest()
