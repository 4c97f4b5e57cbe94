"""The present as a lease means it: read while the row is written, so that no pause lies between the two."""

from datetime import datetime, timedelta
from typing import Final, TypeAlias

import sqlalchemy as sa

from adapters.clock import DatabaseClock
from adapters.records.columns import UtcInstant
from oba.ports import Clock

Present: TypeAlias = datetime | Clock
"""An instant, or the clock that all workers share."""
_AT_ONCE: Final = timedelta(0)


def present(now: Present, after: timedelta = _AT_ONCE) -> sa.ColumnElement[datetime]:
    """The present, or that long after it, for a statement that is run at once.

    A database reads its own clock within the statement; another clock is read here, so begin the transaction first.
    """
    if isinstance(now, DatabaseClock):
        return sa.type_coerce(sa.func.clock_timestamp() + sa.literal(after, sa.Interval()), UtcInstant())
    instant = now if isinstance(now, datetime) else now.now()
    return sa.literal(instant + after, UtcInstant())
