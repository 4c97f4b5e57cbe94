"""What the API, the command line and the worker read: pages of rows, only those that the asker may see."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from adapters.database import reading
from adapters.views import dead_letters, lanes
from adapters.views.content import content_of
from adapters.views.dead_letters import DeadLetter
from adapters.views.lag import Lag, lag_of
from adapters.views.milestones import OnDay
from adapters.views.page import DEFAULT_LIMIT, EVERYTHING, Page, Scope, after, within, write_cursor
from adapters.views.positions import ViewPosition, positions
from adapters.views.scope import complete, incomplete_of, visible
from adapters.views.source import EventSource
from adapters.views.tables import VIEWS
from projections.data_request_windows import Row as DataRequestWindow
from projections.enrolments import Row as Enrolment
from projections.infusions import Row as Infusion
from projections.refund_lines import Row as RefundLine
from projections.refund_triggers import DeterminationState
from projections.refund_triggers import Row as RefundTrigger
from projections.reminders_due import Row as ReminderDue
from projections.row import Row
from projections.timeline import Row as Happening
from projections.worklist import LANES, Lane
from projections.worklist import Row as Task

R = TypeVar("R", bound=Row)
Condition = sa.ColumnElement[bool]


class ViewBehind(Exception):
    """A view has not come as far as it must have for an answer."""


class Views:
    """The read models; `engine` is theirs alone."""

    def __init__(self, engine: Engine, tables: dict[str, sa.Table] | None = None) -> None:
        self.engine = engine
        self.tables = VIEWS if tables is None else tables

    def infusions(
        self, scope: Scope = EVERYTHING, *, limit: int = DEFAULT_LIMIT, cursor: str | None = None
    ) -> Page[Infusion]:
        """Infusions by Day 0."""
        return self._page("infusions", Infusion, "day_0", scope, (), limit, cursor)

    def infusion(self, infusion_id: UUID, scope: Scope = EVERYTHING) -> Infusion | None:
        """One infusion; None where there is none that the asker may see."""
        about = self._equal("infusions", infusion_id=infusion_id)
        return next(iter(self._page("infusions", Infusion, "day_0", scope, about, 1, None).rows), None)

    def enrolments(
        self,
        scope: Scope = EVERYTHING,
        *,
        infusion_id: UUID | None = None,
        agreement_id: str | None = None,
        limit: int = DEFAULT_LIMIT,
        cursor: str | None = None,
    ) -> Page[Enrolment]:
        """Enrolments by their day."""
        about = self._equal("enrolments", infusion_id=infusion_id, agreement_id=agreement_id)
        return self._page("enrolments", Enrolment, "enrolled_on", scope, about, limit, cursor)

    def refund_triggers(
        self,
        scope: Scope = EVERYTHING,
        *,
        infusion_id: UUID | None = None,
        agreement_id: str | None = None,
        determination_state: DeterminationState | None = None,
        due_before: date | None = None,
        on_day: OnDay | None = None,
        limit: int = DEFAULT_LIMIT,
        cursor: str | None = None,
    ) -> Page[RefundTrigger]:
        """Infusion x enrolment x milestone, by due date; `on_day` asks for a phase or finding as they are on a day."""
        about = self._equal(
            "refund_triggers",
            infusion_id=infusion_id,
            agreement_id=agreement_id,
            determination_state=determination_state,
        )
        if due_before is not None:
            about = (*about, self.tables["refund_triggers"].c.due_on < due_before)
        if on_day is not None:
            about = (*about, *on_day.conditions(self.tables["refund_triggers"]))
        return self._page("refund_triggers", RefundTrigger, "due_on", scope, about, limit, cursor)

    def refund_lines(self, *, beneficiary: str, first: date, last: date, at_least: int = 0) -> tuple[RefundLine, ...]:
        """Every line in favour of a payer whose approval lies in the span (both days included), by its day.

        ViewBehind where the view, as these lines are read, has not come to a position of the log.
        """
        table = self.tables["refund_lines"]
        column = table.c
        wanted = (column.beneficiary == beneficiary, column.approved_on >= first, column.approved_on <= last)
        statement = sa.select(table).where(*wanted).order_by(column.approved_on, column.row_key)
        with reading(self.engine) as connection:
            if any(one.position < at_least for one in positions(connection) if one.view == "refund_lines"):
                raise ViewBehind
            return _rows(connection, statement, RefundLine)

    def data_request_windows(
        self,
        scope: Scope = EVERYTHING,
        *,
        infusion_id: UUID | None = None,
        limit: int = DEFAULT_LIMIT,
        cursor: str | None = None,
    ) -> Page[DataRequestWindow]:
        """Infusion x payer rule x reading, by the last permitted day."""
        about = self._equal("data_request_windows", infusion_id=infusion_id)
        return self._page("data_request_windows", DataRequestWindow, "permitted_until", scope, about, limit, cursor)

    def worklist(
        self,
        as_of: date,
        scope: Scope = EVERYTHING,
        *,
        lane: Lane | None = None,
        limit: int = DEFAULT_LIMIT,
        cursor: str | None = None,
    ) -> Page[Task]:
        """What there is to do on a day, most urgent first; `worklist.lane_on` says in which lane a row stands."""
        about = lanes.standing_in(self.tables["worklist"], as_of, lane)
        return self._page("worklist", Task, "urgent_on", scope, (about,), limit, cursor)

    def lane_counts(self, as_of: date, scope: Scope = EVERYTHING) -> dict[Lane, int]:
        """How many rows stand in each lane on a day."""
        table = self.tables["worklist"]
        with reading(self.engine) as connection:
            return {lane: self._count(connection, table, scope, as_of, lane) for lane in LANES}

    def timeline(
        self, infusion_id: UUID, scope: Scope = EVERYTHING, *, limit: int = DEFAULT_LIMIT, cursor: str | None = None
    ) -> Page[Happening]:
        """What happened to one infusion, in the order in which we learned it."""
        about = self._equal("timeline", infusion_id=infusion_id)
        return self._page("timeline", Happening, "position", scope, about, limit, cursor)

    def reminders_due(self, as_of: date, *, limit: int = DEFAULT_LIMIT, cursor: str | None = None) -> Page[ReminderDue]:
        """The rungs that stand on a day: owed by then, and not past the last day on which they are sent."""
        column = self.tables["reminders_due"].c
        about = (column.next_due_on <= as_of, column.until_on >= as_of)
        return self._page("reminders_due", ReminderDue, "next_due_on", EVERYTHING, about, limit, cursor)

    def proposals_due(self, as_of: date) -> tuple[UUID, ...]:
        """The infusions of which a milestone may have a determination to propose on a day."""
        column = self.tables["refund_triggers"].c
        due = sa.select(column.infusion_id).where(column.proposable_from <= as_of).distinct()
        with reading(self.engine) as connection:
            return tuple(connection.execute(due.order_by(column.infusion_id)).scalars())

    def positions(self) -> tuple[ViewPosition, ...]:
        """How far each view has come, and what stopped it."""
        with reading(self.engine) as connection:
            return positions(connection)

    def dead_letters(self, *views: str) -> tuple[DeadLetter, ...]:
        """The infusions that could not be folded, in any view where none is named; their rows are of before."""
        with reading(self.engine) as connection:
            return dead_letters.dead_letters(connection, views or None)

    def lag(self, log: EventSource, now: datetime) -> tuple[Lag, ...]:
        """How far each view is behind the log at its present, by name."""
        return lag_of(self.positions(), log, now)

    def content_hash(self, view: str) -> str:
        """SHA-256 over all rows of a view; equal tables have equal hashes."""
        with reading(self.engine) as connection:
            return content_of(connection, self.tables[view])

    def _page(
        self,
        view: str,
        row_type: type[R],
        sort: str,
        scope: Scope,
        about: Sequence[Condition],
        limit: int,
        cursor: str | None,
    ) -> Page[R]:
        table = self.tables[view]
        sorted_by, key = table.c[sort], table.c.row_key
        conditions = [*about, *self._shown(table, scope)]
        if cursor is not None:
            conditions.append(after(sorted_by, key, cursor))
        statement = sa.select(table).where(*conditions).order_by(sorted_by, key).limit(within(limit) + 1)
        with reading(self.engine) as connection:
            rows = _rows(connection, statement, row_type)
            read = {one.view: one for one in positions(connection) if one.view in (view, *_seen_by(scope))}
            lacking = view in read and read[view].incomplete
            incomplete = self._incomplete(connection, view, scope) if lacking else ()
        last = rows[limit - 1] if len(rows) > limit else None
        next_cursor = None if last is None else write_cursor(getattr(last, sort), last.row_key)
        position, mark = min(((one.position, one.log_mark) for one in read.values()), default=(0, None), key=_place)
        return Page[R](
            rows=rows[:limit], next_cursor=next_cursor, position=position, log_mark=mark, incomplete=incomplete
        )

    def _shown(self, table: sa.Table, scope: Scope) -> tuple[Condition, ...]:
        return (*visible(table, self.tables["enrolments"], scope), *complete(table))

    def _incomplete(self, connection: Connection, view: str, scope: Scope) -> tuple[UUID, ...]:
        found = incomplete_of(view, self.tables["infusions"], self.tables["enrolments"], scope)
        return tuple(sorted(connection.execute(found).scalars()))

    def _equal(self, view: str, **wanted: Any) -> tuple[Condition, ...]:
        columns = self.tables[view].c
        return tuple(columns[name] == value for name, value in wanted.items() if value is not None)

    def _count(self, connection: Connection, table: sa.Table, scope: Scope, as_of: date, lane: Lane) -> int:
        conditions = (lanes.standing_in(table, as_of, lane), *self._shown(table, scope))
        return int(connection.execute(sa.select(sa.func.count()).select_from(table).where(*conditions)).scalar_one())


def _seen_by(scope: Scope) -> tuple[str, ...]:
    """The views that say what somebody may see of the others; a page knows no more than they do."""
    return ("enrolments",) if scope.payer_id is not None else ()


def _place(known: tuple[int, UUID | None]) -> int:
    return known[0]


def _rows(connection: Connection, statement: sa.Select[Any], row_type: type[R]) -> tuple[R, ...]:
    return tuple(row_type.model_validate(dict(row)) for row in connection.execute(statement).mappings())
