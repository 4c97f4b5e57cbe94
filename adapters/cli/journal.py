"""The lines that `oba serve` and `oba worker` write on stderr: time, level and who says it.

An unexpected error is said by its kind and place; its words, and those of a traceback, may quote values.
"""

import logging
import time
from types import TracebackType
from typing import Final, TypeAlias

from adapters.mishap import where

LINE: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_Raised: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class JournalLines(logging.Formatter):
    """A line for each record, its time in UTC, and of an error no more than kind and place."""

    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    @staticmethod
    def converter(seconds: float | None) -> time.struct_time:
        """The time of a record in UTC."""
        return time.gmtime(seconds)

    def formatException(self, ei: _Raised) -> str:  # noqa: N802  the name is that of the standard library
        """Kind and place of what was raised."""
        return where(ei[1]) if isinstance(ei[1], Exception) else str(ei[0])


def begin_journal() -> None:
    """From here on every logger of this process writes to stderr; those of libraries from warnings on."""
    handler = logging.StreamHandler()
    handler.setFormatter(JournalLines(LINE))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("oba").setLevel(logging.INFO)
    for name in ("psycopg", "sqlalchemy"):
        # What they say of a lost connection is said by whoever met it, without the words of the driver.
        logging.getLogger(name).setLevel(logging.ERROR)
