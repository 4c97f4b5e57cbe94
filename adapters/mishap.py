"""How an unexpected error is said in a log: its kind and its place; its words may quote values and are left out."""

import sqlite3
from traceback import extract_tb

import psycopg

from adapters.unreachable import reason


def where(error: Exception) -> str:
    """Kind and place of an error: "KeyError at milestone:84"."""
    frames = extract_tb(error.__traceback__)
    place = f"{frames[-1].name}:{frames[-1].lineno}" if frames else "unknown place"
    return f"{type(error).__name__} at {place}"


def said_of(error: Exception) -> str:
    """Kind and place of an error of a store, with what is known of its reason."""
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, sqlite3.Error):
            return f"{where(error)} ({getattr(inner, 'sqlite_errorname', 'SQLite')})"
        if isinstance(inner, psycopg.OperationalError):
            return f"{where(error)} ({reason(inner) or inner.sqlstate or 'PostgreSQL does not answer'})"
        inner = getattr(inner, "orig", None) or inner.__cause__
    return where(error)
