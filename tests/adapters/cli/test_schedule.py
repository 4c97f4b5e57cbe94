"""`oba schedule plan`."""

import json
from pathlib import Path
from typing import Any

import yaml

from adapters.documents.shelf import shelf_files
from tests.adapters.cli.conftest import Oba
from tests.support.place import ON_FILES

pytestmark = ON_FILES


def written(folder: Path, **changes: Any) -> Path:
    raw = next(raw for name, raw in shelf_files() if name.endswith("hemgenix-illustrative.yaml"))
    file = folder / "mine.yaml"
    file.write_text(yaml.safe_dump({**yaml.safe_load(raw), **changes}), encoding="utf-8")
    return file


def test_a_leap_day_is_clamped_in_common_years_and_comes_back_in_the_next_leap_year(oba: Oba) -> None:
    result = oba("schedule", "plan", "--agreement", "hemgenix-illustrative", "--infused-on", "2028-02-29", "--json")
    due = {one["name"]: one["due_on"] for one in json.loads(result.stdout)["dates"]}
    assert due == {
        "m3": "2028-05-29",
        "m6": "2028-08-29",
        "m12": "2029-02-28",
        "m24": "2030-02-28",
        "m36": "2031-02-28",
        "m60": "2033-02-28",
    }


def test_every_milestone_has_a_row_with_its_six_days_and_its_clause(oba: Oba) -> None:
    result = oba("schedule", "plan", "--agreement", "hemgenix-illustrative", "--infused-on", "2026-01-15")
    rows = result.stdout.splitlines()[2:]
    assert len(rows) == 6
    expected = ["m12", "2026-12-16", "2027-01-15", "2027-02-14", "2027-03-16", "2027-04-15", "2027-02-28", "3.3"]
    assert rows[2].split() == expected


def test_a_milestone_that_waits_for_an_event_is_named_with_what_it_waits_for(oba: Oba, tmp_path: Path) -> None:
    content = yaml.safe_load(written(tmp_path).read_text(encoding="utf-8"))
    content["milestones"][5]["anchor"] = {"kind": "event", "event": "retreated"}
    content["milestones"][4]["anchor"] = {"kind": "enrolment"}
    content["milestones"][0]["anchor"] = {"kind": "milestone", "milestone": "m60"}
    file = written(tmp_path, milestones=content["milestones"])

    result = oba("schedule", "plan", "--agreement", file, "--infused-on", "2026-01-15")

    assert "m60: no dates yet, it waits for the event retreated" in result.stdout
    assert "m36: no dates yet, it waits for the enrolment; give its day with --enrolled-on" in result.stdout
    assert "m3: no dates yet, it waits for milestone m60" in result.stdout


def test_a_deadline_that_moved_to_a_business_day_is_told_with_the_day_before_the_move(oba: Oba, tmp_path: Path) -> None:
    rule = {"clause": "1.4", "calendar": "weekends", "weekend": ["sunday"], "holidays": [], "rule": "preceding"}
    file = written(tmp_path, business_days=rule)
    result = oba("schedule", "plan", "--agreement", file, "--infused-on", "2026-01-15")
    assert "m12: report by moved from 2027-02-28 to the business day 2027-02-27" in result.stdout


def test_a_follow_up_plan_has_dates_too_and_a_payer_rule_has_none(oba: Oba) -> None:
    good = oba("schedule", "plan", "--agreement", "hemgenix-follow-up", "--infused-on", "2026-01-15")
    refused = oba("schedule", "plan", "--agreement", "unitedhealthcare-2026d0120k", "--infused-on", "2026-01-15")
    assert good.exit_code == 0
    assert refused.exit_code == 1
    assert "nothing-to-plan" in refused.stderr
