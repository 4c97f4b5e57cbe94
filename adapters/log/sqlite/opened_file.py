"""The file beneath the connections: still the one that was opened first, and kept with a write-ahead log."""

import os
import sqlite3
import time
from typing import Final

from adapters.log.refusals import UnsafeConnection

_WAL_ATTEMPTS: Final = 100


class OpenedFile:
    """The file that lies at a path when this is made."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._opened = _identity(path)

    def check(self) -> None:
        """UnsafeConnection where another file lies there by now, or none.

        What is written to a file that has lost its name is gone with the process, however often the disk confirms it.
        """
        if _identity(self._path) != self._opened:
            raise UnsafeConnection("the log's file was replaced beneath this process; restart it")


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log; processes that open a new file at the same moment wait for each other."""
    for attempt in range(_WAL_ATTEMPTS):
        try:
            mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        except sqlite3.OperationalError:
            if attempt == _WAL_ATTEMPTS - 1:
                raise
            time.sleep(0.05)
            continue
        if str(mode).lower() != "wal":
            raise UnsafeConnection(f"the database keeps journal mode {mode}, the write-ahead log is needed")
        return
