"""Values as intervals, so that `<1` and `>150` are compared without pretending to be numbers (settled
C3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from oba.trace import Verdict
from oba.units import Comparator, Operator

Bound = tuple[Fraction, int]
"""A number and on which side of it the values lie: -1 just below, 0 the number itself, +1 just above."""


@dataclass(frozen=True)
class Interval:
    """The values that a result leaves possible, from `low` to `high`; `high` None is without upper end."""

    low: Bound
    high: Bound | None

    def compare(self, operator: Operator, threshold: Fraction) -> Verdict:
        """True or false where all possible values agree, unknown where the comparison is left open (settled C3)."""
        at_low = _holds(self.low, operator, threshold)
        at_high = operator in (">", ">=") if self.high is None else _holds(self.high, operator, threshold)
        if at_low != at_high:
            return "unknown"
        return "true" if at_low else "false"


def exactly(value: Fraction) -> Interval:
    """The interval of a plain number."""
    return Interval(low=(value, 0), high=(value, 0))


def reported(comparator: Comparator, value: Fraction) -> Interval:
    """The interval of a result that is never negative: `<1` is from 0 up to but not 1."""
    match comparator:
        case "":
            return exactly(value)
        case "<":
            return Interval(low=(Fraction(0), 0), high=(value, -1))
        case "<=":
            return Interval(low=(Fraction(0), 0), high=(value, 0))
        case ">":
            return Interval(low=(value, 1), high=None)
        case ">=":
            return Interval(low=(value, 0), high=None)
        case _:  # pragma: no cover
            assert_never(comparator)


def lowest(values: Sequence[Interval]) -> Interval:
    """The interval of the lowest of several results, end by end."""
    highs = [value.high for value in values if value.high is not None]
    return Interval(low=min(value.low for value in values), high=min(highs) if highs else None)


def highest(values: Sequence[Interval]) -> Interval:
    """The interval of the highest of several results, end by end."""
    highs = [value.high for value in values]
    return Interval(
        low=max(value.low for value in values), high=None if None in highs else max(high for high in highs if high)
    )


def mean(values: Sequence[Interval]) -> Interval:
    """The interval of the mean; one open end leaves the mean open."""
    return Interval(low=_mean([value.low for value in values]), high=_mean_high([value.high for value in values]))


def median(values: Sequence[Interval]) -> Interval:
    """The interval of the median; of an even number it is the mean of the middle two (settled C3)."""
    lows = sorted(value.low for value in values)
    highs = sorted((value.high for value in values), key=lambda high: (high is None, high or (Fraction(0), 0)))
    middle = slice((len(values) - 1) // 2, len(values) // 2 + 1)
    return Interval(low=_mean(lows[middle]), high=_mean_high(highs[middle]))


def _mean(bounds: Sequence[Bound]) -> Bound:
    total = sum((number for number, _ in bounds), Fraction(0))
    sides = {side for _, side in bounds} - {0}
    return total / len(bounds), next(iter(sides), 0)


def _mean_high(bounds: Sequence[Bound | None]) -> Bound | None:
    known = [bound for bound in bounds if bound is not None]
    return _mean(known) if len(known) == len(bounds) else None


def _holds(bound: Bound, operator: Operator, threshold: Fraction) -> bool:
    limit = (threshold, 0)
    match operator:
        case "<":
            return bound < limit
        case "<=":
            return bound <= limit
        case ">":
            return bound > limit
        case ">=":
            return bound >= limit
        case _:  # pragma: no cover
            assert_never(operator)
