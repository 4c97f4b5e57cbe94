"""A mistake in a file of vectors is an error with its line, and never a vector that asserts less than it says."""

import re
from pathlib import Path
from typing import Any

import pytest

from adapters.documents.reading import Reading
from adapters.documents.yaml_reader import read_yaml
from tests.support.vectors.answers import answer, asserted
from tests.support.vectors.comparing import differences
from tests.support.vectors.money import read_derived_amount
from tests.support.vectors.reading import ROOT, BadVector, Told, read_file, read_vector
from tests.support.vectors.schema import schema

SOUND = """\
about: "One vector."
given:
  ask: measure
  day_0: "2026-01-15"
  milestone:
    due: {amount: 12, unit: months}
    window: {kind: around_due, before_days: 30, after_days: 30}
  document:
    kind: factor_activity
    clause: "5.1"
    assay: one_stage
    laboratory: central
    unit: IU/dL
    selection: nearest
    washout: {half_lives: "5", days: 0}
vectors:
  - id: one
    sentence: "A draw on the due date"
    rule: "settled C3"
    facts:
      - {id: A, kind: fix_activity_measured, value: "40", unit: IU/dL, assay: one_stage, laboratory: central,
         occurred_on: "2027-01-15"}
    expect: {value: "40", used: [A]}
    derivation: "the only one"
"""


def told(text: str) -> Told:
    reading = read_yaml(text.encode(), file="file.yaml")
    assert isinstance(reading, Reading), reading
    return read_vector(reading, 0)


def wrong(text: str) -> str:
    with pytest.raises(BadVector) as caught:
        told(text)
    return str(caught.value)


def test_the_sound_vector_holds() -> None:
    one = told(SOUND)
    assert differences(dict(asserted(one.vector)), answer(one)) == []


def test_a_wrong_expectation_is_a_difference() -> None:
    one = told(SOUND.replace('value: "40", used', 'value: "41", used'))
    assert differences(dict(asserted(one.vector)), answer(one)) == ["/value: expected '41', found '40'"]


@pytest.mark.parametrize(
    ("old", "new", "line", "code"),
    [
        ('rule: "settled C3"', 'rule: "settled C3"\n    rules: "C4"', 20, "unknown-field"),
        ('{value: "40", used: [A]}', '{value: "40", usd: [A]}', 23, "unknown-field"),
        ("selection: nearest", "selection: nearby", 14, "unknown-value"),
        ("selection: nearest", "selection: nearest\n    tie: worst", 15, "unknown-field"),
        ("value: \"40\", unit", "value: forty, unit", 21, "invalid-value"),
        ("laboratory: central,\n", "laboratory: central, mood: good,\n", 21, "unknown-field"),
        ("before_days: 30", "before_days: -30", 7, "out-of-range"),
        ("ask: measure", "ask: me", 17, "unknown-kind"),
        ('    expect: {value: "40", used: [A]}\n', "", 17, "missing-field"),
        ("    sentence:", "    change: {selektion.order: 1}\n    sentence:", 18, "unknown-place"),
        ("  document:\n    kind", "  document: nowhere\n  documents:\n    kind", 8, "unknown-document"),
        ("vectors:\n  - id: one", "vectors:\n  - one\n  - id: one", 17, "not-a-vector"),
    ],
)  # fmt: skip
def test_every_mistake_is_named_with_its_line(old: str, new: str, line: int, code: str) -> None:
    assert old in SOUND
    said = wrong(SOUND.replace(old, new))
    assert f"file.yaml:{line}:" in said
    assert f": {code}: " in said


def test_a_key_that_no_file_has_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.support.vectors.reading.ROOT", tmp_path)
    (tmp_path / "file.yaml").write_text(SOUND + "vektors: []\n", encoding="utf-8")
    with pytest.raises(BadVector, match=r"file.yaml:25:1 /vektors: unknown-field"):
        read_file(tmp_path / "file.yaml")


@pytest.mark.parametrize("text", ["[]", "about: x", "vectors: []", "about: [", "about: x\nabout: y\nvectors: []"])
def test_what_is_no_file_of_vectors_is_refused(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.support.vectors.reading.ROOT", tmp_path)
    (tmp_path / "file.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadVector):
        read_file(tmp_path / "file.yaml")


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("3500000.00", 350_000_000),
        ("3500000.00 * 40%", 140_000_000),
        ("3500000.00 * 30% + 3500000.00 * 50%", 280_000_000),
        ("0.00 - 3500000.00 * 20%", -70_000_000),
        ("3.00 * 0.5% = 0.02", 2),
    ],
)
def test_an_expected_amount_is_written_as_its_derivation(text: str, cents: int) -> None:
    assert read_derived_amount(text) == cents


@pytest.mark.parametrize(
    "text",
    ["3.00 * 0.5%", "3.00 * 0.5% = 0.04", "3500000.00 * 40", "40% * 3", "1.00 2.00", "", "x", "1.00 = 1", None, 1.5],
)
def test_a_derivation_that_does_not_come_out_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_derived_amount(text)


def test_a_document_of_the_shelf_is_asked_about_by_its_name() -> None:
    one = told(
        """\
about: "One document."
vectors:
  - id: one
    ask: document
    sentence: "A document that ships"
    rule: "terms 9"
    document: hemgenix-illustrative
    expect: {problems: []}
    derivation: "it ships"
"""
    )
    assert differences(dict(asserted(one.vector)), answer(one)) == []


def test_the_page_for_analysts_lists_every_kind_of_question() -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    table = page.partition("| `ask` | the answer |")[2].partition("\n\n")[0]
    rows = [row for row in table.splitlines() if row.startswith("|")]
    listed = [word for row in rows for word in re.findall(r"`(\w+)`", row.split("|")[1])]
    kinds = {definition["properties"]["ask"]["const"] for definition in schema()["$defs"].values() if _asks(definition)}
    assert sorted(listed) == sorted(kinds)


def _asks(definition: dict[str, Any]) -> bool:
    return "const" in definition.get("properties", {}).get("ask", {})


def test_the_page_for_analysts_shows_a_vector_that_holds() -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    example = page.partition("```yaml\n")[2].partition("```")[0]
    one = told(example)
    assert differences(dict(asserted(one.vector)), answer(one)) == []
