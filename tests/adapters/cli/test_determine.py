"""`oba determine`: the example that ships, judged for two instants of knowledge."""

import json
from pathlib import Path

import pytest

from adapters.documents.shelf import shelf_files
from tests.adapters.cli.conftest import Oba
from tests.support.json_schema import faults

FACTS = Path(__file__).resolve().parents[3] / "docs" / "examples" / "facts.yaml"
SCHEMA = FACTS.parents[1] / "reference" / "schema" / "judgement.json"
AS_OF = ("--as-of", "2026-06-30")
BEFORE_THE_CORRECTION = ("--known-at", "2026-01-31T00:00:00Z")


def findings(oba: Oba, *options: str) -> dict[str, str]:
    answer = json.loads(oba("determine", "hemgenix-illustrative", FACTS, *options, "--json").stdout)
    return {one["milestone"]: one["finding"] for one in answer["milestones"]}


def test_the_answer_depends_on_what_was_known(oba: Oba) -> None:
    assert findings(oba, *AS_OF)["m24"] == "not_met"
    assert findings(oba, *AS_OF, *BEFORE_THE_CORRECTION)["m24"] == "met"


def test_the_refund_is_shown_with_clause_formula_and_base(oba: Oba) -> None:
    said = oba("determine", "hemgenix-illustrative", FACTS, *AS_OF).stdout
    assert "clause 9.1  875,000.00  3,500,000.00 x 25 %" in said
    assert "total 875,000.00 USD of a base of 3,500,000.00" in said


def test_schedule_and_reasons_are_shown(oba: Oba) -> None:
    said = oba("determine", "hemgenix-illustrative", FACTS, *AS_OF).stdout
    assert "m24        closed    2025-11-16  2026-01-15  2026-03-16" in said
    assert "    2.1 IU/dL > 5 IU/dL: false clause 4.2(a)" in said
    assert "        used: FIX activity 2.1 IU/dL, one-stage, central, 2026-01-16" in said


def test_the_answer_for_programs_is_as_its_published_schema_says(oba: Oba) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    root = {name: part for name, part in schema.items() if name not in ("$schema", "$defs")}
    answer = json.loads(oba("determine", "hemgenix-illustrative", FACTS, *AS_OF, "--json").stdout)
    assert list(faults(answer, root, schema["$defs"])) == []
    assert list(faults({**answer, "day_0": "soon"}, root, schema["$defs"])) == ["/day_0: no date"]


def test_the_answer_for_programs_holds_trace_and_amounts_as_text(oba: Oba) -> None:
    answer = json.loads(oba("determine", "hemgenix-illustrative", FACTS, *AS_OF, "--json").stdout)
    assert answer["refund_total"] == "875000.00"
    assert answer["milestones"][3]["trace"]["because"]
    assert answer["milestones"][3]["phase"] == "closed"


def test_the_same_question_is_answered_with_the_same_bytes(oba: Oba) -> None:
    first, second = (oba("determine", "hemgenix-illustrative", FACTS, *AS_OF, "--json").stdout for _ in range(2))
    assert first == second


def test_without_an_enrolment_no_amount_is_guessed(oba: Oba, tmp_path: Path) -> None:
    entries = FACTS.read_text(encoding="utf-8").split("\n\n")
    file = tmp_path / "facts.yaml"
    file.write_text("\n\n".join(one for one in entries if "enrolled_under" not in one), encoding="utf-8")
    assert "not computed" in oba("determine", "hemgenix-illustrative", file, *AS_OF).stdout


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (('"36.9"', '"-1"'), "out-of-range"),
        (('"36.9"', '"NaN"'), "invalid-value"),
        (('"36.9"', '"500"'), "invalid-value"),
        (('"36.9"', "36.9"), "ambiguous-value"),
        (("occurred_on: 2024-07-16", "occurred_on: 20240716"), "invalid-value"),
        (("2024-01-15T10:00:00-05:00", "2024-01-15T10:00:00"), "invalid-value"),
        (("unit: IU/dL", "unit: IU/L"), "unknown-value"),
        (("assay: one_stage", "assay: two_stage"), "unknown-value"),
        (("  kit_lots: [SYNTHETIC-1]\n", ""), "missing-field"),
        (("occurred_on: 2024-07-16", "occurred_on: 2024-01-14"), "before-day-0"),
        (("kind: infused", "kind: infusion"), "unknown-kind"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_fact_that_cannot_be_is_refused_with_its_place_and_remedy(
    change: tuple[str, str], code: str, oba: Oba, tmp_path: Path
) -> None:
    text = FACTS.read_text(encoding="utf-8")
    assert change[0] in text
    file = tmp_path / "facts.yaml"
    file.write_text(text.replace(*change), encoding="utf-8")

    result = oba("determine", "hemgenix-illustrative", file, *AS_OF)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert f": {code}: " in result.stderr
    assert f"{file}" in result.stderr
    assert "Remedy: " in result.stderr


def test_a_second_infusion_in_the_file_is_refused(oba: Oba, tmp_path: Path) -> None:
    text = FACTS.read_text(encoding="utf-8")
    file = tmp_path / "facts.yaml"
    first = text.split("\n\n")[0].split("\n", 1)[1]
    file.write_text(f"{text}\n{first}\n", encoding="utf-8")
    result = oba("determine", "hemgenix-illustrative", file, *AS_OF)
    assert (result.exit_code, "one-per-lifetime" in result.stderr) == (1, True)


def test_a_day_before_the_infusion_has_no_answer(oba: Oba) -> None:
    result = oba("determine", "hemgenix-illustrative", FACTS, "--as-of", "2023-01-01")
    assert (result.exit_code, "no-infusion" in result.stderr) == (1, True)


def test_a_payer_rule_is_not_an_agreement(oba: Oba) -> None:
    result = oba("determine", "unitedhealthcare-2026d0120k", FACTS)
    assert (result.exit_code, "not-an-agreement" in result.stderr) == (1, True)


def counting_to_the_confirmation(tmp_path: Path) -> Path:
    """The agreement that ships, with a refund that counts to a confirmation, which it does not ask for."""
    raw = next(raw for file, raw in shelf_files() if file.endswith("hemgenix-illustrative.yaml"))
    head, _, tail = raw.decode().partition("    - kind: table_by_milestone")
    _, _, rest = tail.partition('m60: "20"}\n')
    component = """    - kind: pro_rata
      clause: "9.1"
      percent: "10"
      over_months: 60
      granularity: month
      counts: remaining
      partial: exact
      date: confirmation
      end: exclusive
"""
    file = tmp_path / "agreement.yaml"
    file.write_text(head + component + rest, encoding="utf-8")
    return file


def test_a_refund_that_cannot_be_worked_out_states_its_reason_and_no_amount(oba: Oba, tmp_path: Path) -> None:
    agreement = counting_to_the_confirmation(tmp_path)
    facts = tmp_path / "facts.yaml"
    facts.write_bytes(FACTS.read_bytes())
    said = oba("determine", agreement, facts, *AS_OF).stdout
    assert "not computed: (clause 9.1): date-not-known: " in said
    answer = json.loads(oba("determine", agreement, facts, *AS_OF, "--json").stdout)
    assert (answer["refund_total"], answer["refunds"], answer["beneficiaries"]) == (None, [], {})
    assert [problem["code"] for problem in answer["refund_refused"]] == ["date-not-known"]


def test_a_supposition_whose_refund_cannot_be_worked_out_has_no_difference(oba: Oba, tmp_path: Path) -> None:
    agreement = counting_to_the_confirmation(tmp_path)
    supposed = ("simulate", agreement, FACTS, "--activity", "m12=4.1", *AS_OF)
    assert "refund not computed: " in oba(*supposed).stdout
    assert json.loads(oba(*supposed, "--json").stdout)["refund_difference"] is None


def test_instalments_are_shown_with_their_states_and_reasons(oba: Oba) -> None:
    said = oba("determine", "conditional-instalments-illustrative", FACTS, "--as-of", "2029-06-30").stdout
    assert "anniversary-2  2026-01-15  paid      315,000.00  due on 2026-01-15; year-2 is met" in said
    assert "anniversary-3  2027-01-15  withheld  315,000.00  year-3 is not met" in said
    assert "paid 945,000.00 EUR, before refunds" in said


def test_programs_are_told_the_state_of_every_instalment(oba: Oba) -> None:
    said = oba("determine", "conditional-instalments-illustrative", FACTS, "--as-of", "2029-06-30", "--json").stdout
    parts = json.loads(said)["instalments"]
    assert [part["state"] for part in parts] == ["paid", "paid", "paid", "withheld", "withheld"]
    assert {part["amount"] for part in parts} == {"315000.00"}


def test_where_clauses_have_several_readings_each_says_what_it_pays(oba: Oba) -> None:
    said = oba("determine", "pro-rata-warranty-illustrative", FACTS, "--as-of", "2029-06-30").stdout
    assert said.count("2,116,935.48") == 3
    assert "time_that_remains.started_years  9.1" in said
    answer = json.loads(
        oba("determine", "pro-rata-warranty-illustrative", FACTS, "--as-of", "2029-06-30", "--json").stdout
    )
    assert {one["reading"]: one["refund_total"] for one in answer["readings"]} == {
        "governing": "2116935.48",
        "time_that_remains.started_years": "2625000.00",
        "time_that_remains.whole_years": "1750000.00",
    }


def test_a_reading_without_a_price_says_that_nothing_was_computed(oba: Oba, tmp_path: Path) -> None:
    entries = FACTS.read_text(encoding="utf-8").split("\n\n")
    file = tmp_path / "facts.yaml"
    file.write_text("\n\n".join(one for one in entries if "enrolled_under" not in one), encoding="utf-8")
    said = oba("determine", "pro-rata-warranty-illustrative", file, *AS_OF).stdout
    assert "time_that_remains.whole_years" in said
    assert said.count("not computed") == 4
