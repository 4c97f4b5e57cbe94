"""The lanes of the worklist as a condition of the database; they are those of `projections.worklist.lane_on`."""

from datetime import date

import sqlalchemy as sa

from projections.worklist import LANES, Lane


def standing_in(table: sa.Table, as_of: date, lane: Lane | None) -> sa.ColumnElement[bool]:
    """That a row stands in the lane on a day; in any lane where none is named."""
    if lane is None:
        return table.c.shows_from <= as_of
    later = LANES[LANES.index(lane) + 1 :]
    return sa.and_(_begun(table, as_of, lane), *(sa.not_(_begun(table, as_of, other)) for other in later))


def _begun(table: sa.Table, as_of: date, lane: Lane) -> sa.ColumnElement[bool]:
    column = table.c[f"{lane}_from"]
    return sa.and_(column.is_not(None), column <= as_of)
