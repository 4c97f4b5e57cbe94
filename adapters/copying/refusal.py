"""Why stores are not copied, and the errors of both engines as such a refusal, without any value of a row."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from sqlalchemy.exc import DBAPIError

from adapters.log.postgres.broken import without_values

BUSY: Final = ("somebody else is using the stores", "stop every process of the product and try again")
AGAIN: Final = "try again; oba doctor looks at the stores"
ARRIVED: Final = (
    "everything has arrived already: the log there is the same; only the views are missing",
    "oba projections rebuild, on the target",
)
"""What is said where an earlier attempt ended after its commit."""
OWNER_ONLY: Final = (
    "this role may not fill a log",
    "set OBA_OWNER_DATABASE_URL to the address of the role that owns the schemas",
)
_LOCK_NOT_AVAILABLE: Final = "55P03"
_PRIVILEGE: Final = "42501"


class CopyRefused(RuntimeError):
    """The stores could not be copied; those that were there are as before, and nothing new takes their place."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message}; {remedy}")
        self.message = message
        self.remedy = remedy


class NotEmpty(CopyRefused):
    """The target holds a log or records already."""


@contextmanager
def refusing() -> Iterator[None]:
    """Raise CopyRefused for what a database refuses."""
    try:
        yield
    except DBAPIError as error:
        raise CopyRefused(*_said(error.orig)) from None
    except (sqlite3.Error, psycopg.Error) as error:
        raise CopyRefused(*_said(error)) from None


def _said(error: BaseException | None) -> tuple[str, str]:
    if getattr(error, "sqlite_errorcode", None) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return BUSY
    if isinstance(error, sqlite3.Error):
        return f"SQLite refused: {getattr(error, 'sqlite_errorname', type(error).__name__)}", AGAIN
    if isinstance(error, psycopg.Error) and error.sqlstate == _LOCK_NOT_AVAILABLE:
        return BUSY
    if isinstance(error, psycopg.Error) and error.sqlstate == _PRIVILEGE:
        return OWNER_ONLY
    if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
        return "PostgreSQL does not answer", "see that it runs, and look at OBA_DATABASE_URL and OBA_OWNER_DATABASE_URL"
    return f"PostgreSQL refused: {without_values(error)}", AGAIN
