"""Checks of the times of milestones: anchors that lead to Day 0, ids, horizon, windows that have an end (C06-C09)."""

from collections.abc import Iterator
from datetime import date

from oba.dates import shift
from oba.problems import Problem
from oba.terms.agreement import Agreement
from oba.terms.anchor import AtMilestone
from oba.terms.milestone import Milestone
from oba.terms.window import OpenEnded

_SAMPLE_DAY_0 = (date(2026, 1, 15), date(2026, 8, 31), date(2028, 2, 29))


def _there_is_a_milestone(agreement: Agreement) -> Iterator[Problem]:
    if not agreement.every_milestone:
        yield _problem(
            "no-milestone", "the agreement has no milestone", "add one under milestones or recurring", "/milestones"
        )


def _members_of_series_have_their_own_names(agreement: Agreement) -> Iterator[Problem]:
    taken = {milestone.id for milestone in agreement.milestones}
    for place, series in enumerate(agreement.recurring):
        ids = {member.id for member in series.members()}
        if ids & taken:
            yield _problem(
                "milestone-twice",
                "a member of the series has the id of another milestone",
                "rename one",
                f"/recurring/{place}/id",
                series.clause,
            )
        taken |= ids


def _series_name_a_criterion(agreement: Agreement) -> Iterator[Problem]:
    for place, series in enumerate(agreement.recurring):
        if series.criterion not in agreement.criteria:
            yield _problem(
                "unknown-criterion",
                "the series names a criterion that the agreement does not have",
                f"add it under criteria, or name one of {', '.join(sorted(agreement.criteria))}",
                f"/recurring/{place}/criterion",
                series.clause,
            )


def _anchors_lead_to_day_0(agreement: Agreement) -> Iterator[Problem]:
    named = {milestone.id: milestone for milestone in agreement.every_milestone}
    for pointer, milestone in placed(agreement):
        if not isinstance(milestone.anchor, AtMilestone):
            continue
        if milestone.anchor.milestone not in named:
            yield _problem(
                "unknown-anchor",
                "the anchor names a milestone that the agreement does not have",
                "name one of its milestones",
                f"{pointer}/anchor/milestone",
                milestone.clause,
            )
        elif leads_in_a_circle(milestone, named):
            yield _problem(
                "cyclic-anchor",
                "the milestone is counted from itself, over the anchors of others",
                "let one of them count from the infusion",
                f"{pointer}/anchor/milestone",
                milestone.clause,
            )


def leads_in_a_circle(milestone: Milestone, named: dict[str, Milestone]) -> bool:
    """Whether the anchors of a milestone lead back to it or into another circle, and never to Day 0."""
    seen: set[str] = set()
    here: Milestone | None = milestone
    while here is not None and isinstance(here.anchor, AtMilestone):
        if here.id in seen:
            return True
        seen.add(here.id)
        here = named.get(here.anchor.milestone)
    return False


def _open_windows_have_a_horizon(agreement: Agreement) -> Iterator[Problem]:
    for pointer, milestone in placed(agreement):
        if isinstance(milestone.window, OpenEnded) and agreement.horizon is None:
            yield _problem(
                "no-horizon",
                "an open-ended window closes on the horizon, and the agreement names none",
                "name the horizon, such as {amount: 60, unit: months}",
                f"{pointer}/window",
                milestone.clause,
            )


def _milestones_lie_within_the_horizon(agreement: Agreement) -> Iterator[Problem]:
    if agreement.horizon is None:
        return
    for pointer, milestone in placed(agreement):
        if milestone.anchor is None and any(
            shift(day_0, milestone.due) > shift(day_0, agreement.horizon) for day_0 in _SAMPLE_DAY_0
        ):
            yield _problem(
                "beyond-horizon",
                "the milestone is due after the horizon of the agreement",
                "bring it forward, or lengthen the horizon",
                f"{pointer}/due",
                milestone.clause,
            )


def placed(agreement: Agreement) -> Iterator[tuple[str, Milestone]]:
    """Every milestone with its place in the document; the members of a series share the place of the series."""
    for place, milestone in enumerate(agreement.milestones):
        yield f"/milestones/{place}", milestone
    for place, series in enumerate(agreement.recurring):
        for member in series.members():
            yield f"/recurring/{place}", member


CHECKS = (
    _there_is_a_milestone,
    _members_of_series_have_their_own_names,
    _series_name_a_criterion,
    _anchors_lead_to_day_0,
    _open_windows_have_a_horizon,
    _milestones_lie_within_the_horizon,
)


def _problem(code: str, message: str, remedy: str, pointer: str, clause: str | None = None) -> Problem:
    return Problem(code=code, message=message, remedy=remedy, pointer=pointer, clause=clause)
