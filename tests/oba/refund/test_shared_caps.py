"""Limits over several infusions: never above the limit, nobody above what is owed, and which year a day lies in."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oba.dates import Span
from oba.identity import derived_id
from oba.refund.shared_caps import Claim, shared_cap, year_of
from oba.terms.refund.caps import AggregateCap, CalendarYear, InfusionYear

FIRST = date(2024, 1, 1)


@st.composite
def claims(draw: st.DrawFn) -> tuple[Claim, ...]:
    def claim(number: int) -> Claim:
        owed = draw(st.integers(0, 10_000))
        return Claim(
            infusion_id=derived_id("test", "infusion", number),
            infused_on=FIRST + timedelta(days=draw(st.integers(0, 3))),
            dated_on=FIRST + timedelta(days=draw(st.integers(300, 303))),
            owed=owed,
            issued=draw(st.integers(0, owed)),
        )

    return tuple(claim(number) for number in range(draw(st.integers(0, 6))))


@st.composite
def caps(draw: st.DrawFn) -> AggregateCap:
    shared = {
        "by": draw(st.sampled_from(["in_date_order", "pro_rata"])),
        "date": "first_failure",
        "reopen": draw(st.booleans()),
    }
    cents = draw(st.integers(1, 30_000))
    amount = f"{cents // 100}.{cents % 100:02d}"
    return AggregateCap.model_validate({"kind": "aggregate", "clause": "9.4", "amount": amount, "shared": shared})


@given(caps(), claims())
def test_together_never_more_than_the_limit_and_nobody_more_than_is_owed(
    cap: AggregateCap, told: tuple[Claim, ...]
) -> None:
    granted = shared_cap(cap, told)
    kept = 0 if cap.shared.reopen else sum(claim.issued for claim in told)
    assert sum(granted.values()) <= max(cap.amount, kept)
    assert sum(granted.values()) >= min(cap.amount, sum(claim.owed for claim in told))
    for claim in told:
        assert 0 <= granted[claim.infusion_id] <= claim.owed
        assert cap.shared.reopen or granted[claim.infusion_id] >= claim.issued


@given(caps(), claims())
def test_the_order_in_which_infusions_are_told_is_irrelevant(cap: AggregateCap, told: tuple[Claim, ...]) -> None:
    assert shared_cap(cap, told) == shared_cap(cap, reversed(told))


@pytest.mark.parametrize(
    ("first_day", "day", "year"),
    [
        ("07-01", date(2027, 6, 30), Span(first=date(2026, 7, 1), last=date(2027, 6, 30))),
        ("07-01", date(2027, 7, 1), Span(first=date(2027, 7, 1), last=date(2028, 6, 30))),
        ("01-01", date(2027, 12, 31), Span(first=date(2027, 1, 1), last=date(2027, 12, 31))),
    ],
)
def test_a_calendar_year_begins_on_the_named_day(first_day: str, day: date, year: Span) -> None:
    assert year_of(CalendarYear(kind="calendar", first_day=first_day), FIRST, day) == year


@pytest.mark.parametrize(
    ("first_day", "day_0", "day", "year"),
    [
        ("day_0", date(2024, 2, 29), date(2025, 2, 27), Span(first=date(2024, 2, 29), last=date(2025, 2, 27))),
        ("day_0", date(2024, 2, 29), date(2025, 2, 28), Span(first=date(2025, 2, 28), last=date(2026, 2, 27))),
        ("day_0", date(2024, 2, 29), date(2028, 2, 29), Span(first=date(2028, 2, 29), last=date(2029, 2, 27))),
        (
            "day_after_day_0",
            date(2024, 1, 15),
            date(2025, 1, 15),
            Span(first=date(2024, 1, 16), last=date(2025, 1, 15)),
        ),
        (
            "day_after_day_0",
            date(2024, 1, 15),
            date(2025, 1, 16),
            Span(first=date(2025, 1, 16), last=date(2026, 1, 15)),
        ),
    ],
)
def test_an_infusion_year_runs_up_to_the_anniversary(first_day: str, day_0: date, day: date, year: Span) -> None:
    terms = InfusionYear.model_validate({"kind": "infusion", "first_day": first_day})
    assert year_of(terms, day_0, day) == year
