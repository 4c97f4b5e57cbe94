"""Money in whole cents; one rounding at one named place (settled F7)."""

from decimal import ROUND_DOWN, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from oba.money import (
    Amount,
    Rounding,
    percent_of,
    read_amount,
    round_cents,
    write_amount,
    write_amount_for_reading,
)

CENTS = st.integers(-(10**16), 10**16)
PERCENTS = st.decimals(min_value=0, max_value=100, places=12, allow_nan=False)


class Priced(BaseModel):
    price: Amount


@given(CENTS)
def test_what_was_written_is_read_again(cents: int) -> None:
    assert read_amount(write_amount(cents)) == cents
    assert write_amount_for_reading(cents).replace(",", "") == write_amount(cents)


@pytest.mark.parametrize(
    "wrong",
    [
        "1",
        "1.5",
        "1.555",
        "1,000.00",
        "+1.00",
        "1.00 ",
        "",
        "\u0661.00",
        "1e3",
        "NaN",
        1.0,
        100,
        None,
        True,
        "1" * 16 + ".00",
    ],
)
def test_what_is_no_amount_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="amount"):
        read_amount(wrong)


def test_amounts_are_shown_with_thousands_marks() -> None:
    assert write_amount_for_reading(350_000_000) == "3,500,000.00"
    assert write_amount(-5) == "-0.05"
    assert write_amount_for_reading(-123_456) == "-1,234.56"


@pytest.mark.parametrize(
    ("exact", "half_even", "half_up", "down"),
    [("0.5", 0, 1, 0), ("1.5", 2, 2, 1), ("2.5", 2, 3, 2), ("2.51", 3, 3, 2), ("-2.5", -2, -3, -2)],
)
def test_each_rule_rounds_as_it_is_named(exact: str, half_even: int, half_up: int, down: int) -> None:
    number = Decimal(exact)
    assert round_cents(number, "half_even") == half_even
    assert round_cents(number, "half_up") == half_up
    assert round_cents(number, "down") == down


@given(st.integers(0, 10**15), PERCENTS)
def test_half_even_is_the_nearest_whole_number_and_even_in_the_middle(cents: int, percent: Decimal) -> None:
    assert percent_of(cents, percent, "half_even") == round(Fraction(cents) * Fraction(percent) / 100)


@given(st.integers(0, 10**15), PERCENTS, st.sampled_from(["half_even", "half_up", "down"]))
def test_a_share_is_never_negative_and_never_more_than_the_whole(cents: int, percent: Decimal, rule: Rounding) -> None:
    assert 0 <= percent_of(cents, percent, rule) <= cents


def test_the_callers_arithmetic_context_changes_nothing() -> None:
    expected = percent_of(123_456_789_012_345, Decimal("33.333333333333"), "half_even")
    with localcontext(prec=3, rounding=ROUND_DOWN):
        assert percent_of(123_456_789_012_345, Decimal("33.333333333333"), "half_even") == expected


def test_our_own_code_says_cents_and_a_document_says_an_amount() -> None:
    assert Priced.model_validate({"price": 350_000_000}).price == 350_000_000
    assert Priced.model_validate({"price": "3500000.00"}).price == 350_000_000
    assert Priced(price=5).model_dump(mode="json") == {"price": "0.05"}


@pytest.mark.parametrize("wrong", ["true", "1.0", "350000000"])
def test_a_number_in_json_is_no_amount(wrong: str) -> None:
    with pytest.raises(ValidationError):
        Priced.model_validate_json(f'{{"price": {wrong}}}')


def test_true_is_no_amount() -> None:
    with pytest.raises(ValidationError):
        Priced.model_validate({"price": True})
