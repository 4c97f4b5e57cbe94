"""What a batch of events means for one view: which infusions it touches, and their rows up to its last position."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol
from uuid import UUID

from oba.document.shelf import shelf_of
from oba.facts.base import Body
from oba.facts.recorded import Recorded
from oba.reference.tables import Reference
from oba.terms.shelf import Shelf
from projections.every import Projection
from projections.reading import Reading
from projections.row import Row

KEPT_READINGS = 200
"""How many infusions are kept between the views of one step; each holds a whole stream."""


class EventSource(Protocol):
    """The log as the projector reads it."""

    def since(self, position: int, limit: int) -> tuple[Recorded[Body], ...]:
        """At most `limit` events after a position, in log order."""
        ...

    def stream(self, stream_id: UUID, *, up_to: int | None = None) -> tuple[Recorded[Body], ...]:
        """The events of a stream up to a position."""
        ...

    def documents(self, up_to: int | None = None) -> tuple[Recorded[Body], ...]:
        """Every event of every document up to a position."""
        ...

    def infusion_ids(self, up_to: int | None = None) -> tuple[UUID, ...]:
        """The infusions that began up to a position."""
        ...

    def head(self) -> int:
        """The position of the newest event."""
        ...


class FoldFailed(Exception):
    """An event could not be read, or an infusion could not be folded; the cause is the exception it was raised from."""

    def __init__(self, view: str, position: int, infusion_id: UUID | None) -> None:
        super().__init__(f"view {view} stopped at position {position}")
        self.view = view
        self.position = position
        self.infusion_id = infusion_id


class Readings:
    """The infusions as of one position, worked out once for all views that ask for the same position."""

    def __init__(self, log: EventSource, reference: Reference) -> None:
        self._log = log
        self._reference = reference
        self._shelves: dict[int, Shelf] = {}
        self._batches: dict[tuple[int, int], tuple[Recorded[Body], ...]] = {}
        self._kept: OrderedDict[tuple[UUID, int], Reading] = OrderedDict()

    def of(self, infusion_id: UUID, up_to: int) -> Reading:
        """The infusion with everything recorded up to a position."""
        key = (infusion_id, up_to)
        if key not in self._kept:
            stream = self._log.stream(infusion_id, up_to=up_to)
            self._kept[key] = Reading(stream, self._shelf(up_to), self._reference)
            if len(self._kept) > KEPT_READINGS:
                self._kept.popitem(last=False)
        return self._kept[key]

    def since(self, position: int, limit: int) -> tuple[Recorded[Body], ...]:
        """The next events of the log; views that stand at one position get the same ones."""
        key = (position, limit)
        if key not in self._batches:
            self._batches[key] = self._log.since(position, limit)
        return self._batches[key]

    def _shelf(self, up_to: int) -> Shelf:
        if up_to not in self._shelves:
            self._shelves = {up_to: shelf_of(self._log.documents(up_to))}
        return self._shelves[up_to]


def touched(log: EventSource, batch: Sequence[Recorded[Body]]) -> tuple[UUID, ...]:
    """The infusions whose rows a batch may change: its own, and all of them when a document changed."""
    if any(event.body.STREAM == "document" for event in batch):
        return log.infusion_ids(batch[-1].position)
    return tuple(dict.fromkeys(event.stream_id for event in batch))


def rows_of(projection: Projection, readings: Readings, infusion_ids: Iterable[UUID], up_to: int) -> Iterator[Row]:
    """The rows of these infusions as of a position; FoldFailed names the infusion that could not be folded."""
    for infusion_id in infusion_ids:
        try:
            rows = projection.rows_of(readings.of(infusion_id, up_to))
        except Exception as error:
            raise FoldFailed(projection.name, up_to, infusion_id) from error
        yield from rows


def read_batch(readings: Readings, view: str, position: int, limit: int) -> tuple[Recorded[Body], ...]:
    """The next events of the log; FoldFailed where one of them cannot be read."""
    try:
        return readings.since(position, limit)
    except Exception as error:
        raise FoldFailed(view, position + 1, None) from error
