"""The exact interval against an oracle of its own: rational bounds of the exponential, with no decimal number in it."""

from fractions import Fraction
from math import factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oba.measures.garwood import LABEL, expected_count, yearly_interval

TAIL = Fraction(25, 1000)
LAST_PLACE = Fraction(1, 10**20)
COUNTS = st.integers(0, 150)


def exponential(power: Fraction) -> tuple[Fraction, Fraction]:
    """Two fractions with e to the power between them: the power series, and what its rest can be at most."""
    terms = 40 + 6 * int(power)
    total, term = Fraction(0), Fraction(1)
    for number in range(terms):
        total += term
        term = term * power / (number + 1)
    return total, total + 2 * term


def poisson_sum(most: int, mean: Fraction) -> Fraction:
    """The Poisson sum before it is divided by e to the mean."""
    return sum((mean**number / factorial(number) for number in range(most + 1)), Fraction(0))


def surely_above(most: int, mean: Fraction, share: Fraction) -> bool:
    """Whether at most `most` events have surely more than this probability."""
    return poisson_sum(most, mean) > share * exponential(mean)[1]


def surely_below(most: int, mean: Fraction, share: Fraction) -> bool:
    """Whether at most `most` events have surely less than this probability."""
    return poisson_sum(most, mean) < share * exponential(mean)[0]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 20))
def test_the_upper_limit_is_where_so_few_events_become_surprising(events: int) -> None:
    upper = Fraction(expected_count(events)[1])
    assert surely_above(events, upper - LAST_PLACE, TAIL)
    assert surely_below(events, upper + 2 * LAST_PLACE, TAIL)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 20))
def test_the_lower_limit_is_where_so_many_events_become_surprising(events: int) -> None:
    lower = Fraction(expected_count(events)[0])
    assert surely_above(events - 1, lower - LAST_PLACE, 1 - TAIL)
    assert surely_below(events - 1, lower + 2 * LAST_PLACE, 1 - TAIL)


@given(COUNTS)
def test_the_count_itself_lies_between_its_limits(events: int) -> None:
    low, high = expected_count(events)
    assert low < high
    assert low <= events < high


@given(COUNTS)
def test_more_events_have_higher_limits(events: int) -> None:
    low, high = expected_count(events)
    next_low, next_high = expected_count(events + 1)
    assert low < next_low
    assert high < next_high


@given(COUNTS, st.integers(1, 4000), st.integers(1, 4000))
def test_a_rate_over_more_days_is_known_more_narrowly(events: int, days: int, more: int) -> None:
    low, high = yearly_interval(events, Fraction(days), Fraction(365))
    later_low, later_high = yearly_interval(events, Fraction(days + more), Fraction(365))
    assert later_high - later_low < high - low


@pytest.mark.parametrize("events", [0, 1, 5, 400])
def test_a_limit_has_twenty_places_and_no_more(events: int) -> None:
    assert all(limit.as_tuple().exponent in (0, -20) for limit in expected_count(events))


def test_no_events_have_no_lower_limit() -> None:
    assert expected_count(0)[0] == 0


def test_the_interval_says_what_it_ignores() -> None:
    assert LABEL == "Poisson, ignores between-patient variation"
