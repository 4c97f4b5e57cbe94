"""Simple interest on money that is paid late: each day at its own rate, one rounding for a charge (settled G3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from oba.dates import LAST_DAY
from oba.money import Rounding, round_fraction, write_amount_for_reading
from oba.terms.settlement.invoicing import DayCountRule, Interest


@dataclass(frozen=True)
class Charge:
    """Interest in cents, and the formula with the numbers put in."""

    cents: int
    formula: str


@dataclass(frozen=True)
class _Stretch:
    """Days at one rate, as a part of a year."""

    days: int
    percent: Decimal
    years: Fraction


def interest(terms: Interest, principal: int, *, due_on: date, paid_on: date, rounding: Rounding) -> Charge:
    """What an amount bears from the day after it was due to the day of payment; nothing where it was paid in time.

    ValueError where no rate is named for a day that bears interest.
    """
    if paid_on <= due_on:
        return Charge(0, "paid in time")
    stretches = tuple(_stretches(terms, due_on + timedelta(days=1), paid_on))
    exact = sum((principal * Fraction(one.percent) / 100 * one.years for one in stretches), Fraction(0))
    said = " + ".join(f"{one.percent} % x {one.days} days" for one in stretches)
    formula = f"{write_amount_for_reading(principal)} x ({said}), {terms.day_count.replace('_', '/')}"
    return Charge(round_fraction(exact, rounding), formula)


def disputed_from(terms: Interest, *, due_on: date, resolved_on: date, upheld: bool) -> date | None:
    """From when the disputed part bears interest; never where it was rightly disputed (settled G2)."""
    if upheld:
        return None
    match terms.on_disputed:
        case "from_due":
            return due_on
        case "from_resolution":
            return resolved_on
        case "none":
            return None
        case _:  # pragma: no cover
            assert_never(terms.on_disputed)


def _stretches(terms: Interest, first: date, last: date) -> Iterator[_Stretch]:
    if first < terms.rates[0].from_day:
        raise ValueError("no rate is named for the first day that bears interest; name one from an earlier day on")
    begins = [rate.from_day for rate in terms.rates[1:]] + [LAST_DAY]
    for rate, next_begins in zip(terms.rates, begins, strict=True):
        one, other = max(first, rate.from_day), min(last, next_begins - timedelta(days=1))
        if one <= other:
            days = (other - one).days + 1
            yield _Stretch(days, rate.percent_per_year, _years(terms.day_count, one, other))


def _years(rule: DayCountRule, first: date, last: date) -> Fraction:
    """The closed span as a part of a year."""
    days = (last - first).days + 1
    match rule:
        case "actual_365":
            return Fraction(days, 365)
        case "actual_360":
            return Fraction(days, 360)
        case "actual_actual":
            return sum(
                (Fraction(*_in_year(year, first, last)) for year in range(first.year, last.year + 1)), Fraction(0)
            )
        case "thirty_360":
            return Fraction(_thirty(first - timedelta(days=1), last), 360)
        case _:  # pragma: no cover
            assert_never(rule)


def _in_year(year: int, first: date, last: date) -> tuple[int, int]:
    """How many of the days lie in a year, and how many days the year has."""
    begins, ends = date(year, 1, 1), date(year, 12, 31)
    return (min(last, ends) - max(first, begins)).days + 1, (ends - begins).days + 1


def _thirty(start: date, end: date) -> int:
    """Days between two days where every month has thirty; the 31st counts as the 30th."""
    one, other = min(start.day, 30), min(end.day, 30)
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + other - one
