"""Whether readings agree is said in one form, whatever is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oba.accord import accord
from oba.payer_rule import LABELS

NAMED = st.dictionaries(st.text(min_size=1), st.booleans(), min_size=1)


@pytest.mark.parametrize(
    ("verdicts", "word", "says"),
    [
        ({"a": True, "b": True}, "under_every_reading", "under every reading"),
        ({"a": True, "b": False, "c": True}, "only_under", "only under a, c"),
        ({"a": False, "b": False}, "under_no_reading", "under no reading"),
        ({"a": True}, "under_every_reading", "under every reading"),
    ],
)
def test_an_accord_says_under_which_readings_it_holds(verdicts: dict[str, bool], word: str, says: str) -> None:
    found = accord(verdicts.items())
    assert (found.word, found.says) == (word, says)


@given(NAMED)
def test_every_reading_stands_on_one_side(verdicts: dict[str, bool]) -> None:
    found = accord(verdicts.items())
    assert {*found.holds_under, *found.not_under} == set(verdicts)
    assert all(verdicts[name] for name in found.holds_under)
    assert not any(verdicts[name] for name in found.not_under)


@given(NAMED)
def test_what_holds_under_no_reading_is_what_fails_under_every_one(verdicts: dict[str, bool]) -> None:
    opposite = accord((name, not holds) for name, holds in verdicts.items())
    words = ("under_every_reading", "only_under", "under_no_reading")
    assert words.index(accord(verdicts.items()).word) == 2 - words.index(opposite.word)


def test_a_request_is_labelled_by_the_same_words() -> None:
    assert set(LABELS) == {"under_every_reading", "only_under", "under_no_reading"}
