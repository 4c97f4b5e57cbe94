"""The exact interval of a Poisson count (Garwood): between which expected numbers a count of events is not surprising.

The limits solve the Poisson sum by bisection in decimal numbers, to fixed digits; every machine finds the same ones.
"""

from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from typing import Final

LABEL: Final = "Poisson, ignores between-patient variation"
"""What every such interval is labelled with: bleeding varies more between patients than a Poisson count."""

_PLACES: Final = 20
"""Places after the point to which a limit of the expected count is found."""
_CALCULATION: Final = Context(prec=60, rounding=ROUND_HALF_EVEN)
_TAIL: Final = Decimal("0.025")
"""What the two-sided 95 % interval leaves out at either end."""


@lru_cache(maxsize=512)
def expected_count(events: int) -> tuple[Decimal, Decimal]:
    """The lower and the upper 95 % limit of the expected number, where so many events were counted."""
    with localcontext(_CALCULATION):
        low = _expected_where(events - 1, 1 - _TAIL) if events else Decimal(0)
        return low, _expected_where(events, _TAIL)


def yearly_interval(events: int, days: Fraction, days_of_year: Fraction) -> tuple[Fraction, Fraction]:
    """The 95 % limits of the yearly rate of so many events in so many days."""
    low, high = expected_count(events)
    return Fraction(low) * days_of_year / days, Fraction(high) * days_of_year / days


def _expected_where(most: int, share: Decimal) -> Decimal:
    """The expected number, rounded down, at which at most `most` events come with just this probability.

    The probability falls as the expected number grows, so that halving the distance finds it.
    """
    below, above = 0, 10**_PLACES
    while _at_most(most, above) > share:
        below, above = above, 2 * above
    while above - below > 1:
        middle = (below + above) // 2
        if _at_most(most, middle) > share:
            below = middle
        else:
            above = middle
    return Decimal(below).scaleb(-_PLACES)


def _at_most(most: int, expected: int) -> Decimal:
    """The Poisson sum: the probability of at most `most` events; `expected` is counted in units of the last place."""
    mean = Decimal(expected).scaleb(-_PLACES)
    term = total = Decimal(1)
    for number in range(1, most + 1):
        term = term * mean / number
        total += term
    return total * (-mean).exp()
