"""Who must be told what from which day? One row for each rung of each milestone's ladder, with the day it becomes owed.

People are no events, so a row cannot know whether everybody was told: it stands until its rung is overtaken, and for as
long as nobody at all was told or passed over. What is really owed, `oba/policies/remind.py` says.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from oba.dates import LAST_DAY, Day
from oba.facts.base import Body
from oba.facts.recorded import Recorded
from oba.infusion.events import Rung
from oba.policies.remind import rungs_of
from oba.reference.tables import Reference
from oba.terms.shelf import Shelf
from projections.reading import Judged, Reading
from projections.row import Row as AnyRow


class Row(AnyRow):
    """A rung of a milestone under an enrolment."""

    agreement_id: str
    payer_id: str
    milestone: str
    rung: Rung
    opens_on: Day
    due_on: Day
    """Of the milestone."""
    closes_on: Day
    next_due_on: Day
    """The day from which the reminder of this rung is owed."""
    until_on: Day
    """The last day on which somebody has to look at this rung."""
    recorded_for: tuple[str, ...]
    """The people who were told, or passed over with a reason."""


def standing_on(row: Row, as_of: date) -> bool:
    """Whether the infusion is to be looked at for this rung on a day."""
    return row.next_due_on <= as_of <= row.until_on


def rows_of(reading: Reading) -> tuple[Row, ...]:
    """One row for each rung of each milestone."""
    return tuple(row for judged in reading.judged for row in _ladder(reading, judged))


def _ladder(reading: Reading, judged: Judged) -> Iterator[Row]:
    obligation = judged.obligation
    ladder = rungs_of(obligation)
    overtaken = [on - timedelta(days=1) for on, _ in ladder[1:]]
    for (on, rung), last in zip(ladder, (*overtaken, obligation.closes_on), strict=True):
        told = (obligation.document_id, obligation.name, rung, obligation.due_on)
        recorded_for = reading.told.get(told, ())
        yield Row(
            row_key=f"{reading.infusion_id}/{obligation.document_id}/{obligation.name}/{rung}",
            infusion_id=reading.infusion_id,
            infusion_code=reading.infusion_code,
            htc_id=reading.htc_id,
            agreement_id=obligation.document_id,
            payer_id=judged.enrolment.payer_id,
            milestone=obligation.name,
            rung=rung,
            opens_on=obligation.opens_on,
            due_on=obligation.due_on,
            closes_on=obligation.closes_on,
            next_due_on=on,
            until_on=last if recorded_for else LAST_DAY,
            recorded_for=recorded_for,
        )


def rows(stream: tuple[Recorded[Body], ...], shelf: Shelf, reference: Reference) -> tuple[Row, ...]:
    """The rows of one infusion's stream."""
    return rows_of(Reading(stream, shelf, reference))
