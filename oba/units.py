"""Exact numbers and the units of the field: IU/dL is canonical for FIX activity (docs/concepts/sources.md)."""

import re
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?", re.ASCII)

Comparator: TypeAlias = Literal["", "<", "<=", ">", ">="]
Operator: TypeAlias = Literal["<", "<=", ">", ">="]

FIX_UNITS: dict[str, Decimal] = {
    "IU/dL": Decimal(1),
    "%": Decimal(1),
    "IU/mL": Decimal(100),
}
"""Factor that brings a unit to IU/dL: 1 IU/mL = 100 IU/dL = 100 % of normal (docs/concepts/sources.md)."""


def read_number(value: object) -> Decimal:
    """Read an exact number written as a string of ASCII digits with an optional point; no exponent, no float."""
    if isinstance(value, Decimal):
        text = format(value, "f") if value.is_finite() else ""
    elif isinstance(value, str):
        text = value
    else:
        raise ValueError('a number stands in quotes, so that it is exact; write it as "38.6"')
    if not _NUMBER.fullmatch(text):
        raise ValueError('this is no number; write at most 15 digits before and 12 after the point, such as "38.6"')
    number = Decimal(text)
    return number.copy_abs() if number.is_zero() else number


def write_number(value: Decimal) -> str:
    """Write an exact number without exponent, with the places it was given with."""
    return format(value, "f")


Number = Annotated[
    Decimal,
    BeforeValidator(read_number),
    PlainSerializer(write_number, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]{1,15}(\.[0-9]{1,12})?$"}),
]
Positive = Annotated[Number, Field(gt=0)]
NotNegative = Annotated[Number, Field(ge=0)]
Percent = Annotated[Number, Field(ge=0, le=100)]
Code = Annotated[str, Field(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,79}$")]
"""A coded value: ASCII letters, digits and . _ : / - ; never free text."""
Digest = Annotated[str, Field(strict=True, pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 or HMAC-SHA-256 in lower-case hexadecimal."""


def fix_in_iu_per_dl(value: Decimal, unit: str) -> Decimal:
    """FIX activity in IU/dL, exactly; an unknown unit is a ValueError that names the known ones."""
    if unit not in FIX_UNITS:
        raise ValueError(f"unknown unit; FIX activity is given in one of {', '.join(FIX_UNITS)}")
    return value * FIX_UNITS[unit]
