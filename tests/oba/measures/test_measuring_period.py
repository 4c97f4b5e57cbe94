"""Measuring periods adjoin, whatever the month ends."""

from datetime import date, timedelta
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from oba.dates import MonthEnd, shift_months
from oba.measures.measuring_period import period_span
from oba.schedule import Obligation, plan
from oba.terms.period import MonthsAfterDayZero, MonthsBeforeDue
from tests.support.agreements import an_agreement

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 12, 31))
CONVENTIONS = st.sampled_from(get_args(MonthEnd))


def due_after(day_0: date, months: int, month_end: MonthEnd) -> Obligation:
    (obligation,) = plan(an_agreement("a-1", "PAYER-1"), day_0)
    return obligation.model_copy(update={"due_on": shift_months(day_0, months, month_end)})


@given(DAYS, st.integers(1, 60), st.integers(1, 24), CONVENTIONS)
def test_the_period_before_one_milestone_begins_where_that_before_the_last_one_ended(
    day_0: date, months: int, length: int, month_end: MonthEnd
) -> None:
    length = min(length, months)
    earlier = due_after(day_0, months, month_end)
    later = due_after(day_0, months + length, month_end)
    period = MonthsBeforeDue(kind="months_before_due", months=length)
    assert period_span(period, later, month_end).first - period_span(period, earlier, month_end).last == timedelta(
        days=1
    )


@given(DAYS, st.integers(1, 60))
def test_all_months_before_a_due_date_begin_on_the_day_after_day_0(day_0: date, months: int) -> None:
    span = period_span(
        MonthsBeforeDue(kind="months_before_due", months=months), due_after(day_0, months, "clamp"), "clamp"
    )
    assert span.first == day_0 + timedelta(days=1)


@given(DAYS, st.integers(1, 40), st.integers(0, 20))
def test_months_named_from_day_0_and_from_the_due_date_are_the_same_days(day_0: date, first: int, more: int) -> None:
    after = MonthsAfterDayZero(kind="months_after_day_0", from_month=first, to_month=first + more)
    before = MonthsBeforeDue(kind="months_before_due", months=more + 1)
    obligation = due_after(day_0, first + more, "clamp")
    assert period_span(after, obligation, "clamp") == period_span(before, obligation, "clamp")
