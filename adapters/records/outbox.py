"""The outbox: what must be told to whom, leased by one worker at a time; recorded once, delivered at least once.

A worker claims rows under a token and may finish them only while the token is still its own; a worker that slept
through its lease finds its token gone (decided point 11). `notice_key` is the reminder's id and the receiver's key.

Before anything is done about a notice its course is written, a delivery or a skip. Whoever takes the row over keeps to
it, so that nothing is skipped that may have left, and nothing delivered whose skip may still be recorded by a sleeper.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from adapters.clock import new_id
from adapters.database import add_new, reading, writing
from adapters.records.columns import METADATA, UtcInstant
from adapters.records.present import Present, present
from oba.infusion.events import SkipReason

Finished: TypeAlias = Literal["sent", "cancelled"]
NoticeState: TypeAlias = Literal["due", "leased", "sent", "cancelled"]
DELIVERY: Final = "delivery"
Course: TypeAlias = Literal["delivery"] | SkipReason

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
    sa.Column("course", sa.String(40)),
    sa.Index("outbox_waiting", "state", "due_at"),
)
_ROW = OUTBOX.c
_NO_LEASE: Final[dict[str, None]] = {"lease_token": None, "lease_until": None}


class LeaseLost(Exception):
    """A row is somebody else's by now, or anybody's: whoever held it leaves it alone."""


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
    course: Course | None
    """`delivery` where a message may have left, the reason where a skip may have been recorded, None before either."""


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
                added += _added(connection, notice)
        return added

    def reopen(self, notice_key: UUID, due_at: datetime) -> bool:
        """Let a finished notice wait again, since the log says that it is owed; False where it is not finished.

        A skip that the log does not have any more is forgotten; a message that left has left.
        """
        finished = _ROW.state.in_(("sent", "cancelled"))
        left = sa.case((_ROW.course == DELIVERY, DELIVERY), else_=sa.null())
        again = {"state": "due", "due_at": due_at, "finished_at": None, "attempts": 0, "course": left}
        with writing(self._engine) as connection:
            query = sa.update(OUTBOX).where(_ROW.notice_key == notice_key, finished).values(**again)
            return connection.execute(query).rowcount == 1

    def claim(self, now: Present, *, limit: int = 50, lease_seconds: int = 60) -> tuple[OutboxRow, ...]:
        """Lease the oldest notices that are due or whose lease has run out; each row carries the fencing token."""
        token = self._fresh_id()
        with writing(self._engine) as connection:
            ready = sa.and_(_ROW.state == "due", _ROW.due_at <= present(now))
            waiting = sa.or_(ready, sa.and_(_ROW.state == "leased", _ROW.lease_until < present(now)))
            oldest = sa.select(_ROW.notice_key).where(waiting).order_by(_ROW.due_at, _ROW.notice_key).limit(limit)
            for key in connection.scalars(oldest.with_for_update(skip_locked=True)).all():
                lease = _lease(token, now, lease_seconds)
                connection.execute(sa.update(OUTBOX).where(_ROW.notice_key == key, waiting).values(**lease))
            return _leased(connection, token)

    def take(self, notice: Notice, reason: SkipReason, now: Present, *, lease_seconds: int) -> OutboxRow | None:
        """Lease one notice to skip it, whether it waits, was cancelled or is not there yet.

        None where somebody holds it or a message may have left. One whose skip was settled before keeps its reason.
        """
        token = self._fresh_id()
        free = sa.and_(_ROW.state.in_(("due", "cancelled")), _ROW.course.is_distinct_from(DELIVERY))
        with writing(self._engine) as connection:
            _added(connection, notice)
            lease = {**_lease(token, now, lease_seconds), "course": sa.func.coalesce(_ROW.course, reason)}
            connection.execute(sa.update(OUTBOX).where(_ROW.notice_key == notice.notice_key, free).values(**lease))
            return next(iter(_leased(connection, token)), None)

    def hold(self, notice_key: UUID, lease_token: UUID, now: Present, lease_seconds: int, course: Course) -> bool:
        """Begin a lease anew that is still one's own, and settle the course, before anything is done about it.

        False where the lease has run out or gone to somebody else, or another course was settled: whoever is told so
        must neither deliver nor record.
        """
        with writing(self._engine) as connection:
            open_still = sa.or_(_ROW.course.is_(None), _ROW.course == course)
            longer = sa.update(OUTBOX).where(_mine(notice_key, lease_token), _lasts(now), open_still)
            until = present(now, timedelta(seconds=lease_seconds))
            return connection.execute(longer.values(lease_until=until, course=course)).rowcount == 1

    @contextmanager
    def finishing(
        self, notice_key: UUID, lease_token: UUID, now: Present, state: Finished, problem: str | None = None
    ) -> Iterator[None]:
        """Keep a lease while what it stands for is recorded, and finish the notice with it; LeaseLost where it is gone.

        Nobody can take the row over in between. What is raised within leaves the row as it was.
        """
        with writing(self._engine) as connection:
            held = sa.select(_ROW.notice_key).where(_mine(notice_key, lease_token), _lasts(now)).with_for_update()
            if connection.scalar(held) is None:
                raise LeaseLost
            yield
            done = {"state": state, "finished_at": present(now), "last_problem": problem, **_NO_LEASE}
            connection.execute(sa.update(OUTBOX).where(_mine(notice_key, lease_token)).values(**done))

    def finish(self, notice_key: UUID, lease_token: UUID, at: datetime) -> bool:
        """Mark a leased notice as sent; False where the lease has gone to somebody else."""
        return self._settle(notice_key, lease_token, state="sent", finished_at=at, last_problem=None)

    def put_back(
        self, notice_key: UUID, lease_token: UUID, problem: str, retry_at: datetime, *, never_left: bool = False
    ) -> bool:
        """Keep a leased notice for a later attempt, with the code of the problem; False where the lease has gone.

        `never_left`: no message of this key can have left, so it may still be skipped.
        """
        course = {"course": None} if never_left else {}
        return self._settle(notice_key, lease_token, state="due", due_at=retry_at, last_problem=problem, **course)

    def cancel(self, notice_key: UUID, reason: str, at: datetime, lease_token: UUID) -> bool:
        """Take a leased notice out that is not needed any more; False where the lease has gone to somebody else."""
        return self._settle(notice_key, lease_token, state="cancelled", finished_at=at, last_problem=reason)

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
        query = sa.update(OUTBOX).where(_mine(notice_key, lease_token))
        with writing(self._engine) as connection:
            return connection.execute(query.values(**values, **_NO_LEASE)).rowcount == 1


def _added(connection: Connection, notice: Notice) -> bool:
    return add_new(connection, OUTBOX, {**vars(notice), "state": "due", "attempts": 0})


def _mine(notice_key: UUID, lease_token: UUID) -> sa.ColumnElement[bool]:
    return sa.and_(_ROW.notice_key == notice_key, _ROW.lease_token == lease_token, _ROW.state == "leased")


def _lasts(now: Present) -> sa.ColumnElement[bool]:
    return _ROW.lease_until >= present(now)


def _lease(token: UUID, now: Present, seconds: int) -> dict[str, Any]:
    until = present(now, timedelta(seconds=seconds))
    return {"state": "leased", "lease_token": token, "lease_until": until, "attempts": _ROW.attempts + 1}


def _leased(connection: Connection, token: UUID) -> tuple[OutboxRow, ...]:
    mine = sa.select(OUTBOX).where(_ROW.lease_token == token).order_by(_ROW.due_at, _ROW.notice_key)
    return tuple(OutboxRow(**row._mapping) for row in connection.execute(mine))
