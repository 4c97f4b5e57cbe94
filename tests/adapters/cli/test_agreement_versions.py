"""`oba agreement amend`, `end` and `coverage`: later versions from the command line."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import Result

from adapters.bootstrap import open_services
from adapters.documents.shelf import shelf_files
from oba.document.events import DocumentAmended, DocumentEnded
from oba.facts.base import Body
from tests.adapters.cli.conftest import Oba
from tests.support.place import Place

FIRST = next(raw.decode() for name, raw in shelf_files() if name.endswith("/hemgenix-illustrative.yaml"))
EFFECTIVE = 'effective_on: "2021-07-01"'
PARTIES = ("demo-manufacturer", "demo-payer-north", "demo-payer-south")


@pytest.fixture
def files(oba: Oba, tmp_path: Path) -> Path:
    """A folder of two versions, the first one registered; the second takes effect in 2028."""
    assert oba("db", "upgrade").exit_code == 0
    (tmp_path / "first.yaml").write_text(FIRST, encoding="utf-8")
    (tmp_path / "second.yaml").write_text(FIRST.replace(EFFECTIVE, 'effective_on: "2028-01-01"'), encoding="utf-8")
    assert oba("agreement", "register", tmp_path / "first.yaml").exit_code == 0
    return tmp_path


def version(oba: Oba, file: Path) -> str:
    (one,) = json.loads(oba("agreement", "check", file, "--json").stdout)
    return str(one["terms_hash"])


def amend(oba: Oba, files: Path, *words: object, binds: str = "new_infusions", signed_on: str = "2027-12-01") -> Result:
    replaces = version(oba, files / "first.yaml")
    return oba("agreement", "amend", files / "second.yaml", "--replaces", replaces, "--signed-on", signed_on,
               "--binds", binds, *words)  # fmt: skip


def bodies(place: Place) -> list[Body]:
    services = open_services(place.settings)
    found: list[Body] = [event.body for event in services.tracker.log.documents()]
    services.close()
    return found


def test_an_amendment_lies_on_the_shelf_with_what_it_says_of_itself(oba: Oba, files: Path, place: Place) -> None:
    signed = [word for party in PARTIES for word in ("--signed-by", party)]
    words = ("--migration", "milestones_due_from_effect", "--may-reduce-issued", "--json", *signed)
    result = amend(oba, files, *words, binds="all_infusions")
    assert json.loads(result.stdout)["amended"] is True
    body = bodies(place)[-1]
    assert isinstance(body, DocumentAmended)
    assert (body.binds, body.migration, body.may_reduce_issued) == ("all_infusions", "milestones_due_from_effect", True)
    assert (body.signed_by, body.signed_on.isoformat()) == (PARTIES, "2027-12-01")
    listed = json.loads(oba("agreement", "list", "--json").stdout)
    assert {row["effective_on"] for row in listed} == {"2021-07-01", "2028-01-01"}


def test_the_same_amendment_again_changes_nothing(oba: Oba, files: Path, place: Place) -> None:
    amend(oba, files)
    again = amend(oba, files)
    assert again.stdout.startswith("on the shelf already: agreement")
    assert len(bodies(place)) == 2


def test_what_an_amendment_lacks_is_told_at_once_and_nothing_is_stored(oba: Oba, files: Path, place: Place) -> None:
    result = amend(oba, files, "--signed-by", "stranger", binds="all_infusions", signed_on="2028-01-02")
    assert result.exit_code == 1
    for code in ("missing-migration", "not-a-party", "retroactive-without-signatures"):
        assert code in result.stderr
    assert len(bodies(place)) == 1


def test_an_overlap_is_told_at_its_line(oba: Oba, files: Path) -> None:
    text = FIRST.replace("adults_only: true", "adults_only: false")
    (files / "second.yaml").write_text(text, encoding="utf-8")
    line = next(number for number, row in enumerate(text.splitlines(), start=1) if row.startswith("effective_on"))
    result = amend(oba, files)
    assert f"second.yaml:{line}:1 /effective_on: overlapping-versions" in result.stderr


@pytest.mark.parametrize(
    ("option", "value", "pointer"),
    [("--binds", "everybody", "/binds"), ("--migration", "all", "/migration"), ("--replaces", "first", "/replaces")],
)
def test_a_word_that_an_amendment_does_not_know_is_refused(
    option: str, value: str, pointer: str, oba: Oba, files: Path
) -> None:
    words = {"--replaces": "0" * 64, "--signed-on": "2027-12-01", "--binds": "all_infusions", option: value}
    result = oba("agreement", "amend", files / "second.yaml", *(one for pair in words.items() for one in pair))
    assert result.exit_code == 1
    assert pointer in result.stderr


def test_a_file_that_is_no_document_amends_nothing(oba: Oba, files: Path, place: Place) -> None:
    (files / "second.yaml").write_text("kind: agreement\n", encoding="utf-8")
    result = oba("agreement", "amend", files / "second.yaml", "--replaces", "0" * 64, "--signed-on", "2027-12-01",
                 "--binds", "new_infusions")  # fmt: skip
    assert (result.exit_code, "missing-field" in result.stderr) == (1, True)
    assert len(bodies(place)) == 1


def test_a_document_ends_and_its_obligations_survive(oba: Oba, files: Path, place: Place) -> None:
    result = oba("agreement", "end", "hemgenix-illustrative", "--on", "2030-12-31", "--reason", "expired")
    assert result.stdout == "hemgenix-illustrative ends on 2030-12-31; obligations survive\n"
    assert isinstance(bodies(place)[-1], DocumentEnded)
    assert oba("agreement", "coverage").stdout.splitlines()[1].split()[1:3] == ["2021-07-01", "2030-12-31"]
    again = oba("agreement", "end", "hemgenix-illustrative", "--on", "2031-12-31", "--json")
    assert (again.exit_code, "document-ended" in again.stderr) == (1, True)


def test_an_end_can_be_told_to_programs_and_needs_a_coded_reason(oba: Oba, files: Path) -> None:
    refused = oba("agreement", "end", "hemgenix-illustrative", "--on", "2030-12-31", "--reason", "we had enough")
    assert (refused.exit_code, "/reason" in refused.stderr) == (1, True)
    told = oba("agreement", "end", "hemgenix-illustrative", "--on", "2030-12-31", "--json")
    assert json.loads(told.stdout) == {"id": "hemgenix-illustrative", "ends_on": "2030-12-31"}


def test_what_is_registered_is_covered_by_one_version_on_every_day(oba: Oba, files: Path) -> None:
    amend(oba, files)
    (found,) = json.loads(oba("agreement", "coverage", "--json").stdout)
    days = [(span["first"], span["last"]) for span in found["spans"]]
    assert days == [("2021-07-01", "2027-12-31"), ("2028-01-01", None)]
    assert [span["version"] for span in found["spans"]] == [
        version(oba, files / "first.yaml"),
        version(oba, files / "second.yaml"),
    ]


def test_files_with_a_gap_are_refused_by_coverage_and_by_check(oba: Oba, files: Path) -> None:
    ending = FIRST.replace(EFFECTIVE, f'{EFFECTIVE}\nends_on: "2027-12-30"')
    (files / "first.yaml").write_text(ending, encoding="utf-8")
    for command in ("coverage", "check"):
        result = oba("agreement", command, files / "first.yaml", files / "second.yaml")
        assert result.exit_code == 1
        assert re.search(r"second\.yaml:\d+:1 /effective_on: gap-between-versions", result.stderr)
        assert "from 2027-12-31 to 2027-12-31" in result.stderr


def test_a_horizon_beyond_the_versions_has_a_gap(oba: Oba, files: Path) -> None:
    before = oba("agreement", "coverage", files / "first.yaml", "--from", "2021-06-30")
    assert (before.exit_code, "from 2021-06-30 to 2021-06-30" in before.stderr) == (1, True)
    ending = FIRST.replace(EFFECTIVE, f'{EFFECTIVE}\nends_on: "2027-12-30"')
    (files / "first.yaml").write_text(ending, encoding="utf-8")
    after = oba("agreement", "coverage", files / "first.yaml", "--to", "2028-12-31")
    assert (after.exit_code, "from 2027-12-31 to 2028-12-31" in after.stderr) == (1, True)


def test_files_that_follow_each_other_are_told_day_by_day(oba: Oba, files: Path) -> None:
    result = oba("agreement", "coverage", files / "first.yaml", files / "second.yaml", "--to", "2030-12-31")
    rows = [row.split() for row in result.stdout.splitlines()[1:]]
    assert [row[1:3] for row in rows] == [["2021-07-01", "2027-12-31"], ["2028-01-01", "2030-12-31"]]


def test_a_file_that_cannot_be_read_has_no_coverage(oba: Oba, files: Path) -> None:
    result = oba("agreement", "coverage", files / "first.yaml", "nowhere.yaml")
    assert (result.exit_code, "no-such-document" in result.stderr) == (1, True)


def test_a_retroactive_first_version_needs_the_signatures_of_all_parties(oba: Oba, files: Path, place: Place) -> None:
    text = FIRST.replace("id: hemgenix-illustrative", "id: retroactive", 1)
    (files / "second.yaml").write_text(f'{text}\nretroactive_from: "2021-01-01"\n', encoding="utf-8")
    refused = oba("agreement", "register", files / "second.yaml")
    assert (refused.exit_code, "retroactive-without-signatures" in refused.stderr) == (1, True)
    signed = [word for party in PARTIES for word in ("--signed-by", party)]
    assert oba("agreement", "register", files / "second.yaml", *signed).exit_code == 0
    assert len(bodies(place)) == 2
