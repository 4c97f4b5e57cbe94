"""The connection to the records: what was written is on the disk before anybody is answered."""

from pathlib import Path
from typing import Final

from sqlalchemy.engine import Engine

from adapters.database import Pragma, engine_of
from adapters.private import private_file, private_folder

BUSY_SECONDS: Final = 5
DURABLE: Final = (
    Pragma("synchronous", "FULL", 2),
    Pragma("foreign_keys", "ON", 1),
    Pragma("trusted_schema", "OFF", 0),
)


def records_engine(url: str) -> Engine:
    """An engine on the records; UnsafeStore when a connection does not keep a setting."""
    return engine_of(url, *DURABLE, busy_seconds=BUSY_SECONDS)


def open_engine(file: Path) -> Engine:
    """An engine on a SQLite file, made where it is missing."""
    private_folder(file.parent)
    private_file(file)
    return records_engine(f"sqlite:///{file}")
