"""`oba agreement check`."""

import json
from pathlib import Path

from adapters.documents.shelf import shelf_files
from tests.adapters.cli.conftest import Oba


def test_the_whole_shelf_is_checked_when_nothing_is_named(oba: Oba) -> None:
    result = oba("agreement", "check")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == len(list(shelf_files()))


def test_a_good_document_is_named_by_the_hash_of_its_content(oba: Oba) -> None:
    (one,) = json.loads(oba("agreement", "check", "hemgenix-illustrative", "--json").stdout)
    assert one["kind"] == "agreement"
    assert len(one["terms_hash"]) == 64


def test_a_misspelt_key_is_refused_with_file_line_column_and_remedy(oba: Oba, tmp_path: Path) -> None:
    _, raw = next(iter(shelf_files()))
    text = raw.decode().replace("month_end:", "month_ends:", 1)
    file = tmp_path / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    line = next(number for number, row in enumerate(text.splitlines(), start=1) if row.startswith("month_ends"))

    result = oba("agreement", "check", file)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert f"{file}:{line}:1 /month_ends: unknown-field" in result.stderr
    assert "missing-field" in result.stderr


def test_problems_can_be_read_by_programs(oba: Oba, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("kind: agreement\nkind: agreement\n", encoding="utf-8")
    result = oba("agreement", "check", file, "--json")
    *missing, doubled = json.loads(result.stderr)["problems"]
    assert (doubled["code"], doubled["line"], doubled["column"]) == ("doubled-key", 2, 1)
    assert {one["code"] for one in missing} == {"missing-field"}


def test_a_document_that_is_neither_file_nor_on_the_shelf_is_refused_with_what_there_is(oba: Oba) -> None:
    result = oba("agreement", "check", "no-such-agreement")
    assert result.exit_code == 1
    assert "hemgenix-illustrative" in result.stderr


def test_agreements_that_may_lie_over_one_infusion_are_warned_about_where_they_share_no_limit(oba: Oba) -> None:
    two = ("hemgenix-illustrative", "hemgenix-illustrative-12")
    said = oba("agreement", "check", *two).stdout
    assert said.splitlines()[-1].startswith("warning: /refund/joint_limit_with: no-joint-limit: ")
    assert "warning" not in oba("agreement", "check", two[0]).stdout
