"""When what is due: obligations with their dates, worked out from Day 0 and a document; the phase is computed when
asked.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, TypeAlias, assert_never

from pydantic import BaseModel, ConfigDict

from oba.dates import Day, MonthEnd, Span, shift
from oba.terms.agreement import Agreement
from oba.terms.follow_up_plan import FollowUpPlan, PlanItem, Recurring
from oba.terms.milestone import Milestone
from oba.terms.window import AroundDue, RangeFromAnchor, Window

Phase: TypeAlias = Literal["upcoming", "open", "due", "grace", "closed"]


class Obligation(BaseModel):
    """Anything due by a date: its five dates at the HTC, and the clause they come from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["milestone", "monitoring", "registry"]
    document_id: str
    name: str
    clause: str
    day_0: Day
    opens_on: Day
    due_on: Day
    closes_on: Day
    grace_ends_on: Day
    cure_ends_on: Day
    report_by_on: Day
    items: tuple[PlanItem, ...] = ()

    @property
    def window(self) -> Span:
        """The days on which evidence counts; grace and cure extend recording, never the draws (settled B2)."""
        return Span(first=self.opens_on, last=self.closes_on)


def window_of(window: Window, due_on: date, anchor: date, month_end: MonthEnd) -> Span:
    """The closed span of a window: edges in days count from the due date, ranges from the anchor (settled B1)."""
    match window:
        case AroundDue():
            return Span(
                first=due_on - timedelta(days=window.before_days), last=due_on + timedelta(days=window.after_days)
            )
        case RangeFromAnchor():
            return Span(first=shift(anchor, window.opens, month_end), last=shift(anchor, window.closes, month_end))
        case _:  # pragma: no cover
            assert_never(window)


def milestone_obligation(agreement: Agreement, milestone: Milestone, day_0: date) -> Obligation:
    """The dates of one milestone of an infusion with that Day 0."""
    due_on = shift(day_0, milestone.due, agreement.month_end)
    window = window_of(milestone.window, due_on, day_0, agreement.month_end)
    grace_ends_on = window.last + timedelta(days=milestone.grace_days)
    return Obligation(
        kind="milestone",
        document_id=agreement.id,
        name=milestone.id,
        clause=milestone.clause,
        day_0=day_0,
        opens_on=window.first,
        due_on=due_on,
        closes_on=window.last,
        grace_ends_on=grace_ends_on,
        cure_ends_on=grace_ends_on + timedelta(days=milestone.cure_days),
        report_by_on=window.last + timedelta(days=milestone.report_by_days),
    )


def plan(document: Agreement | FollowUpPlan, day_0: date) -> tuple[Obligation, ...]:
    """All obligations of a document for an infusion with that Day 0, by due date and name."""
    match document:
        case Agreement():
            obligations = [milestone_obligation(document, milestone, day_0) for milestone in document.milestones]
        case FollowUpPlan():
            obligations = [visit for recurring in document.visits for visit in _visits(document, recurring, day_0)]
        case _:  # pragma: no cover
            assert_never(document)
    return tuple(sorted(obligations, key=lambda obligation: (obligation.due_on, obligation.name)))


def _visits(follow_up: FollowUpPlan, recurring: Recurring, day_0: date) -> Iterator[Obligation]:
    last_on = shift(day_0, recurring.last, follow_up.month_end)
    number = 0
    while True:
        offset = recurring.first.model_copy(update={"amount": recurring.first.amount + number * recurring.every.amount})
        due_on = shift(day_0, offset, follow_up.month_end)
        if due_on > last_on:
            return
        number += 1
        window = window_of(
            AroundDue(kind="around_due", before_days=recurring.before_days, after_days=recurring.after_days),
            due_on,
            day_0,
            follow_up.month_end,
        )
        yield Obligation(
            kind=recurring.purpose,
            document_id=follow_up.id,
            name=f"{recurring.id}-{number}",
            clause=recurring.clause,
            day_0=day_0,
            opens_on=window.first,
            due_on=due_on,
            closes_on=window.last,
            grace_ends_on=window.last,
            cure_ends_on=window.last,
            report_by_on=window.last,
            items=recurring.items,
        )


def phase(obligation: Obligation, as_of: date) -> Phase:
    """Where the calendar stands on a day: `due` lasts from the due date to the close of the window (settled B3)."""
    if as_of < obligation.opens_on:
        return "upcoming"
    if as_of < obligation.due_on:
        return "open"
    if as_of <= obligation.closes_on:
        return "due"
    if as_of <= obligation.grace_ends_on:
        return "grace"
    return "closed"
