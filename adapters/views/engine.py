"""The connection to the views: a file of its own on SQLite, so that appends to the log never wait for a reader."""

from pathlib import Path
from typing import Final

from sqlalchemy.engine import Engine

from adapters.database import Pragma, engine_of

BUSY_SECONDS: Final = 60
DISPOSABLE: Final = (Pragma("synchronous", "NORMAL", 1),)


def open_views(file: Path) -> Engine:
    """An engine on the SQLite file of the views; the file is created where it is missing."""
    return views_engine(f"sqlite:///{file}")


def views_engine(url: str) -> Engine:
    """An engine on the views; they can be made again from the log, so they need not be durable themselves."""
    return engine_of(url, *DISPOSABLE, busy_seconds=BUSY_SECONDS)
