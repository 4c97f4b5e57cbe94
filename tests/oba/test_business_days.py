"""How deadlines move off weekends and holidays."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oba.business_days import is_business_day, rolled
from oba.terms.business_days import BusinessDays, Rolling


def terms(rule: Rolling, *holidays: str) -> BusinessDays:
    return BusinessDays.model_validate(
        {
            "clause": "1.4",
            "calendar": "invented",
            "weekend": ["saturday", "sunday"],
            "holidays": list(holidays),
            "rule": rule,
        }
    )


@pytest.mark.parametrize(
    ("rule", "day", "expected"),
    [
        ("following", "2027-02-20", "2027-02-22"),
        ("preceding", "2027-02-20", "2027-02-19"),
        ("modified_following", "2027-02-20", "2027-02-22"),
        ("modified_following", "2027-02-28", "2027-02-26"),
        ("following", "2027-02-28", "2027-03-01"),
        ("following", "2027-02-19", "2027-02-19"),
    ],
)
def test_a_deadline_moves_as_the_rule_says(rule: Rolling, day: str, expected: str) -> None:
    assert rolled(terms(rule), date.fromisoformat(day)) == date.fromisoformat(expected)


@given(day=st.dates(date(2020, 1, 1), date(2040, 1, 1)), rule=st.sampled_from(["following", "preceding"]))
def test_a_moved_deadline_is_a_business_day_and_none_lies_between(day: date, rule: Rolling) -> None:
    calendar = terms(rule, "2027-02-22", "2028-01-03")
    moved = rolled(calendar, day)
    first, last = sorted((day, moved))
    between = [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]
    assert is_business_day(calendar, moved)
    assert all(not is_business_day(calendar, one) for one in between if one != moved)
