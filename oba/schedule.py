"""When what is due: obligations with their dates, worked out from Day 0 and a document; the phase is computed when
asked.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import ClassVar, Literal, TypeAlias, assert_never

from pydantic import ConfigDict

from oba.anchors import Anchors, NotAnchored
from oba.business_days import rolled
from oba.dates import Day, MonthEnd, Span, shift
from oba.later import WithLaterFields
from oba.terms.agreement import Agreement
from oba.terms.anchor import AtEnrolment, AtEvent, AtMilestone
from oba.terms.follow_up_plan import FollowUpPlan, PlanItem, Recurring
from oba.terms.milestone import Milestone
from oba.terms.window import AroundDue, OpenEnded, RangeFromAnchor, Window

Phase: TypeAlias = Literal["upcoming", "open", "due", "grace", "closed"]


class Obligation(WithLaterFields):
    """Anything due by a date: its five dates at the HTC, and the clause they come from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    LATER: ClassVar[frozenset[str]] = frozenset({"cure_would_end_on", "report_would_be_by_on"})

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
    cure_would_end_on: Day | None = None
    """The end of the cure before it moved to a business day; None where it did not move (settled B4)."""
    report_would_be_by_on: Day | None = None
    """The day to report by before it moved; None where it did not move."""

    @property
    def window(self) -> Span:
        """The days on which evidence counts; grace and cure extend recording, never the draws (settled B2)."""
        return Span(first=self.opens_on, last=self.closes_on)


def window_of(window: Window, due_on: date, anchor: date, month_end: MonthEnd, horizon_on: date | None = None) -> Span:
    """The days of a window: edges in days count from the due date, ranges from the anchor (settled B1).

    ValueError for an open-ended window without a horizon, which the checks of an agreement refuse.
    """
    match window:
        case AroundDue():
            first, last = due_on - timedelta(days=window.before_days), due_on + timedelta(days=window.after_days)
        case RangeFromAnchor():
            first, last = shift(anchor, window.opens, month_end), shift(anchor, window.closes, month_end)
        case OpenEnded():
            if horizon_on is None:
                raise ValueError("an open-ended window closes on the horizon of its agreement, and there is none")
            return Span(first=shift(anchor, window.opens, month_end), last=horizon_on)
        case _:  # pragma: no cover
            assert_never(window)
    return Span(first=first, last=last if window.end == "closed" else last - timedelta(days=1))


def milestone_obligation(
    agreement: Agreement, milestone: Milestone, day_0: date, anchors: Anchors | None = None
) -> Obligation:
    """The dates of one milestone of an infusion with that Day 0; NotAnchored where its anchor has not happened."""
    anchored_on = _anchored_on(agreement, milestone, day_0, anchors or Anchors())
    due_on = shift(anchored_on, milestone.due, agreement.month_end)
    horizon_on = shift(day_0, agreement.horizon, agreement.month_end) if agreement.horizon is not None else None
    window = window_of(milestone.window, due_on, anchored_on, agreement.month_end, horizon_on)
    grace_ends_on = window.last + timedelta(days=milestone.grace_days)
    cure_ends_on = grace_ends_on + timedelta(days=milestone.cure_days)
    report_by_on = window.last + timedelta(days=milestone.report_by_days)
    cure, report = _rolled(agreement, cure_ends_on), _rolled(agreement, report_by_on)
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
        cure_ends_on=cure,
        report_by_on=report,
        cure_would_end_on=cure_ends_on if cure != cure_ends_on else None,
        report_would_be_by_on=report_by_on if report != report_by_on else None,
    )


def _rolled(agreement: Agreement, deadline: date) -> date:
    return deadline if agreement.business_days is None else rolled(agreement.business_days, deadline)


def _anchored_on(agreement: Agreement, milestone: Milestone, day_0: date, anchors: Anchors) -> date:
    match milestone.anchor:
        case None:
            return day_0
        case AtEnrolment():
            return anchors.enrolment()
        case AtMilestone(milestone=name):
            earlier = agreement.milestone(name)
            return shift(_anchored_on(agreement, earlier, day_0, anchors), earlier.due, agreement.month_end)
        case AtEvent(event=event):
            return anchors.event(event)
        case _:  # pragma: no cover
            assert_never(milestone.anchor)


def plan(document: Agreement | FollowUpPlan, day_0: date, anchors: Anchors | None = None) -> tuple[Obligation, ...]:
    """All obligations of a document for an infusion with that Day 0, by due date and name.

    A milestone whose anchor has not happened yet is left out.
    """
    match document:
        case Agreement():
            obligations = list(_milestones(document, day_0, anchors or Anchors()))
        case FollowUpPlan():
            obligations = [visit for recurring in document.visits for visit in _visits(document, recurring, day_0)]
        case _:  # pragma: no cover
            assert_never(document)
    return tuple(sorted(obligations, key=lambda obligation: (obligation.due_on, obligation.name)))


def _milestones(agreement: Agreement, day_0: date, anchors: Anchors) -> Iterator[Obligation]:
    for milestone in agreement.every_milestone:
        try:
            yield milestone_obligation(agreement, milestone, day_0, anchors)
        except NotAnchored:
            continue


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
