"""Money as integers of the smallest unit (cents); decimals only inside one calculation, rounded once (settled F7)."""

import re
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from math import floor
from typing import Annotated, Literal, TypeAlias, assert_never, cast

from pydantic import BeforeValidator, PlainSerializer, ValidationInfo, WithJsonSchema

_AMOUNT = re.compile(r"-?[0-9]{1,15}\.[0-9]{2}", re.ASCII)

Currency: TypeAlias = Literal["USD", "EUR"]
Rounding: TypeAlias = Literal["half_even", "half_up", "down"]

_EXACT = Context(prec=60)
"""More digits than any amount times any percentage has, whatever context the caller runs in."""
_MODES = {"half_even": ROUND_HALF_EVEN, "half_up": ROUND_HALF_UP, "down": ROUND_DOWN}


def read_amount(value: object) -> int:
    """Read an amount written as a string with two places ("3500000.00") into cents; anything else is refused."""
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
        raise ValueError('this is not an amount in cents; write it in quotes with two places, such as "3500000.00"')
    return int(value.replace(".", ""))


def write_amount(cents: int) -> str:
    """Write cents as a plain decimal with two places: 350000000 -> "3500000.00"."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def write_amount_for_reading(cents: int) -> str:
    """Write cents with thousands marks for a sentence: 350000000 -> "3,500,000.00"."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def round_cents(exact: Decimal, rounding: Rounding) -> int:
    """Round an exact number of cents once, by the rule that the terms name."""
    return int(exact.quantize(Decimal(1), rounding=_MODES[rounding], context=_EXACT))


def round_fraction(exact: Fraction, rounding: Rounding) -> int:
    """Round an exact number of cents once, by the rule that the terms name; of a debt as of a credit."""
    size = abs(exact)
    match rounding:
        case "half_even":
            cents = round(size)
        case "half_up":
            cents = floor(size + Fraction(1, 2))
        case "down":
            cents = floor(size)
        case _:  # pragma: no cover
            assert_never(rounding)
    return -cents if exact < 0 else cents


def percent_of(cents: int, percent: Decimal, rounding: Rounding) -> int:
    """A share in percent of an amount in cents, rounded once."""
    return round_cents(_EXACT.multiply(Decimal(cents), percent).scaleb(-2, context=_EXACT), rounding)


def _cents_or_amount(value: object, validation: ValidationInfo) -> int:
    """Our own code says cents as an integer; whatever comes as JSON says an amount as a string."""
    ours = validation.mode == "python" and isinstance(value, int) and not isinstance(value, bool)
    return cast("int", value) if ours else read_amount(value)


Amount = Annotated[
    int,
    BeforeValidator(_cents_or_amount),
    PlainSerializer(write_amount, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]{1,15}\.[0-9]{2}$"}),
]
