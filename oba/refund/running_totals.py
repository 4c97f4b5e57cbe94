"""A whole number of cents in shares: running totals are rounded, so shares sum up and none is negative (settled F7)."""

from collections.abc import Sequence
from fractions import Fraction

from oba.money import Rounding, round_fraction


def running_shares(cents: int, weights: Sequence[Fraction], rounding: Rounding) -> tuple[int, ...]:
    """Each share in cents is the rounded total so far less the one before; the weights are not all zero."""
    whole = sum(weights, Fraction(0))
    so_far, before = Fraction(0), 0
    shares: list[int] = []
    for weight in weights:
        so_far += weight
        rounded = round_fraction(cents * so_far / whole, rounding)
        shares.append(rounded - before)
        before = rounded
    return tuple(shares)
