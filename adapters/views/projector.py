"""The batch projector: rows and position in one transaction, by polling; a fold that fails stops its view, loudly."""

import logging

from adapters.database import writing
from adapters.views import filling, fold, positions
from adapters.views.fold import EventSource, FoldFailed, Readings
from adapters.views.prepare import prepare
from adapters.views.views import Views
from oba.reference.tables import Reference
from projections.every import PROJECTIONS, Projection

BATCH = 500
_LOG = logging.getLogger(__name__)


class BatchProjector:
    """Brings every view up to the log, any number of projectors at the same time (decided point 10)."""

    def __init__(
        self,
        log: EventSource,
        views: Views,
        reference: Reference,
        *,
        projections: tuple[Projection, ...] = PROJECTIONS,
        batch: int = BATCH,
    ) -> None:
        """Tables are made where they are missing, and filled afresh where they were made otherwise than today."""
        self._log = log
        self._views = views
        self._reference = reference
        self._projections = projections
        self._batch = batch
        self._tables = {projection.name: views.tables[projection.name] for projection in projections}
        editions = {projection.name: projection.edition for projection in projections}
        prepare(views.engine, self._tables, editions, reference.hash, log)

    def step(self) -> int:
        """Apply one batch to each view; the most events that a view took, 0 when all are level or stopped."""
        readings = Readings(self._log, self._reference)
        return max((self._step(projection, readings) for projection in self._projections), default=0)

    def catch_up(self) -> int:
        """Apply batches until no view moves; the number of batches. Whether a view stopped is said by its position."""
        batches = 0
        while self.step():
            batches += 1
        return batches

    def rebuild(self) -> None:
        """Fold every view again from the beginning, all in one transaction; FoldFailed leaves all as they were."""
        readings = Readings(self._log, self._reference)
        with writing(self._views.engine) as connection:
            stood_at = {one.name: positions.lock(connection, one.name) for one in self._projections}
            head = self._log.head()
            for table in self._tables.values():
                filling.empty(connection, table)
            for infusion_id in self._log.infusion_ids(head):
                for one in self._projections:
                    rows = fold.rows_of(one, readings, (infusion_id,), head)
                    filling.fill(connection, self._tables[one.name], rows)
            last = self._log.since(head - 1, 1) if head else ()
            for name, at in stood_at.items():
                positions.advance(connection, name, at, head, last[0].event_id if last else None)

    def _step(self, projection: Projection, readings: Readings) -> int:
        """One batch; where it cannot be folded, ever smaller ones, and the event that cannot is recorded."""
        limit = self._batch
        while True:
            try:
                return self._apply(projection, readings, limit)
            except FoldFailed as failed:
                if limit == 1:
                    return self._stop(failed)
                limit //= 2

    def _apply(self, projection: Projection, readings: Readings, limit: int) -> int:
        with writing(self._views.engine) as connection:
            at = positions.lock(connection, projection.name)
            batch = fold.read_batch(readings, projection.name, at, limit)
            if not batch:
                return 0
            up_to = batch[-1].position
            infusion_ids = fold.touched(self._log, batch)
            rows = fold.rows_of(projection, readings, infusion_ids, up_to)
            filling.replace(connection, self._tables[projection.name], infusion_ids, rows)
            positions.advance(connection, projection.name, at, up_to, batch[-1].event_id)
        return len(batch)

    def _stop(self, failed: FoldFailed) -> int:
        problem = type(failed.__cause__).__name__
        with writing(self._views.engine) as connection:
            positions.record_problem(connection, failed.view, problem, failed.position, failed.infusion_id)
        _LOG.error(
            "view %s stopped at position %d (%s); later events are not shown", failed.view, failed.position, problem
        )
        return 0
