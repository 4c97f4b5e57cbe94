"""What the rules of settlement refuse, and where no vector leads."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oba.settlement.interest import interest
from oba.settlement.payments import OpenAmount, Payment, allocate
from oba.settlement.population import EmptyPopulation, Member, population
from oba.terms.settlement.invoicing import Interest
from oba.terms.settlement.population import ExpenditureCap

RATES = Interest.model_validate(
    {
        "clause": "10.3",
        "day_count": "actual_365",
        "on_disputed": "none",
        "rates": [{"from_day": "2027-01-01", "percent_per_year": "5"}],
    }
)
DAYS = st.dates(date(2027, 1, 1), date(2030, 12, 31))


def test_a_day_without_a_rate_is_an_error_and_bears_nothing_in_silence() -> None:
    with pytest.raises(ValueError, match="no rate is named for the first day"):
        interest(RATES, 100, due_on=date(2026, 12, 30), paid_on=date(2027, 2, 1), rounding="half_even")


@given(st.integers(0, 10**12), DAYS, DAYS)
def test_interest_never_shrinks_with_the_days_and_is_nothing_in_time(cents: int, one: date, other: date) -> None:
    due_on, paid_on = sorted((one, other))
    charge = interest(RATES, cents, due_on=due_on, paid_on=paid_on, rounding="half_even").cents
    assert charge >= 0
    assert interest(RATES, cents, due_on=paid_on, paid_on=due_on, rounding="half_even").cents == 0


def test_a_cap_on_the_expenditure_for_nobody_is_an_error() -> None:
    content = {"kind": "expenditure_cap", "clause": "14.4", "cut_off_on": "2027-12-31", "total": "1.00"}
    rule = ExpenditureCap.model_validate_json(json.dumps(content))
    later = Member("a", date(2028, 1, 1), "met", None, 100)
    with pytest.raises(EmptyPopulation):
        population(rule, [later], "half_even")


@given(st.lists(st.integers(0, 10_000), max_size=6), st.lists(st.integers(0, 10_000), max_size=6))
def test_all_money_that_came_is_settled_or_a_credit(due: list[int], paid: list[int]) -> None:
    amounts = [OpenAmount("S", date(2027, 1, 1 + place), cents) for place, cents in enumerate(due)]
    payments = [Payment("P", str(place), ("S",), cents) for place, cents in enumerate(paid)]
    found = allocate(amounts, payments)
    assert sum(found.settled.values()) + found.credit == sum(paid)
    assert sum(found.settled.values()) <= sum(due)
