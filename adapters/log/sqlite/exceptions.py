"""What the engine raises, as the library's own exceptions, by which callers know what went wrong on either engine."""

import sqlite3
from typing import Final

from eventsourcing.persistence import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    PersistenceError,
    ProgrammingError,
)

_OURS: Final[dict[type[sqlite3.Error], type[PersistenceError]]] = {
    sqlite3.InterfaceError: InterfaceError,
    sqlite3.DataError: DataError,
    sqlite3.OperationalError: OperationalError,
    sqlite3.IntegrityError: IntegrityError,
    sqlite3.InternalError: InternalError,
    sqlite3.ProgrammingError: ProgrammingError,
    sqlite3.NotSupportedError: NotSupportedError,
    sqlite3.DatabaseError: DatabaseError,
}
"""The general one comes last."""


def of_the_library(error: sqlite3.Error) -> PersistenceError:
    """The exception to be raised instead of one of the engine."""
    return next((ours(error) for theirs, ours in _OURS.items() if isinstance(error, theirs)), PersistenceError(error))
