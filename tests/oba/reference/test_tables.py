"""The reference tables: every row with its source, and the one that an unknown product is judged by."""

import pytest
from pydantic import ValidationError

from adapters.documents.shelf import shipped_reference
from oba.reference.tables import FixProduct, Reference, half_life_name

REFERENCE = shipped_reference()


def a_product(name: str, hours: str, tag: str = "V") -> FixProduct:
    return FixProduct.model_validate(
        {
            "product": name,
            "hcpcs": "J0000",
            "half_life_hours": hours,
            "tag": tag,
            "source": "invented",
            "dated": "2026-01-01",
        }
    )


def test_a_row_is_found_by_its_product() -> None:
    idelvion, hemgenix = REFERENCE.fix_product("IDELVION"), REFERENCE.therapy("HEMGENIX")
    assert idelvion is not None
    assert hemgenix is not None
    assert idelvion.half_life_hours == 102
    assert (idelvion.tag, hemgenix.hcpcs) == ("V", "J1411")


def test_a_product_that_is_not_in_the_table_is_not_guessed() -> None:
    assert REFERENCE.fix_product("HEMGENIX") is None
    assert REFERENCE.therapy("IDELVION") is None


def test_the_longest_half_life_of_the_table_is_115_hours() -> None:
    assert REFERENCE.longest_half_life.product == "REBINYN"
    assert half_life_name(REFERENCE.longest_half_life) == "half-life of REBINYN 115 h [R]"


def test_of_two_equally_long_half_lives_one_is_always_the_same() -> None:
    rows = (a_product("A", "100"), a_product("B", "100.0"))
    either = Reference(fix_products=rows, therapies=())
    other = Reference(fix_products=rows[::-1], therapies=())
    assert either.longest_half_life == other.longest_half_life
    assert half_life_name(either.longest_half_life) == "half-life of B 100 h [V]"


def test_every_row_says_its_tag_source_and_date_and_stands_once() -> None:
    products = [row.product for row in REFERENCE.fix_products]
    assert len(products) == len(set(products))
    assert all(row.source and row.dated for row in (*REFERENCE.fix_products, *REFERENCE.therapies))


@pytest.mark.parametrize(
    ("field", "wrong"), [("tag", "X"), ("source", ""), ("half_life_hours", "0"), ("dated", "2026")]
)
def test_a_row_without_its_source_is_refused(field: str, wrong: str) -> None:
    with pytest.raises(ValidationError):
        FixProduct.model_validate({**a_product("A", "100").model_dump(mode="json"), field: wrong})


def test_the_hash_names_the_content() -> None:
    same = Reference.model_validate(REFERENCE.model_dump(mode="json"))
    assert same.hash == REFERENCE.hash
    assert REFERENCE.model_copy(update={"therapies": ()}).hash != REFERENCE.hash
