"""The list of all read models: name, the rows of one infusion, and the edition of the fold."""

from collections.abc import Callable
from dataclasses import dataclass

from projections import (
    data_request_windows,
    enrolments,
    infusions,
    refund_lines,
    refund_triggers,
    reminders_due,
    timeline,
    worklist,
)
from projections.reading import Reading
from projections.row import Row


@dataclass(frozen=True)
class Projection:
    """A read model; a change of what its rows say takes the next edition, and has the view filled afresh."""

    name: str
    row_type: type[Row]
    rows_of: Callable[[Reading], tuple[Row, ...]]
    edition: int = 1


PROJECTIONS: tuple[Projection, ...] = (
    Projection("infusions", infusions.Row, infusions.rows_of),
    Projection("enrolments", enrolments.Row, enrolments.rows_of),
    Projection("refund_triggers", refund_triggers.Row, refund_triggers.rows_of),
    Projection("refund_lines", refund_lines.Row, refund_lines.rows_of),
    Projection("data_request_windows", data_request_windows.Row, data_request_windows.rows_of),
    Projection("worklist", worklist.Row, worklist.rows_of),
    Projection("timeline", timeline.Row, timeline.rows_of),
    Projection("reminders_due", reminders_due.Row, reminders_due.rows_of),
)
