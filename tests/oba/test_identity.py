"""Ids that can be worked out again, and digests of content."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oba.dates import Span
from oba.identity import canonical, content_hash, derived_id, document_stream_id, infusion_id, opaque_code

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=4), part, max_size=3),
    max_leaves=4,
)


@given(st.lists(st.text(max_size=5), min_size=1, max_size=4))
def test_the_same_parts_give_the_same_id(parts: list[str]) -> None:
    assert derived_id(*parts) == derived_id(*parts)


def test_the_order_of_parts_matters() -> None:
    assert derived_id("a", "b") != derived_id("b", "a")


def test_streams_of_different_things_do_not_meet() -> None:
    token = derived_id("patient")
    assert infusion_id(token) != document_stream_id(str(token))


@given(st.uuids())
def test_a_code_is_short_plain_and_the_same_for_ever(stream_id: UUID) -> None:
    code = opaque_code(stream_id)
    assert code == opaque_code(stream_id)
    prefix, first, second, check = code.split("-")
    assert (prefix, len(first), len(second), len(check)) == ("INF", 4, 4, 1)
    assert not set(code) & set("ILOU") - {"I"}


def test_codes_tell_infusions_apart() -> None:
    codes = {opaque_code(derived_id("infusion", number)) for number in range(2_000)}
    assert len(codes) == 2_000


@given(st.dictionaries(st.text(max_size=4), PLAIN, max_size=4))
def test_the_order_of_keys_is_irrelevant(content: dict[str, object]) -> None:
    backwards = dict(reversed(list(content.items())))
    assert content_hash(content) == content_hash(backwards)


def test_a_model_and_its_plain_content_have_one_hash() -> None:
    span = Span(first=date(2026, 1, 1), last=date(2026, 1, 2))
    assert content_hash(span) == content_hash({"last": "2026-01-02", "first": "2026-01-01"})
    assert canonical(span) == '{"first":"2026-01-01","last":"2026-01-02"}'


def test_what_is_no_number_has_no_canonical_form() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical(float("nan"))
