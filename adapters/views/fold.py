"""The rows of some infusions up to one place in the log, for all views that stand there: each stream is read once."""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Final, TypeVar
from uuid import UUID

import psycopg
from eventsourcing.persistence import ConnectionPoolClosedError, PersistenceError
from sqlalchemy.exc import SQLAlchemyError

from adapters.database import UnsafeStore
from adapters.log.refusals import LogUnavailable, UnsafeConnection
from adapters.views.source import EventSource
from oba.document.shelf import shelf_of
from oba.reference.tables import Reference
from oba.terms.shelf import Shelf
from projections.every import Projection
from projections.reading import Reading
from projections.row import Row

T = TypeVar("T")

CHUNK: Final = 50
"""How many infusions are folded before their rows are written; it bounds what is held in memory."""
OF_THE_STORES: Final = (
    PersistenceError,
    ConnectionPoolClosedError,
    LogUnavailable,
    UnsafeConnection,
    UnsafeStore,
    SQLAlchemyError,
    sqlite3.Error,
    psycopg.Error,
    OSError,
    MemoryError,
)
"""A store that fails says nothing about an event: the projector tries again, and no infusion is called incomplete."""


class DocumentsUnreadable(Exception):
    """An event of a document cannot be read, so nobody knows the terms; the cause is what it was raised from."""


class NotText(ValueError):
    """A row holds a text that not every database can keep."""


@dataclass(frozen=True)
class Unfoldable:
    """The type of the exception that a fold raised."""

    problem: str


@dataclass(frozen=True)
class Failed:
    """An infusion that a view could not fold, and the type of the exception."""

    view: str
    infusion_id: UUID
    problem: str


@dataclass
class Folded:
    """What some infusions come to: rows by view, and what failed."""

    infusion_ids: tuple[UUID, ...]
    rows: dict[str, list[Row]]
    failed: list[Failed] = field(default_factory=list)

    def sound(self, view: str) -> tuple[UUID, ...]:
        """The infusions of which the view has all rows."""
        failed = {one.infusion_id for one in self.failed if one.view == view}
        return tuple(one for one in self.infusion_ids if one not in failed)


class Shelves:
    """The documents as of a position; read again only where one was added."""

    def __init__(self, log: EventSource) -> None:
        self._log = log
        self._kept: tuple[int, Shelf] | None = None

    def at(self, up_to: int) -> Shelf:
        """The documents up to a position; DocumentsUnreadable where one of their events cannot be read."""
        newest = min(self._log.documents_position(), up_to)
        if self._kept is None or self._kept[0] != newest:
            self._kept = (newest, self._read(newest))
        return self._kept[1]

    def _read(self, up_to: int) -> Shelf:
        try:
            return shelf_of(self._log.documents(up_to))
        except OF_THE_STORES:
            raise
        except Exception as error:
            raise DocumentsUnreadable from error


class Fold:
    """Folds infusions as of one position."""

    def __init__(self, log: EventSource, shelf: Shelf, reference: Reference, up_to: int) -> None:
        self._log = log
        self._shelf = shelf
        self._reference = reference
        self.up_to = up_to

    def chunks(self, projections: Sequence[Projection], infusion_ids: Iterable[UUID]) -> Iterator[Folded]:
        """The rows of these infusions, some at a time."""
        left = iter(infusion_ids)
        while some := tuple(islice(left, CHUNK)):
            yield self.fold(projections, some)

    def fold(self, projections: Sequence[Projection], infusion_ids: Collection[UUID]) -> Folded:
        """The rows of these infusions; one that fails in a view fails there alone, and says so."""
        folded = Folded(tuple(infusion_ids), {one.name: [] for one in projections})
        for infusion_id in infusion_ids:
            reading = _tried(partial(self._reading, infusion_id))
            for one in projections:
                rows = reading if isinstance(reading, Unfoldable) else _tried(partial(_rows_of, one, reading))
                if isinstance(rows, Unfoldable):
                    folded.failed.append(Failed(one.name, infusion_id, rows.problem))
                else:
                    folded.rows[one.name] += rows
        return folded

    def _reading(self, infusion_id: UUID) -> Reading:
        stream = self._log.stream(infusion_id, up_to=self.up_to)
        if not stream:
            raise LookupError("an infusion without events")
        return Reading(stream, self._shelf, self._reference)


def _rows_of(projection: Projection, reading: Reading) -> tuple[Row, ...]:
    """The rows of one view; NotText for the one character that PostgreSQL keeps in no text."""
    rows = projection.rows_of(reading)
    if any("\0" in value for row in rows for value in vars(row).values() if type(value) is str):
        raise NotText
    return rows


def _tried(work: Callable[[], T]) -> T | Unfoldable:
    try:
        return work()
    except OF_THE_STORES:
        raise
    except Exception as error:  # noqa: BLE001  whatever a fold raises makes its infusion incomplete, and is told by its type
        return Unfoldable(type(error).__name__)
