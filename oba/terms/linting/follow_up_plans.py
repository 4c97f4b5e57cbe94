"""Checks of follow-up plans: visits in one unit that end after they begin, alerts that are off (decided point 15)."""

from collections.abc import Callable, Iterator
from datetime import date

from oba.dates import shift
from oba.problems import Problem
from oba.terms.follow_up_plan import FollowUpPlan

_SAMPLE_DAY_0 = (date(2026, 1, 15), date(2026, 8, 31), date(2028, 2, 29))


def _visits_repeat_in_one_unit(plan: FollowUpPlan) -> Iterator[Problem]:
    for place, visit in enumerate(plan.visits):
        if visit.first.unit != visit.every.unit or visit.every.amount < 1:
            yield _problem(
                "visit-unit",
                "first and every have different units, or every is zero",
                "write both in one unit, such as weeks; units are never converted",
                f"/visits/{place}/every",
                visit.clause,
            )


def _alerts_are_switched_off(plan: FollowUpPlan) -> Iterator[Problem]:
    for place, alert in enumerate(plan.alerts):
        if alert.switched_on and alert.tag in ("R", "D"):
            yield _problem(
                "unverified-alert",
                "an alert that rests on an unverified figure is switched on",
                "switch it off, or verify the figure and change its tag",
                f"/alerts/{place}/switched_on",
                alert.clause,
            )


def _visits_end_after_they_begin(plan: FollowUpPlan) -> Iterator[Problem]:
    for place, visit in enumerate(plan.visits):
        if all(shift(day_0, visit.last) < shift(day_0, visit.first) for day_0 in _SAMPLE_DAY_0):
            yield _problem(
                "visit-never-due",
                "the last day of the visits lies before the first",
                "let the visits end after they begin",
                f"/visits/{place}/last",
                visit.clause,
            )


CHECKS: tuple[Callable[[FollowUpPlan], Iterator[Problem]], ...] = (
    _visits_repeat_in_one_unit,
    _visits_end_after_they_begin,
    _alerts_are_switched_off,
)


def _problem(code: str, message: str, remedy: str, pointer: str, clause: str | None) -> Problem:
    return Problem(code=code, message=message, remedy=remedy, pointer=pointer, clause=clause)
