"""The days that a rate is measured over. Adjoining periods share no day (settled B1)."""

from datetime import date, timedelta
from typing import assert_never

from oba.dates import MonthEnd, Span, months_span, shift_months
from oba.schedule import Obligation
from oba.terms.period import MonthsAfterDayZero, MonthsBeforeDue, Period


def period_span(period: Period, obligation: Obligation, month_end: MonthEnd) -> Span:
    """The measuring period of a milestone as a closed span of local dates."""
    day_0, due_on = obligation.day_0, obligation.due_on
    match period:
        case MonthsAfterDayZero():
            return months_span(day_0, period.from_month, period.to_month, month_end)
        case MonthsBeforeDue():
            whole = _whole_months(day_0, due_on, month_end)
            if whole is None:
                return Span(first=shift_months(due_on, -period.months, month_end) + timedelta(days=1), last=due_on)
            return months_span(day_0, whole - period.months + 1, whole, month_end)
        case _:  # pragma: no cover
            assert_never(period)


def _whole_months(day_0: date, due_on: date, month_end: MonthEnd) -> int | None:
    """How many months after Day 0 a milestone is due; None where its due date is counted in days.

    Months are counted from Day 0, never back from a due date that a month end has moved.
    """
    calendar_months = 12 * (due_on.year - day_0.year) + due_on.month - day_0.month
    for months in (calendar_months, calendar_months - 1):
        if shift_months(day_0, months, month_end) == due_on:
            return months
    return None
