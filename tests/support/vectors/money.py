"""An expected amount as its derivation: `3500000.00 * 40% * 29/48`, sums of such terms, and a rounding where there is
one.
"""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from oba.money import read_amount

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_FACTOR = re.compile(rf"\*\s*({_NUMBER})(?:\s*%|/([1-9][0-9]*))\s*", re.ASCII)
_TERM = re.compile(rf"([+-]?)\s*({_NUMBER})\s*((?:\*\s*{_NUMBER}(?:\s*%|/[1-9][0-9]*)\s*)*)", re.ASCII)


def read_derived_amount(value: object) -> int:
    """Cents of an amount, or of its derivation; what is no whole number of cents says its rounding with `= 0.02`."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise ValueError('write an amount as a string, such as "3500000.00 * 40%"')
    left, equals, right = value.partition("=")
    exact = _sum(left.strip())
    if not equals:
        if exact.denominator != 1:
            raise ValueError("the derivation gives parts of a cent; say what it is rounded to, such as `= 0.02`")
        return int(exact)
    stated = read_amount(right.strip())
    if abs(exact - stated) >= 1:
        raise ValueError("the rounded amount lies a cent or more from its derivation")
    return stated


def _sum(text: str) -> Fraction:
    if not text:
        raise ValueError("the derivation is empty")
    total, place = Fraction(0), 0
    while place < len(text):
        match = _TERM.match(text, place)
        if match is None or match.end() == place or (place > 0 and not match[1]):
            raise ValueError('write terms such as "3500000.00 * 40%" or "2900000.00 * 29/48", joined by + or -')
        sign = -1 if match[1] == "-" else 1
        total += sign * Fraction(Decimal(match[2])) * 100 * _factors(match[3])
        place = match.end()
    return total


def _factors(text: str) -> Fraction:
    product = Fraction(1)
    for above, under in _FACTOR.findall(text):
        product *= Fraction(Decimal(above)) / Fraction(Decimal(under or 100))
    return product


DerivedAmount = Annotated[int, BeforeValidator(read_derived_amount), WithJsonSchema({"type": "string"})]
