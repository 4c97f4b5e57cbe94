"""`oba simulate`: what if something else had been reported."""

import json
from pathlib import Path

import pytest

from tests.adapters.cli.conftest import Oba
from tests.support.place import ON_FILES

pytestmark = ON_FILES
ROOT = Path(__file__).resolve().parents[3]
FACTS = ROOT / "docs" / "examples" / "facts.yaml"
AGREEMENT = "hemgenix-illustrative"


def test_a_month_12_of_4_1_fails_and_costs_a_quarter_of_the_price(oba: Oba) -> None:
    result = oba("simulate", AGREEMENT, FACTS, "--activity", "m12=4.1", "--as-of", "2025-06-01", "--json")
    answer = json.loads(result.stdout)
    assert answer["changed"] == ["m12"]
    assert answer["refund_difference"] == "875000.00"
    assert answer["stored"] is False


def test_without_a_day_both_sides_are_judged_when_the_supposed_milestone_has_closed(oba: Oba) -> None:
    answer = json.loads(oba("simulate", AGREEMENT, FACTS, "--activity", "m60=4.1", "--json").stdout)
    assert answer["as_of"] == "2029-05-16"
    assert answer["now"]["as_of"] == answer["what_if"]["as_of"] == "2029-05-16"


def test_the_results_of_the_window_and_their_corrections_give_way(oba: Oba) -> None:
    answer = json.loads(oba("simulate", AGREEMENT, FACTS, "--activity", "m24=40", "--json").stdout)
    (m24,) = (one for one in answer["what_if"]["milestones"] if one["milestone"] == "m24")
    said = json.dumps(m24)
    assert "2.1 IU/dL" not in said
    assert "40 IU/dL" in said


def test_a_comparator_may_be_supposed(oba: Oba) -> None:
    result = oba("simulate", AGREEMENT, FACTS, "--activity", "m12=<1", "--as-of", "2025-06-01")
    assert "What if FIX activity at m12 were <1 IU/dL?" in result.stdout
    assert "difference 875,000.00" in result.stdout
    assert "m12 is not met: its criterion is false" in result.stdout


def test_more_facts_can_be_supposed_from_a_file(oba: Oba, tmp_path: Path) -> None:
    more = tmp_path / "more.yaml"
    more.write_text("- {kind: patient_died, relation: related, occurred_on: '2025-06-01'}\n", encoding="utf-8")
    answer = json.loads(oba("simulate", AGREEMENT, FACTS, "--add", more, "--as-of", "2029-06-01", "--json").stdout)
    assert "m36" in answer["changed"]


def test_what_a_supposition_does_to_instalments_is_told_beside_the_refund(oba: Oba, tmp_path: Path) -> None:
    more = tmp_path / "more.yaml"
    start = "kind: prophylaxis_started, product: IDELVION, every_days: '7', occurred_on: '2024-01-10'"
    more.write_text(f"- {{{start}}}\n", encoding="utf-8")
    words = ("simulate", "conditional-instalments-illustrative", FACTS, "--add", more, "--as-of", "2029-06-01")
    said = oba(*words).stdout
    assert "instalments paid now 945,000.00, what if 315,000.00 EUR: difference -630,000.00" in said
    assert "year-1     met      not met  changed, first failure 2024-04-15" in said


@pytest.mark.parametrize(
    ("supposed", "code"),
    [("m12", "not-a-supposition"), ("m99=4", "unknown-milestone"), ("m12=high", "not-a-supposition")],
)
def test_what_cannot_be_supposed_is_refused_with_its_remedy(oba: Oba, supposed: str, code: str) -> None:
    result = oba("simulate", AGREEMENT, FACTS, "--activity", supposed)
    assert result.exit_code == 1
    assert code in result.stderr
    assert "Remedy" in result.stderr
