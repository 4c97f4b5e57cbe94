"""`oba agreement diff`, `readings` and `schema`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from adapters.cli.app import app
from adapters.documents.schema import KINDS
from tests.support.vectors.reading import ROOT

OPEN_QUESTIONS = (ROOT / "documents" / "open_questions.yaml").read_text(encoding="utf-8")
FACTS = """\
- {kind: infused, occurred_on: 2026-01-15, product: HEMGENIX, htc_id: HTC-1, time_zone: America/Chicago,
   adult_on_day_0: true, weight_kg: "70", volume_ml: "140", vials: 14, kit_lots: [LOT-1], ndc: 00053-0140-14,
   dose_share_percent: "100"}
- {kind: enrolled_under_agreement, occurred_on: 2026-01-15, payer_id: PAYER-A, price_basis: list_price_at_infusion,
   price: "1000000.00", consent_version: v1}
- {kind: fix_activity_measured, occurred_on: 2027-01-15, value: "5", unit: IU/dL, assay: one_stage, laboratory: central}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two versions of an agreement and a facts file; the second asks for 12 IU/dL."""
    (tmp_path / "first.yaml").write_text(OPEN_QUESTIONS, encoding="utf-8")
    (tmp_path / "second.yaml").write_text(OPEN_QUESTIONS.replace('threshold: "5"', 'threshold: "12"'), encoding="utf-8")
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    return tmp_path


def oba(*words: object) -> Result:
    return CliRunner().invoke(app, ["agreement", *(str(word) for word in words)])


def test_a_difference_is_told_in_words_and_in_effect(folder: Path) -> None:
    result = oba("diff", folder / "first.yaml", folder / "second.yaml")
    assert result.exit_code == 3
    assert 'clause 4.1: criteria.activity.threshold changes from "5" to "12"' in result.stdout
    rows = [row.split() for row in result.stdout.splitlines() if row.startswith("middling ")]
    assert rows == [
        ["middling", "m12", "met", "not", "met,", "first", "failure", "2022-01-15"],
        ["middling", "m24", "met", "not", "met,", "first", "failure", "2023-01-15"],
        ["middling", "refunds", "0.00", "USD", "800,000.00", "USD"],
    ]
    assert "middling: FIX activity stays at 8 IU/dL" in result.stdout
    assert "each of them at a price of 1,000,000.00" in result.stdout


def test_the_same_document_has_no_difference(folder: Path) -> None:
    result = oba("diff", folder / "first.yaml", folder / "first.yaml")
    assert result.exit_code == 0
    assert "no difference" in result.stdout
    assert "0 differences in 8 lives" in result.stdout


def test_the_effect_on_a_life_of_ones_own(folder: Path) -> None:
    words = ("diff", folder / "first.yaml", folder / "second.yaml", "--facts", folder / "facts.yaml")
    assert "0 differences in 1 life" in oba(*words).stdout
    changed = json.loads(oba(*words, "--json").stdout)
    assert (len(changed["words"]), changed["effect"]) == (1, [])
    (folder / "facts.yaml").write_text(FACTS.replace('value: "5"', 'value: "8"'), encoding="utf-8")
    changed = json.loads(oba(*words, "--json", "--as-of", "2027-03-31").stdout)
    assert [(one["what"], one["before"], one["after"]) for one in changed["effect"]] == [
        ("m12", "met", "not met, first failure 2027-01-15"),
        ("refunds", "0.00 USD", "300,000.00 USD"),
    ]


def test_whom_a_refund_is_paid_to_is_told_where_the_versions_differ(folder: Path) -> None:
    text = OPEN_QUESTIONS.replace("payers: [PAYER-A]", "payers: [PAYER-A, PAYER-B]")
    (folder / "first.yaml").write_text(text, encoding="utf-8")
    follows = "{kind: payer_at_failure, uncovered: previous_payer}"
    (folder / "second.yaml").write_text(text.replace("{kind: payer_at_infusion}", follows), encoding="utf-8")
    said = oba("diff", folder / "first.yaml", folder / "second.yaml").stdout
    rows = [row.split() for row in said.splitlines() if row.startswith("moves ")]
    assert rows == [["moves", "paid", "to", "PAYER-A", "PAYER-B"]]


def test_a_life_without_a_price_has_no_amount(folder: Path) -> None:
    facts = "".join(row for row in FACTS.splitlines(keepends=True) if "enrolled" not in row and "1000000" not in row)
    (folder / "facts.yaml").write_text(facts.replace('"5"', '"8"'), encoding="utf-8")
    words = ("diff", folder / "first.yaml", folder / "second.yaml", "--facts", folder / "facts.yaml")
    assert "1 difference in 1 life" in oba(*words, "--as-of", "2027-03-31").stdout


def test_a_milestone_that_one_version_does_not_have_is_told(folder: Path) -> None:
    text = OPEN_QUESTIONS.replace("{id: m24,", "{id: m25,").replace('m24: "50"', 'm25: "50"')
    (folder / "second.yaml").write_text(text, encoding="utf-8")
    said = oba("diff", folder / "first.yaml", folder / "second.yaml").stdout
    assert "no such milestone" in said


def test_other_documents_differ_in_words_only() -> None:
    result = oba("diff", "unitedhealthcare-2026d0120k", "hemgenix-follow-up")
    assert result.exit_code == 3
    assert "Effect" not in result.stdout


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{}", "not-a-list"),
        ("- {kind: infused}", "missing-field"),
        ("a: [", "not-yaml"),
        ("- {kind: coverage_changed, payer_id: A, occurred_on: 2026-01-15}", "no-infusion"),
    ],
)
def test_facts_that_cannot_be_judged_are_refused(text: str, code: str, folder: Path) -> None:
    (folder / "facts.yaml").write_text(text, encoding="utf-8")
    for words in (("diff", folder / "first.yaml", folder / "second.yaml", "--facts", folder / "facts.yaml"),
                  ("readings", folder / "first.yaml", folder / "facts.yaml")):  # fmt: skip
        result = oba(*words)
        assert (result.exit_code, f": {code}: " in result.stderr) == (1, True), result.stderr


def test_a_document_that_cannot_be_read_is_not_compared(folder: Path) -> None:
    result = oba("diff", folder / "first.yaml", "nowhere.yaml")
    assert (result.exit_code, "no-such-document" in result.stderr) == (1, True)


def test_every_reading_is_judged_and_said_to_agree_or_not(folder: Path) -> None:
    said = oba("readings", folder / "first.yaml", folder / "facts.yaml", "--as-of", "2027-03-31").stdout
    assert "clause 4.1: Does an activity of exactly 5 IU/dL pass? (strictness; above governs)" in said
    rows = {row.split()[0]: row.split()[1:] for row in said.splitlines() if row.count("  ")}
    assert rows["governing"] == ["not", "met", "not", "yet", "300,000.00"]
    assert rows["strictness.at_least"] == ["met", "not", "yet", "0.00"]
    assert rows["share.annex"] == ["not", "met", "not", "yet", "400,000.00"]
    assert "met only under strictness.at_least" in said
    assert "m24: not yet under every reading" in said
    assert said.endswith("the readings pay differently\n")


def test_readings_that_agree_say_so(folder: Path) -> None:
    (folder / "facts.yaml").write_text(FACTS.replace('"5"', '"40"'), encoding="utf-8")
    words = ("readings", folder / "first.yaml", folder / "facts.yaml", "--as-of", "2027-03-31")
    assert oba(*words).stdout.endswith("the readings pay the same\n")
    told = json.loads(oba(*words, "--json").stdout)
    assert told["agree"] is True
    assert told["milestones"]["m12"]["met"]["not_under"] == []
    assert [one["pays"] for one in told["readings"]] == ["0.00"] * 5


def test_readings_without_a_price_pay_nothing_that_can_be_told(folder: Path) -> None:
    facts = "".join(row for row in FACTS.splitlines(keepends=True) if "enrolled" not in row and "1000000" not in row)
    (folder / "facts.yaml").write_text(facts, encoding="utf-8")
    words = ("readings", folder / "first.yaml", folder / "facts.yaml", "--as-of", "2027-03-31")
    assert "not computed" in oba(*words).stdout
    assert {one["pays"] for one in json.loads(oba(*words, "--json").stdout)["readings"]} == {None}


def test_an_agreement_without_ambiguities_has_no_readings(folder: Path) -> None:
    result = oba("readings", "hemgenix-illustrative", folder / "facts.yaml")
    assert (result.exit_code, "no-ambiguity" in result.stderr) == (1, True)
    assert oba("readings", "nowhere.yaml", folder / "facts.yaml").exit_code == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_of_each_kind_is_printed(kind: str) -> None:
    schema = json.loads(oba("schema", kind).stdout)
    assert schema["properties"]["kind"]["const"] == kind
    assert schema["additionalProperties"] is False


def test_without_a_kind_the_schema_is_that_of_all_and_an_unknown_kind_is_refused() -> None:
    assert set(json.loads(oba("schema").stdout)["discriminator"]["mapping"]) == set(KINDS)
    result = oba("schema", "contract")
    assert (result.exit_code, "unknown-kind" in result.stderr) == (1, True)
