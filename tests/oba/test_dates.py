"""Local dates, instants, and agreed distances in time."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from oba.dates import (
    FIRST_DAY,
    LAST_DAY,
    Day,
    Instant,
    Moment,
    MonthEnd,
    Offset,
    Span,
    months_span,
    plain,
    read_day,
    read_instant,
    shift,
    shift_months,
    start_of_day_utc,
    write_instant,
)

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2060, 12, 31))


class Noted(BaseModel):
    on: Day
    at: Instant | None = None


def test_a_day_is_read_as_it_is_written() -> None:
    assert read_day("2026-01-15") == date(2026, 1, 15)
    assert read_day(date(2026, 1, 15)) == date(2026, 1, 15)


@pytest.mark.parametrize(
    "wrong",
    [
        "2026-02-30", "2026-13-01", "26-01-15", "15.01.2026", "2026-01-15T00:00:00Z", "20260115", "", " 2026-01-15",
        "\u0662026-01-15", 20260115, 1.5, None, True, datetime(2026, 1, 15, tzinfo=UTC), "1899-12-31", "2200-01-01",
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="day"):
        read_day(wrong)


def test_the_first_and_the_last_day_belong_to_the_calendar() -> None:
    assert read_day(FIRST_DAY.isoformat()) == FIRST_DAY
    assert read_day(LAST_DAY.isoformat()) == LAST_DAY


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-01-15T10:00:00-06:00", "2026-01-15T10:00:00-06:00"),
        ("2026-01-15T10:00Z", "2026-01-15T10:00:00Z"),
        ("2026-01-15T10:00:00.123456+05:30", "2026-01-15T10:00:00.123456+05:30"),
        ("2026-01-15T10:00:00+00:00", "2026-01-15T10:00:00Z"),
    ],
)
def test_an_instant_keeps_the_offset_that_it_was_given_with(text: str, written: str) -> None:
    assert write_instant(read_instant(text)) == written


@pytest.mark.parametrize(
    "wrong",
    [
        "2026-01-15T10:00:00", "2026-01-15", "2026-01-15 10:00:00Z", "2026-01-15T24:00:00Z", "2026-01-15T10:00:60Z",
        "2026-02-30T10:00:00Z", "2026-01-15T10:00:00+15:00", "2026-01-15T10:00:00-14:01", "1899-12-31T23:00:00Z",
        "2199-12-31T23:00:00Z", 1_700_000_000, None, date(2026, 1, 15), datetime(2026, 1, 15, 10),  # noqa: DTZ001
    ],
)  # fmt: skip
def test_what_is_no_instant_with_an_offset_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"instant|offset"):
        read_instant(wrong)


def test_the_widest_offsets_are_taken() -> None:
    assert read_instant("2026-01-15T10:00:00+14:00").utcoffset() == timedelta(hours=14)
    assert read_instant(datetime(2026, 1, 15, 10, tzinfo=timezone(-timedelta(hours=14)))).hour == 10


def test_between_two_instants_of_a_named_zone_hours_are_counted_and_not_clock_readings() -> None:
    chicago = ZoneInfo("America/Chicago")
    before, after = (read_instant(datetime(2027, 3, day, 8, tzinfo=chicago)) for day in (10, 15))
    assert after - before == timedelta(hours=119)
    assert (write_instant(before), write_instant(after)) == ("2027-03-10T08:00:00-06:00", "2027-03-15T08:00:00-05:00")


def test_days_and_instants_go_out_as_they_came_in() -> None:
    noted = Noted.model_validate({"on": "2026-01-15", "at": "2026-01-15T10:00:00-06:00"})
    assert noted.model_dump(mode="json") == {"on": "2026-01-15", "at": "2026-01-15T10:00:00-06:00"}
    assert Noted.model_validate_json(noted.model_dump_json()) == noted


def test_a_day_in_a_model_is_never_a_number() -> None:
    with pytest.raises(ValidationError):
        Noted.model_validate({"on": 20260115})


def test_people_read_days_and_instants_as_documents_write_them() -> None:
    assert plain(date(2026, 1, 15)) == "2026-01-15"
    assert plain(datetime(2026, 1, 15, 10, tzinfo=UTC)) == "2026-01-15T10:00:00Z"


@pytest.mark.parametrize("amount", [-1, 36_526])
def test_an_offset_has_sense_and_measure(amount: int) -> None:
    with pytest.raises(ValidationError, match="0 to 36525"):
        Offset(amount=amount, unit="days")


def test_an_offset_is_a_whole_number_and_not_a_text() -> None:
    with pytest.raises(ValidationError):
        Offset.model_validate({"amount": "3", "unit": "months"})


def test_units_are_never_converted_into_each_other() -> None:
    day = date(2027, 3, 1)
    assert shift(day, Offset(amount=365, unit="days")) == date(2028, 2, 29)
    assert shift(day, Offset(amount=52, unit="weeks")) == date(2028, 2, 28)
    assert shift(day, Offset(amount=12, unit="months")) == date(2028, 3, 1)
    assert shift(day, Offset(amount=1, unit="years")) == date(2028, 3, 1)


def test_a_span_holds_both_ends() -> None:
    span = Span(first=date(2026, 1, 1), last=date(2026, 1, 3))
    assert span.days == 3
    assert [date(2026, 1, number) in span for number in (1, 3, 4)] == [True, True, False]
    assert date(2025, 12, 31) not in span


def test_a_span_that_ends_before_it_begins_has_no_days() -> None:
    assert Span(first=date(2026, 1, 3), last=date(2026, 1, 1)).days == 0


@given(DAYS, st.integers(0, 240), st.sampled_from(get_args(MonthEnd)))
def test_a_later_month_is_never_due_before_an_earlier_one(day: date, months: int, month_end: MonthEnd) -> None:
    assert shift_months(day, months, month_end) < shift_months(day, months + 1, month_end)


@given(DAYS, st.integers(0, 240))
def test_the_two_conventions_differ_by_a_day_and_only_where_the_day_is_missing(day: date, months: int) -> None:
    clamped, next_first = shift_months(day, months), shift_months(day, months, "next_first_of_month")
    assert next_first - clamped == (timedelta(0) if clamped.day == day.day else timedelta(days=1))


@given(DAYS, st.integers(1, 120), st.integers(0, 24))
def test_adjoining_periods_share_no_day_and_leave_none_out(day_0: date, first: int, length: int) -> None:
    earlier = months_span(day_0, first, first + length)
    later = months_span(day_0, first + length + 1, first + 2 * length + 1)
    assert later.first - earlier.last == timedelta(days=1)


@given(DAYS)
def test_the_first_instant_of_a_day_orders_like_the_day(day: date) -> None:
    assert start_of_day_utc(day) < start_of_day_utc(day + timedelta(days=1))
    assert start_of_day_utc(day).date() == day


def test_a_moment_is_an_instant_on_its_own_day() -> None:
    with pytest.raises(ValueError, match="contradict"):
        Moment(on=date(2026, 1, 15), at=datetime(2026, 1, 16, 0, 30, tzinfo=UTC))
    assert Moment(on=date(2026, 1, 16), at=datetime(2026, 1, 16, 0, 30, tzinfo=UTC)).on == date(2026, 1, 16)
