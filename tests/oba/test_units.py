"""Exact numbers and units of FIX activity."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from oba.units import Code, Digest, Number, Percent, fix_in_iu_per_dl, read_number, write_number

NUMBERS = st.decimals(min_value=-(10**12), max_value=10**12, places=6, allow_nan=False, allow_infinity=False)


@given(NUMBERS)
def test_what_was_written_is_read_again(number: Decimal) -> None:
    assert read_number(write_number(number)) == number
    assert read_number(number) == number


@pytest.mark.parametrize(
    "wrong",
    ["", "1.", ".5", "1e3", "NaN", "+1", "1,5", " 1", "\u0663", "1" * 16, "0." + "1" * 13, 5, 5.0, None, True],
)  # fmt: skip
def test_what_is_no_exact_number_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="number"):
        read_number(wrong)


@pytest.mark.parametrize("wrong", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_a_decimal_that_is_no_number_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="number"):
        read_number(Decimal(wrong))


def test_there_is_no_negative_zero() -> None:
    assert write_number(read_number("-0.00")) == "0.00"


def test_places_are_kept_as_given() -> None:
    assert write_number(read_number("38.60")) == "38.60"
    assert TypeAdapter(Number).dump_python(Decimal("1E+2"), mode="json") == "100"


def test_one_value_in_three_units() -> None:
    values = {
        fix_in_iu_per_dl(Decimal(value), unit) for value, unit in (("38.6", "IU/dL"), ("38.6", "%"), ("0.386", "IU/mL"))
    }
    assert values == {Decimal("38.6")}


def test_an_unknown_unit_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="IU/dL, %, IU/mL"):
        fix_in_iu_per_dl(Decimal(1), "g/L")


@pytest.mark.parametrize("wrong", ["", "with space", "-first", "umläut", "a" * 81, "line\n"])
def test_a_code_is_never_free_text(wrong: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Code).validate_python(wrong)


def test_a_percentage_lies_between_nothing_and_everything() -> None:
    adapter = TypeAdapter(Percent)
    assert adapter.validate_python("100") == 100
    for wrong in ("-0.1", "100.1"):
        with pytest.raises(ValidationError):
            adapter.validate_python(wrong)


def test_a_digest_has_64_small_hexadecimal_digits() -> None:
    adapter = TypeAdapter(Digest)
    assert adapter.validate_python("a" * 64) == "a" * 64
    for wrong in ("A" * 64, "a" * 63, "g" * 64):
        with pytest.raises(ValidationError):
            adapter.validate_python(wrong)
