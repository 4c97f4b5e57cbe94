"""When each worker last came to the end of a tick, so that somebody notices when none runs any more."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from adapters.database import put_row, reading, writing
from adapters.records.columns import METADATA, UtcInstant

SELDOM: Final = timedelta(seconds=10)
"""A worker writes no more often than this."""
FORGOTTEN: Final = timedelta(days=1)
"""Workers that were not seen for so long leave no row."""

WORKER_TICK = sa.Table(
    "worker_tick",
    METADATA,
    sa.Column("worker_id", sa.Uuid, primary_key=True),
    sa.Column("at", UtcInstant, nullable=False),
)


class WorkerTicks:
    """A row for each worker: its id, and the end of its newest tick by the clock of leases."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._written: dict[UUID, datetime] = {}

    def note(self, worker_id: UUID, at: datetime) -> None:
        """Remember that a worker ended a tick; one that was noted less than ten seconds before is not written again."""
        last = self._written.get(worker_id)
        if last is not None and last <= at < last + SELDOM:
            return
        with writing(self._engine) as connection:
            connection.execute(sa.delete(WORKER_TICK).where(WORKER_TICK.c.at < at - FORGOTTEN))
            put_row(connection, WORKER_TICK, {"worker_id": worker_id, "at": at})
        self._written[worker_id] = at

    def newest(self) -> datetime | None:
        """When any worker last ended a tick; None where none ever did, or none for very long."""
        with reading(self._engine) as connection:
            latest: datetime | None = connection.scalar(sa.select(sa.func.max(WORKER_TICK.c.at)))
        return latest
