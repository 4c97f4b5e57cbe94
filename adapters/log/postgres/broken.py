"""Telling a connection that was lost from an answer of the server: only the former leaves open what has happened."""

from typing import Final

import psycopg
from eventsourcing.persistence import OperationalError
from psycopg_pool import PoolTimeout

_OF_THE_CONNECTION: Final = ("08", "57P01", "57P02", "57P03", "57P05", "53300", "25P03")
"""Connection exceptions, shutdown, crash, starting up, idle session, too many connections, idle in transaction."""


class ConnectionLost(OperationalError):
    """The connection went away, or none was to be had: what was sent may have been done or not."""


def is_lost(error: BaseException | None) -> bool:
    """Whether an error of the driver or its pool says that the connection is gone."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(_OF_THE_CONNECTION)


def without_values(error: BaseException | None) -> str:
    """What the server said, without the detail in which it repeats the values of a row."""
    said = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    return said or type(error).__name__
