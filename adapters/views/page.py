"""Lists by pages: who asks may see which rows, where the next page begins, and how far the view had come."""

import base64
import binascii
import json
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

R = TypeVar("R")

DEFAULT_LIMIT = 50
HIGHEST_LIMIT = 500
_HIGHEST_PLACE = 2**62


class CursorRefused(ValueError):
    """The cursor is none that this list handed out."""


class Scope(BaseModel):
    """Whose rows may be seen: a payer's enrolments, an HTC's infusions, or (both empty) everything."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    payer_id: str | None = None
    htc_id: str | None = None


EVERYTHING = Scope()


class Page(BaseModel, Generic[R]):
    """Some rows in a stable order; `position` is the place in the log up to which the view had come.

    `incomplete` are the infusions that the view does not have completely; where it shows money, they are not in it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: tuple[R, ...]
    next_cursor: str | None
    position: int
    log_mark: UUID | None = None
    """Names the event at the position among those of every log."""
    incomplete: tuple[UUID, ...] = ()

    @property
    def has_more(self) -> bool:
        """Whether another page follows."""
        return self.next_cursor is not None


def write_cursor(sort: date | int, row_key: str) -> str:
    """The opaque text by which the list goes on after this row."""
    content = json.dumps([sort.isoformat() if isinstance(sort, date) else sort, row_key])
    return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


def read_cursor(cursor: str, column: sa.Column[Any]) -> tuple[date | int, str]:
    """What a cursor says, for a list sorted by that column; CursorRefused for anything that no list handed out."""
    try:
        content = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        sort, row_key = json.loads(content)
        place = date.fromisoformat(sort) if isinstance(column.type, sa.Date) else sort
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise CursorRefused("the cursor is none that this list handed out") from None
    if not _fits(place, column) or not isinstance(row_key, str):
        raise CursorRefused("the cursor is none that this list handed out")
    return place, row_key


def _fits(place: object, column: sa.Column[Any]) -> bool:
    if isinstance(column.type, sa.Date):
        return type(place) is date
    return type(place) is int and 0 <= place < _HIGHEST_PLACE


def after(column: sa.Column[Any], row_key: sa.Column[Any], cursor: str) -> sa.ColumnElement[bool]:
    """The condition that a row lies after the cursor."""
    place, key = read_cursor(cursor, column)
    return sa.or_(column > place, sa.and_(column == place, row_key > key))


def within(limit: int) -> int:
    """A page's length; ValueError below 1 and above the highest."""
    if not 1 <= limit <= HIGHEST_LIMIT:
        raise ValueError(f"a page has 1 to {HIGHEST_LIMIT} rows")
    return limit
