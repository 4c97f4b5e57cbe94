"""The strict reader: plain data with places, or problems with line and column."""

import pytest

from adapters.documents.reading import Place, Reading
from adapters.documents.yaml_reader import MOST_BYTES, read_yaml


def read(text: str) -> Reading:
    reading = read_yaml(text.encode(), file="a.yaml")
    assert isinstance(reading, Reading), reading
    return reading


def problem(text: str | bytes) -> tuple[str, int | None, int | None]:
    raw = text if isinstance(text, bytes) else text.encode()
    reading = read_yaml(raw, file="a.yaml")
    assert not isinstance(reading, Reading), reading.content
    first = reading[0]
    assert first.file == "a.yaml"
    assert first.remedy
    return first.code, first.line, first.column


def test_words_whole_numbers_and_nothing_are_read_as_they_stand() -> None:
    reading = read("a: word\nb: 12\nc: true\nd: null\ne: '12'\nf: [-3, 0]\ng:\n")
    assert reading.content == {"a": "word", "b": 12, "c": True, "d": None, "e": "12", "f": [-3, 0], "g": None}


def test_a_bare_day_and_a_bare_instant_stay_texts() -> None:
    reading = read("on: 2026-11-22\nat: 2026-11-22T09:30:00-05:00\n")
    assert reading.content == {"on": "2026-11-22", "at": "2026-11-22T09:30:00-05:00"}


@pytest.mark.parametrize("word", ["1.10", "no", "Yes", "off", "010", "0x1F", "1_000", ".inf", ".nan", "10:30", "NULL"])
def test_a_word_with_two_meanings_is_refused_with_its_place(word: str) -> None:
    assert problem(f"a: 1\nb: {word}\n") == ("ambiguous-value", 2, 4)


def test_a_word_with_two_meanings_is_read_in_quotes() -> None:
    assert read("a: '1.10'\nb: \"no\"\n").content == {"a": "1.10", "b": "no"}


def test_a_doubled_key_is_refused_where_it_stands_again() -> None:
    assert problem("a: 1\nb:\n  c: 1\n  c: 2\n") == ("doubled-key", 4, 3)


def test_every_problem_of_a_readable_file_is_told() -> None:
    reading = read_yaml(b"a: 1.5\na: 2\nb: yes\n", file="a.yaml")
    assert isinstance(reading, tuple)
    assert [(one.code, one.line) for one in reading] == [
        ("ambiguous-value", 1),
        ("doubled-key", 2),
        ("ambiguous-value", 3),
    ]


def test_anchors_and_aliases_are_refused_before_they_grow() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    assert problem(bomb) == ("anchor", 1, 4)


def test_an_alias_without_an_anchor_is_refused() -> None:
    assert problem("a: *b\n")[0] == "anchor"


def test_tags_are_refused() -> None:
    assert problem("a: !!python/object:os.system x\n") == ("tag", 1, 4)


def test_merge_keys_and_structured_keys_are_refused() -> None:
    assert problem("<<: {a: 1}\n") == ("not-a-key", 1, 1)
    assert problem("? [a]\n: 1\n")[0] == "not-a-key"


def test_several_documents_in_a_file_are_refused() -> None:
    assert problem("a: 1\n---\nb: 1\n")[0] == "several-documents"


def test_broken_indentation_is_told_with_its_line() -> None:
    code, line, _ = problem("a: 1\n  b: 2\n")
    assert (code, line) == ("not-yaml", 2)


def test_a_file_that_is_too_large_or_too_deep_is_refused() -> None:
    assert problem("a" * (MOST_BYTES + 1))[0] == "file-too-large"
    assert problem("[" * 500)[0] == "too-deep"


def test_bytes_that_are_not_utf_8_are_refused() -> None:
    assert problem(b"a: \xff\n")[0] == "not-utf-8"


@pytest.mark.parametrize("text", ['"\\0"', '"\\ud800"', '"\\x07"'])
def test_control_characters_and_half_characters_are_refused(text: str) -> None:
    assert problem(f"a: {text}\n") == ("ambiguous-value", 1, 4)


def test_an_empty_file_is_nothing() -> None:
    assert read("").content is None
    assert read("# only a comment\n").content is None


def test_json_is_read_by_the_same_rules() -> None:
    assert read('[{"a": "1.5", "b": [true, null]}]').content == [{"a": "1.5", "b": [True, None]}]
    assert problem('{"a": 1, "a": 2}')[0] == "doubled-key"


def test_places_are_those_an_editor_shows() -> None:
    reading = read("a: 1\nb:\n  - c: 2\n")
    assert reading.places["/b"] == Place(2, 1)
    assert reading.places["/b/0/c"] == Place(3, 5)
