"""What stands between a command and its stores: one sentence, and one line that mends it."""

import sqlite3
from typing import Final, NamedTuple

import psycopg
from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import DatabaseError, DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from adapters.database import UnsafeStore, WeakStore
from adapters.log.postgres.broken import ConnectionLost
from adapters.log.refusals import LogUnavailable, UnsafeConnection
from adapters.settings import Settings
from adapters.unreachable import Away, why_not

STANDS_IN_THE_WAY: Final = (
    UnsafeStore,
    UnsafeConnection,
    LogUnavailable,
    PersistenceError,
    DatabaseError,
    NoConnectionFree,
    psycopg.OperationalError,
    psycopg.errors.InsufficientPrivilege,
    sqlite3.DatabaseError,
)
BRING_BACK: Final = "keep OBA_HOME/keys, move the other files away, then: oba db restore FOLDER; oba doctor says which"
_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_OF_A_PROGRAM: Final = (
    sqlite3.IntegrityError,
    sqlite3.ProgrammingError,
    psycopg.IntegrityError,
    psycopg.ProgrammingError,
    psycopg.DataError,
)
_PRIMARY: Final = 0xFF
_LOOK: Final = "oba doctor says what to do"


class Standing(NamedTuple):
    """A problem with the stores: its code, the line of doctor to which it belongs, what it is and what mends it."""

    code: str
    line: str
    says: str
    mend: str


def standing(error: Exception, settings: Settings) -> Standing:
    """What one of the errors that stand in the way means; an error of a program is raised again."""
    if isinstance(error, UnsafeStore | UnsafeConnection):
        says, _, mend = str(error).partition("; ")
        line = "durability" if isinstance(error, WeakStore | UnsafeConnection) else "schema"
        return Standing("unsafe-store", line, says, mend or _LOOK)
    origin = _origin(error)
    if isinstance(origin, _OF_A_PROGRAM) and not isinstance(origin, psycopg.errors.InsufficientPrivilege):
        raise error
    if settings.database_url is not None:
        found = _of_server(error, settings)
        return Standing("database-unavailable", "PostgreSQL", found.says, found.mend)
    if getattr(origin, "sqlite_errorcode", 0) & _PRIMARY in _DAMAGED:
        return Standing("damaged-store", "integrity", "a store is damaged", BRING_BACK)
    said = getattr(origin, "sqlite_errorname", None)
    if said is None:
        raise error
    return Standing("database-unavailable", "stores", f"SQLite refuses: {said}", _LOOK)


def _of_server(error: Exception, settings: Settings) -> Away:
    """The reason that the error names, or the one that the server gives when it is asked again."""
    assert settings.database_url is not None, "only a deployment with a database has a server"
    origin = _origin(error)
    if isinstance(origin, psycopg.Error) and origin.sqlstate is not None:
        return Away(f"PostgreSQL refuses: {origin.diag.message_primary}", _LOOK)
    if isinstance(error, PersistenceError) and not isinstance(error, ConnectionLost):
        return Away(f"PostgreSQL refuses: {error}", _LOOK)
    asked = (("OBA_DATABASE_URL", settings.database_url), ("OBA_OWNER_DATABASE_URL", settings.owner_database_url))
    for variable, url in asked:
        if url is not None and (found := why_not(url, settings.connect_timeout_seconds, variable)):
            return found
    return Away("PostgreSQL did not answer in time, and does now", "try again")


def _origin(error: BaseException) -> BaseException:
    """The driver's own error inside that of a library."""
    while True:
        inner = error.orig if isinstance(error, DBAPIError) else error.__cause__
        if inner is None:
            return error
        error = inner
