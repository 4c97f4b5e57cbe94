"""Intervals: what a comparator leaves possible, and laws that hold for every choice within it."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from statistics import median as plain_median
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oba.measures.interval import Interval, exactly, highest, lowest, mean, median, reported
from oba.measures.measured import shown, shown_interval
from oba.units import Comparator, Operator

NUMBERS = st.fractions(min_value=0, max_value=200, max_denominator=8)
COMPARATORS = st.sampled_from(get_args(Comparator))
OPERATORS = st.sampled_from(get_args(Operator))
RESULTS = st.tuples(COMPARATORS, NUMBERS.filter(lambda number: number > 0))
CHOICES: dict[str, tuple[Callable[[Sequence[Interval]], Interval], Callable[[Sequence[Fraction]], Fraction]]] = {
    "lowest": (lowest, min),
    "highest": (highest, max),
    "mean": (mean, lambda values: sum(values, Fraction(0)) / len(values)),
    "median": (median, lambda values: Fraction(plain_median(values))),
}
HOLDS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": lambda value, limit: value < limit,
    "<=": lambda value, limit: value <= limit,
    ">": lambda value, limit: value > limit,
    ">=": lambda value, limit: value >= limit,
}


def possible(comparator: Comparator, value: Fraction, share: Fraction) -> Fraction:
    """One of the values that a result leaves possible; a share of the way between its ends."""
    match comparator:
        case "":
            return value
        case "<":
            return value * share
        case "<=":
            return value * share if share < 1 else value
        case _:
            return value + (share if comparator == ">=" else share + Fraction(1, 1000)) * 100


SHARES = st.fractions(min_value=0, max_value=Fraction(99, 100), max_denominator=100)


@given(RESULTS, SHARES, OPERATORS, NUMBERS)
def test_a_decided_comparison_holds_for_every_possible_value(
    result: tuple[Comparator, Fraction], share: Fraction, operator: Operator, limit: Fraction
) -> None:
    verdict = reported(*result).compare(operator, limit)
    if verdict != "unknown":
        assert HOLDS[operator](possible(*result, share), limit) == (verdict == "true")


@given(NUMBERS, OPERATORS, NUMBERS)
def test_a_plain_number_is_always_decided(value: Fraction, operator: Operator, limit: Fraction) -> None:
    assert exactly(value).compare(operator, limit) == ("true" if HOLDS[operator](value, limit) else "false")


@given(RESULTS, OPERATORS, NUMBERS)
def test_an_open_comparison_can_be_decided_both_ways(
    result: tuple[Comparator, Fraction], operator: Operator, limit: Fraction
) -> None:
    if reported(*result).compare(operator, limit) == "unknown":
        comparator, value = result
        near = [limit + step for step in (Fraction(-1, 10**6), Fraction(0), Fraction(1, 10**6))]
        ends = [Fraction(0), value, value - Fraction(1, 10**6), value + Fraction(1, 10**6)]
        inside = [one for one in (*near, *ends) if one >= 0 and (comparator == "" or HOLDS[comparator](one, value))]
        assert {HOLDS[operator](one, limit) for one in inside} == {True, False}


@pytest.mark.parametrize("choice", CHOICES)
@given(values=st.lists(NUMBERS, min_size=1, max_size=7))
def test_of_plain_numbers_the_choice_is_the_plain_one(choice: str, values: list[Fraction]) -> None:
    of_intervals, of_numbers = CHOICES[choice]
    assert of_intervals([exactly(value) for value in values]) == exactly(of_numbers(values))


@pytest.mark.parametrize("choice", CHOICES)
@given(results=st.lists(st.tuples(RESULTS, SHARES), min_size=1, max_size=6), operator=OPERATORS, limit=NUMBERS)
def test_a_decided_choice_holds_whatever_the_results_really_were(
    choice: str, results: list[tuple[tuple[Comparator, Fraction], Fraction]], operator: Operator, limit: Fraction
) -> None:
    of_intervals, of_numbers = CHOICES[choice]
    verdict = of_intervals([reported(*result) for result, _ in results]).compare(operator, limit)
    really = of_numbers([possible(*result, share) for result, share in results])
    if verdict != "unknown":
        assert HOLDS[operator](really, limit) == (verdict == "true")


@given(st.lists(RESULTS, min_size=1, max_size=6))
def test_the_order_of_results_is_irrelevant(results: list[tuple[Comparator, Fraction]]) -> None:
    intervals = [reported(*result) for result in results]
    backwards = list(reversed(intervals))
    for of_intervals, _ in CHOICES.values():
        assert of_intervals(intervals) == of_intervals(backwards)


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (exactly(Fraction(13, 2)), "6.5"),
        (reported("<", Fraction(1)), "<1"),
        (reported("<=", Fraction(1)), "<=1"),
        (reported(">", Fraction(150)), ">150"),
        (reported(">=", Fraction(150)), ">=150"),
        (mean([exactly(Fraction(5)), reported("<", Fraction(1))]), "from 2.5 to 3"),
    ],
)
def test_an_interval_is_shown_as_it_was_reported(interval: Interval, text: str) -> None:
    assert shown_interval(interval) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(3), "3"),
        (Fraction(1, 3), "0.3333"),
        (Fraction(100), "100"),
        (Fraction(1, 20000), "0"),
        (Fraction(3, 20000), "0.0002"),
    ],
)
def test_a_number_is_shown_at_four_places_half_even(number: Fraction, text: str) -> None:
    assert shown(number) == text
