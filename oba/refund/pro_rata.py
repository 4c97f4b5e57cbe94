"""The share of the base that belongs to time not elapsed when the response is lost (C25, settled F3)."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import assert_never

from oba.dates import shift_months
from oba.determination.determination import RefundLine
from oba.problems import Problem
from oba.refund.counted import Counted, counted
from oba.refund.elapsed import elapsed
from oba.refund.exact import percent_of_base
from oba.refund.failure import Failure
from oba.refund.failure_line import failure_line
from oba.refund.ground import Ground
from oba.refund.refused import Lines, gathered
from oba.terms.refund.pro_rata import ProRata


@dataclass(frozen=True)
class Time:
    """How much of the whole has elapsed, in units of the granularity, and the words that say so."""

    elapsed: Fraction
    whole: Fraction
    words: str


def pro_rata(terms: ProRata, ground: Ground) -> Lines:
    """One line for each failure, nothing once the period has ended."""
    return gathered(_line(terms, failure, ground) for failure in ground.failures)


def _line(terms: ProRata, failure: Failure, ground: Ground) -> RefundLine | Problem | None:
    day = counted(terms.clause, terms.date, failure, ground)
    if isinstance(day, Problem):
        return day
    time = _time(terms, day)
    if time.elapsed >= time.whole:
        return None
    share, words = _share(terms, time)
    exact = percent_of_base(ground.base, terms.percent).times(share, str(share))
    return failure_line("pro_rata", terms, failure, ground, exact, f"; {day.words}: {time.words}{words}")


def _time(terms: ProRata, day: Counted) -> Time:
    """An inclusive end is one day more in the whole, and so in what remains."""
    end = shift_months(day.day_0, terms.over_months)
    last = 1 if terms.end == "inclusive" else 0
    if terms.granularity == "day":
        gone, whole = (day.on - day.day_0).days, (end - day.day_0).days + last
        return Time(Fraction(gone), Fraction(whole), f"{gone} of {whole} days have elapsed")
    units, unit = (12, "years") if terms.granularity == "year" else (1, "months")
    gone_by, days_of_last = elapsed(day.day_0, day.on), elapsed(day.day_0, end).days_of_month
    whole_of = (terms.over_months + Fraction(last, days_of_last)) / units
    last_words = f" and the last day, 1 of {days_of_last}," if last else ""
    words = f"{gone_by} of {terms.over_months} months{last_words} have elapsed"
    return Time(gone_by.exact / units, whole_of, f"{words}, counted in {unit}")


def _share(terms: ProRata, time: Time) -> tuple[Fraction, str]:
    """The share that has not elapsed; on Day 0 all of it in every convention (fixture F11)."""
    if time.elapsed == 0:
        return Fraction(1), ""
    remaining = time.whole - time.elapsed
    match terms.counts:
        case "elapsed":
            number = _rounded(terms, time.elapsed)
            left = time.whole - number
        case "remaining":
            number = left = _rounded(terms, remaining)
        case _:  # pragma: no cover
            assert_never(terms.counts)
    share = min(Fraction(1), left / time.whole)
    return share, f"; {terms.counts} is {_written(number)} of {_written(time.whole)}{_how(terms)}"


def _rounded(terms: ProRata, number: Fraction) -> Fraction:
    match terms.partial:
        case "exact":
            return number
        case "up":
            return Fraction(ceil(number))
        case "down":
            return Fraction(floor(number))
        case _:  # pragma: no cover
            assert_never(terms.partial)


def _how(terms: ProRata) -> str:
    return "" if terms.partial == "exact" else f", a part counted {terms.partial}"


def _written(number: Fraction) -> str:
    """A number with its part: 29, or 29 16/31."""
    whole, part = divmod(number, 1)
    return f"{whole}" if part == 0 else f"{whole} {part}"
