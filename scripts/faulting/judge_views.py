"""Judges P8: does a prefix of the log explain what a view shows, at whatever moment one looks?

The explanation is made here: the stream of each infusion up to the view's position is folded afresh by the pure
functions of `projections`, without the projector. What was folded is kept by the last event that went into it.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from adapters.log.log import Log
from adapters.views.positions import POSITIONS
from adapters.views.tables import VIEWS
from oba.document.shelf import shelf_of
from oba.facts.base import Body
from oba.facts.recorded import Recorded
from oba.reference.tables import Reference
from projections.every import PROJECTIONS, Projection
from projections.reading import Reading
from projections.row import Row

PAGE = 1_000
Rows = Mapping[str, Row]


@dataclass(frozen=True)
class Shown:
    """What a view shows at one moment, and the position that it claims to have come to."""

    view: str
    position: int
    rows: Rows


@dataclass
class Polled:
    """What came of looking again and again."""

    polls: int = 0
    unexplained: list[str] = field(default_factory=list)
    most_behind: int = 0
    interrupted: int = 0
    """Looks that a dying server cut off."""


class Explanations:
    """The log as far as it was read, and what each view must show at a position."""

    def __init__(self, log: Log, reference: Reference) -> None:
        self._log = log
        self._reference = reference
        self._documents: list[Recorded[Body]] = []
        self._streams: defaultdict[UUID, list[Recorded[Body]]] = defaultdict(list)
        self._places: defaultdict[UUID, list[int]] = defaultdict(list)
        self._kept: dict[tuple[str, UUID], tuple[int, Rows]] = {}
        self._readings: dict[UUID, tuple[int, Reading]] = {}
        self.head = 0

    def read(self) -> None:
        """Read on to the end of the log."""
        while events := self._log.since(self.head, PAGE):
            for event in events:
                if event.body.STREAM == "document":
                    self._documents.append(event)
                else:
                    self._streams[event.stream_id].append(event)
                    self._places[event.stream_id].append(event.position)
            self.head = events[-1].position

    def rows(self, projection: Projection, position: int) -> Rows:
        """Every row that the view must show at a position."""
        return {
            key: row
            for infusion_id, places in self._places.items()
            if (length := bisect_right(places, position))
            for key, row in self._rows_of(projection, infusion_id, length).items()
        }

    def _rows_of(self, projection: Projection, infusion_id: UUID, length: int) -> Rows:
        kept = self._kept.get((projection.name, infusion_id))
        if kept is None or kept[0] != length:
            rows = projection.rows_of(self._reading(infusion_id, length))
            kept = length, {row.row_key: row for row in rows}
            self._kept[projection.name, infusion_id] = kept
        return kept[1]

    def _reading(self, infusion_id: UUID, length: int) -> Reading:
        kept = self._readings.get(infusion_id)
        if kept is None or kept[0] != length:
            stream = tuple(self._streams[infusion_id][:length])
            kept = length, Reading(stream, shelf_of(tuple(self._documents)), self._reference)
            self._readings[infusion_id] = kept
        return kept[1]


def shown_in(engine: Engine) -> tuple[Shown, ...]:
    """Rows and positions of all views, as they stood at one moment."""
    at_one_moment = (
        engine if engine.dialect.name == "sqlite" else engine.execution_options(isolation_level="REPEATABLE READ")
    )
    with at_one_moment.connect() as connection, connection.begin():
        stand = sa.select(POSITIONS.c.view, POSITIONS.c.position)
        positions = {str(view): int(at) for view, at in connection.execute(stand)}
        return tuple(
            Shown(
                one.name,
                positions[one.name],
                {
                    row["row_key"]: one.row_type.model_validate(dict(row))
                    for row in connection.execute(sa.select(VIEWS[one.name])).mappings()
                },
            )
            for one in PROJECTIONS
        )


def unexplained(shown: Sequence[Shown], explanations: Explanations) -> list[str]:
    """Rows that no prefix of the log explains: each with its view and what is wrong with it."""
    explanations.read()
    found = []
    for one, projection in zip(shown, PROJECTIONS, strict=True):
        if one.position > explanations.head:
            found.append(f"{one.view} claims position {one.position} of a log that ends at {explanations.head}")
            continue
        due = explanations.rows(projection, one.position)
        found += [f"{one.view} at {one.position} lacks {key}" for key in due.keys() - one.rows.keys()]
        found += [f"{one.view} at {one.position} has {key} too many" for key in one.rows.keys() - due.keys()]
        found += [
            f"{one.view} at {one.position} tells {key} otherwise"
            for key in due.keys() & one.rows.keys()
            if due[key] != one.rows[key]
        ]
    return found
