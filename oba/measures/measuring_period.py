"""The days that a rate is measured over. Adjoining periods share no day (settled B1)."""

from datetime import date, timedelta
from typing import assert_never

from oba.dates import MonthEnd, Span, months_span, shift_months
from oba.schedule import Obligation
from oba.terms.period import MonthsAfterDayZero, MonthsBeforeDue, Period

_CONVENTIONS: tuple[MonthEnd, ...] = ("clamp", "next_first_of_month")


def period_span(period: Period, obligation: Obligation) -> Span:
    """The measuring period of a milestone as a closed span of local dates."""
    match period:
        case MonthsAfterDayZero():
            return months_span(obligation.day_0, period.from_month, period.to_month)
        case MonthsBeforeDue():
            return _before_due(obligation.day_0, obligation.due_on, period.months)
        case _:  # pragma: no cover
            assert_never(period)


def _before_due(day_0: date, due_on: date, months: int) -> Span:
    """The months are counted from Day 0, never back from a clamped due date; from a due date in days there is no other
    way.
    """
    calendar_months = 12 * (due_on.year - day_0.year) + due_on.month - day_0.month
    for month_end in _CONVENTIONS:
        for whole in (calendar_months, calendar_months - 1):
            if shift_months(day_0, whole, month_end) == due_on:
                return Span(first=shift_months(day_0, whole - months, month_end) + timedelta(days=1), last=due_on)
    return Span(first=shift_months(due_on, -months) + timedelta(days=1), last=due_on)
