"""Phase and finding of a milestone on a day as conditions of the database; they are those of the projection."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from oba.determination.determination import Finding
from oba.schedule import Phase
from projections.refund_triggers import RULED, WAITING


@dataclass(frozen=True)
class OnDay:
    """What a milestone shall be on a day; None asks for nothing."""

    as_of: date
    phase: Phase | None = None
    finding: Finding | None = None

    def conditions(self, table: sa.Table) -> Iterator[sa.ColumnElement[bool]]:
        """As conditions on the rows."""
        if self.phase is not None:
            yield phase_of(table, self.as_of) == self.phase
        if self.finding is not None:
            yield finding_of(table, self.as_of) == self.finding


def phase_of(table: sa.Table, as_of: date) -> sa.ColumnElement[str]:
    """What `projections.refund_triggers.phase_on` says of a row."""
    column = table.c
    return sa.case(
        (column.opens_on > as_of, "upcoming"),
        (column.due_on > as_of, "open"),
        (column.closes_on >= as_of, "due"),
        (column.grace_ends_on >= as_of, "grace"),
        else_="closed",
    )


def finding_of(table: sa.Table, as_of: date) -> sa.ColumnElement[str]:
    """What `projections.refund_triggers.finding_on` says of a row."""
    column = table.c
    waits = column.reason_once_closed.in_(WAITING)
    return sa.case(
        (sa.and_(waits, column.cure_ends_on < as_of), column.finding_once_closed),
        (sa.and_(sa.not_(waits), column.grace_ends_on < as_of), column.finding_once_closed),
        (column.grace_ends_on < as_of, "not_yet"),
        (sa.or_(column.opens_on <= as_of, column.reason_while_open.in_(RULED)), column.finding_while_open),
        else_="not_yet",
    )
