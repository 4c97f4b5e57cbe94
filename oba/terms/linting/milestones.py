"""Checks of milestones: names, criteria, and windows that contain their due date and share no day (C06, C07)."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import assert_never

from oba.dates import Span, shift
from oba.problems import Problem
from oba.terms.agreement import Agreement
from oba.terms.anchor import AtMilestone
from oba.terms.changing import read_as
from oba.terms.linting.timing import leads_in_a_circle, placed
from oba.terms.milestone import Milestone
from oba.terms.window import AroundDue, OpenEnded, RangeFromAnchor

_SAMPLE_ANCHORS = (date(2026, 1, 15), date(2026, 8, 31), date(2028, 2, 29))


def _milestones_have_their_own_names(agreement: Agreement) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, milestone in enumerate(agreement.milestones):
        if milestone.id in seen:
            yield _problem(
                "milestone-twice",
                "two milestones have the same id",
                "rename one",
                f"/milestones/{place}/id",
                milestone.clause,
            )
        seen.add(milestone.id)


def _milestones_name_a_criterion(agreement: Agreement) -> Iterator[Problem]:
    for place, milestone in enumerate(agreement.milestones):
        if milestone.criterion not in agreement.criteria:
            yield _problem(
                "unknown-criterion",
                "the milestone names a criterion that the agreement does not have",
                f"add it under criteria, or name one of {', '.join(sorted(agreement.criteria))}",
                f"/milestones/{place}/criterion",
                milestone.clause,
            )


def _criteria_are_used(agreement: Agreement) -> Iterator[Problem]:
    used = {milestone.criterion for one in _readings(agreement) for milestone in one.every_milestone}
    for name in agreement.criteria:
        if name not in used:
            yield _problem(
                "unused-criterion",
                "no milestone names this criterion, under any reading",
                "remove it, or use it",
                f"/criteria/{name}",
                None,
            )


def _readings(agreement: Agreement) -> Iterator[Agreement]:
    """The agreement as it is written, and as each of its readings that fits has it (C52)."""
    yield agreement
    for ambiguity in agreement.ambiguities:
        for reading in ambiguity.readings:
            read = read_as(agreement, reading)
            if isinstance(read, Agreement):
                yield read


def _windows_contain_their_due_date(agreement: Agreement) -> Iterator[Problem]:
    told: set[str] = set()
    for pointer, milestone in placed(agreement):
        spans = _spans(agreement, milestone)
        if pointer not in told and any(span.days == 0 or due_on not in span for due_on, span in spans):
            told.add(pointer)
            yield _problem(
                "window-without-due-date",
                "the window ends before it begins, or does not contain the due date",
                "correct its edges",
                f"{pointer}/window",
                milestone.clause,
            )


def _windows_do_not_overlap(agreement: Agreement) -> Iterator[Problem]:
    """Of a series the first pair of windows that share days is told, of single milestones every pair."""
    if agreement.shared_results is not None:
        return
    every = [(pointer, one, _spans(agreement, one)) for pointer, one in placed(agreement)]
    told: set[str] = set()
    for place, (pointer, later, spans) in enumerate(every):
        for _, earlier, others in every[:place]:
            shared = any(_overlap(one, other) for (_, one), (_, other) in zip(others, spans, strict=False))
            if shared and pointer not in told:
                told |= {pointer} if pointer.startswith("/recurring") else set()
                yield _problem(
                    "overlapping-windows",
                    f"the windows of {earlier.id} and {later.id} share days, and no owner is named",
                    "narrow one of the windows, or say under shared_results whose a result is that lies in both",
                    f"{pointer}/window",
                    later.clause,
                )


def _spans(agreement: Agreement, milestone: Milestone) -> list[tuple[date, Span]]:
    """Due date and window for each sample Day 0; none where the anchors lead in a circle or to no milestone."""
    named = {one.id: one for one in agreement.every_milestone}
    if leads_in_a_circle(milestone, named):
        return []
    found: list[tuple[date, Span]] = []
    for day_0 in _SAMPLE_ANCHORS:
        anchor = _anchored_on(agreement, milestone, named, day_0)
        if anchor is not None:
            due_on = shift(anchor, milestone.due, agreement.month_end)
            found.append((due_on, _span(agreement, milestone, anchor, due_on)))
    return found


def _anchored_on(agreement: Agreement, milestone: Milestone, named: dict[str, Milestone], day_0: date) -> date | None:
    """What the milestone is counted from; enrolment and events are looked at as if they fell on Day 0."""
    if not isinstance(milestone.anchor, AtMilestone):
        return day_0
    earlier = named.get(milestone.anchor.milestone)
    anchor = _anchored_on(agreement, earlier, named, day_0) if earlier is not None else None
    return None if earlier is None or anchor is None else shift(anchor, earlier.due, agreement.month_end)


def _span(agreement: Agreement, milestone: Milestone, anchor: date, due_on: date) -> Span:
    """The window for a sample anchor; one that is open-ended is looked at up to its due date."""
    window = milestone.window
    match window:
        case AroundDue():
            first, last = due_on - timedelta(days=window.before_days), due_on + timedelta(days=window.after_days)
        case RangeFromAnchor():
            first = shift(anchor, window.opens, agreement.month_end)
            last = shift(anchor, window.closes, agreement.month_end)
        case OpenEnded():
            return Span(first=shift(anchor, window.opens, agreement.month_end), last=due_on)
        case _:  # pragma: no cover
            assert_never(window)
    return Span(first=first, last=last if window.end == "closed" else last - timedelta(days=1))


def _overlap(one: Span, other: Span) -> bool:
    return one.first <= other.last and other.first <= one.last


CHECKS: tuple[Callable[[Agreement], Iterator[Problem]], ...] = (
    _milestones_have_their_own_names,
    _milestones_name_a_criterion,
    _criteria_are_used,
    _windows_contain_their_due_date,
    _windows_do_not_overlap,
)


def _problem(code: str, message: str, remedy: str, pointer: str, clause: str | None) -> Problem:
    return Problem(code=code, message=message, remedy=remedy, pointer=pointer, clause=clause)
