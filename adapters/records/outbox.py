"""The outbox: what must be told to whom, leased by one worker at a time; recorded once, delivered at least once.

A worker claims rows under a token and may finish them only while the token is still its own; a worker that slept
through its lease finds its token gone (decided point 11). `notice_key` is the reminder's id and the receiver's key.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from adapters.clock import new_id
from adapters.database import reading, writing
from adapters.records.columns import METADATA, UtcInstant

NoticeState: TypeAlias = Literal["due", "leased", "sent", "cancelled"]

OUTBOX = sa.Table(
    "outbox",
    METADATA,
    sa.Column("notice_key", sa.Uuid, primary_key=True),
    sa.Column("infusion_id", sa.Uuid, nullable=False, index=True),
    sa.Column("agreement_id", sa.String(80), nullable=False),
    sa.Column("milestone", sa.String(80), nullable=False),
    sa.Column("rung", sa.String(40), nullable=False),
    sa.Column("recipient", sa.String(80), nullable=False),
    sa.Column("due_on", sa.Date, nullable=False),
    sa.Column("due_at", UtcInstant, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("lease_until", UtcInstant),
    sa.Column("lease_token", sa.Uuid),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("last_problem", sa.String(80)),
    sa.Column("finished_at", UtcInstant),
    sa.Index("outbox_waiting", "state", "due_at"),
)
_ROW = OUTBOX.c


@dataclass(frozen=True)
class Notice:
    """One thing to tell one person: which rung of which milestone, and not before when."""

    notice_key: UUID
    infusion_id: UUID
    agreement_id: str
    milestone: str
    rung: str
    recipient: str
    due_on: date
    due_at: datetime


@dataclass(frozen=True)
class OutboxRow(Notice):
    """A notice with where it stands; `last_problem` is a code, never an address or a text."""

    state: NoticeState
    lease_until: datetime | None
    lease_token: UUID | None
    attempts: int
    last_problem: str | None
    finished_at: datetime | None


class Outbox:
    """Puts, claims and finishes notices."""

    def __init__(self, engine: Engine, fresh_id: Callable[[], UUID] = new_id) -> None:
        self._engine = engine
        self._fresh_id = fresh_id

    def put(self, notices: Iterable[Notice]) -> int:
        """Add the notices that are not there yet; how many were added."""
        added = 0
        with writing(self._engine) as connection:
            for notice in notices:
                known = sa.select(_ROW.notice_key).where(_ROW.notice_key == notice.notice_key)
                if connection.scalar(known) is None:
                    connection.execute(sa.insert(OUTBOX).values(**vars(notice), state="due", attempts=0))
                    added += 1
        return added

    def reopen(self, notice_key: UUID, due_at: datetime) -> bool:
        """Let a finished notice wait again, since the log says that it is owed; False where it is not finished."""
        finished = _ROW.state.in_(("sent", "cancelled"))
        again = {"state": "due", "due_at": due_at, "finished_at": None, "attempts": 0}
        with writing(self._engine) as connection:
            query = sa.update(OUTBOX).where(_ROW.notice_key == notice_key, finished).values(**again)
            return connection.execute(query).rowcount == 1

    def claim(self, now: datetime, *, limit: int = 50, lease_seconds: int = 60) -> tuple[OutboxRow, ...]:
        """Lease the oldest notices that are due or whose lease has run out; each row carries the fencing token."""
        token = self._fresh_id()
        waiting = sa.or_(
            sa.and_(_ROW.state == "due", _ROW.due_at <= now), sa.and_(_ROW.state == "leased", _ROW.lease_until < now)
        )
        oldest = sa.select(_ROW.notice_key).where(waiting).order_by(_ROW.due_at, _ROW.notice_key).limit(limit)
        lease = {"state": "leased", "lease_token": token, "lease_until": now + timedelta(seconds=lease_seconds)}
        with writing(self._engine) as connection:
            for key in connection.scalars(oldest.with_for_update(skip_locked=True)).all():
                connection.execute(
                    sa.update(OUTBOX).where(_ROW.notice_key == key, waiting).values(**lease, attempts=_ROW.attempts + 1)
                )
            mine = sa.select(OUTBOX).where(_ROW.lease_token == token).order_by(_ROW.due_at, _ROW.notice_key)
            return tuple(OutboxRow(**row._mapping) for row in connection.execute(mine))

    def finish(self, notice_key: UUID, lease_token: UUID, at: datetime) -> bool:
        """Mark a leased notice as sent; False where the lease has gone to somebody else."""
        return self._settle(notice_key, lease_token, state="sent", finished_at=at, last_problem=None)

    def put_back(self, notice_key: UUID, lease_token: UUID, problem: str, retry_at: datetime) -> bool:
        """Keep a leased notice for a later attempt, with the code of the problem; False where the lease has gone."""
        return self._settle(notice_key, lease_token, state="due", due_at=retry_at, last_problem=problem)

    def cancel(self, notice_key: UUID, reason: str, at: datetime, lease_token: UUID | None = None) -> bool:
        """Take a notice out that is not needed any more: one that waits, or one under the given lease."""
        if lease_token is not None:
            return self._settle(notice_key, lease_token, state="cancelled", finished_at=at, last_problem=reason)
        query = sa.update(OUTBOX).where(_ROW.notice_key == notice_key, _ROW.state == "due")
        with writing(self._engine) as connection:
            values = {"state": "cancelled", "finished_at": at, "last_problem": reason}
            return connection.execute(query.values(**values)).rowcount == 1

    def row(self, notice_key: UUID) -> OutboxRow | None:
        """One notice with where it stands; None where there is none."""
        rows = self._rows(sa.select(OUTBOX).where(_ROW.notice_key == notice_key))
        return rows[0] if rows else None

    def rows(self, *states: NoticeState, limit: int = 1000) -> tuple[OutboxRow, ...]:
        """Notices in the given states, or all, oldest first."""
        query = sa.select(OUTBOX).order_by(_ROW.due_at, _ROW.notice_key).limit(limit)
        return self._rows(query.where(_ROW.state.in_(states)) if states else query)

    def _rows(self, query: sa.Select[tuple[object, ...]]) -> tuple[OutboxRow, ...]:
        with reading(self._engine) as connection:
            return tuple(OutboxRow(**row._mapping) for row in connection.execute(query))

    def _settle(self, notice_key: UUID, lease_token: UUID, **values: object) -> bool:
        query = sa.update(OUTBOX).where(
            _ROW.notice_key == notice_key, _ROW.lease_token == lease_token, _ROW.state == "leased"
        )
        with writing(self._engine) as connection:
            done = connection.execute(query.values(**values, lease_token=None, lease_until=None))
            return done.rowcount == 1
