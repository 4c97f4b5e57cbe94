"""The directory: a file enters as a whole, or every one of its problems is named and nothing enters."""

from datetime import date
from typing import Any

import pytest

from adapters.records.directory import Htc
from adapters.records.records import Records

HTC = {
    "kind": "htc",
    "htc_id": "HTC-1",
    "name": "Lake HTC",
    "time_zone": "America/Chicago",
    "designated_from": "2022-01-01",
    "city": "Lake",
    "state": "IL",
}
PAYER = {"kind": "payer", "payer_id": "PAYER-1", "name": "A payer"}
MANUFACTURER = {"kind": "manufacturer", "manufacturer_id": "MAN-1", "name": "A manufacturer"}
PERSON = {
    "kind": "person",
    "person_id": "PER-1",
    "name": "A clerk",
    "role": "htc_clerk",
    "organisation_id": "HTC-1",
    "email": "clerk@lake.example",
    "receives_notices": True,
}
ANALYST = {**PERSON, "role": "payer_analyst", "organisation_id": "PAYER-1"}


def test_rows_enter_and_are_found_again(records: Records) -> None:
    assert records.import_directory([PERSON, HTC, PAYER, MANUFACTURER]) == 4

    htc = records.directory.htc("HTC-1")
    assert htc is not None
    assert (htc.time_zone, htc.designated_from) == ("America/Chicago", date(2022, 1, 1))
    assert [payer.payer_id for payer in records.directory.payers()] == ["PAYER-1"]
    assert [one.manufacturer_id for one in records.directory.manufacturers()] == ["MAN-1"]
    person = records.directory.person("PER-1")
    assert person is not None
    assert person.receives_notices is True
    assert records.directory.htc("HTC-2") is None
    assert records.directory.person("PER-2") is None


def test_a_row_that_comes_again_replaces_the_earlier_one(records: Records) -> None:
    records.import_directory([HTC, PERSON])

    assert records.import_directory([{**HTC, "designated_to": "2030-12-31"}]) == 1

    assert [htc.designated_to for htc in records.directory.htcs()] == [date(2030, 12, 31)]
    assert len(records.directory.people()) == 1


def test_people_are_found_by_organisation_and_role(records: Records) -> None:
    physician = {**PERSON, "person_id": "PER-2", "role": "htc_physician"}
    analyst = {**PERSON, "person_id": "PER-3", "role": "payer_analyst", "organisation_id": "PAYER-1"}
    records.import_directory([HTC, PAYER, PERSON, physician, analyst])

    directory = records.directory
    assert [one.person_id for one in directory.people("HTC-1")] == ["PER-1", "PER-2"]
    assert [one.person_id for one in directory.people(role="payer_analyst")] == ["PER-3"]
    assert [one.person_id for one in directory.people("HTC-1", "htc_physician")] == ["PER-2"]


def test_a_row_of_a_spreadsheet_has_blanks_and_words_for_yes_and_no(records: Records) -> None:
    row = {**PERSON, "receives_notices": "No", "htc_id": "", "time_zone": None}

    assert records.import_directory([HTC, row]) == 2

    assert [one.receives_notices for one in records.directory.people()] == [False]


@pytest.mark.parametrize(
    ("row", "code", "pointer"),
    [
        ({**HTC, "time_zone": "US/Foo"}, "time-zone", "/1/time_zone"),
        ({**HTC, "time_zone": "EST5"}, "time-zone", "/1/time_zone"),
        ({**HTC, "time_zone": "../../etc/localtime"}, "time-zone", "/1/time_zone"),
        ({**HTC, "designated_to": "2021-12-31"}, "invalid-value", "/1/designated_to"),
        ({**HTC, "designated_from": "01/02/2022"}, "invalid-value", "/1/designated_from"),
        ({**HTC, "colour": "red"}, "unknown-field", "/1/colour"),
        ({**PERSON, "organisation_id": "HTC-9"}, "unknown-organisation", "/1/organisation_id"),
        ({**ANALYST, "email": "no address"}, "invalid-value", "/1/email"),
        (
            {**ANALYST, "email": "a@b.example\nBcc: c@d.example"},
            "invalid-value",
            "/1/email",
        ),
        ({**ANALYST, "role": "king"}, "unknown-value", "/1/role"),
        (
            {**ANALYST, "receives_notices": "perhaps"},
            "bool-parsing",
            "/1/receives_notices",
        ),
        ({"kind": "ship", "name": "x"}, "unknown-kind", "/1/kind"),
        ({"name": "x"}, "unknown-kind", "/1/kind"),
        ({"kind": "payer", "name": "x"}, "missing-field", "/1/payer_id"),
        (PAYER, "doubled-row", "/1/payer_id"),
    ],
)
def test_a_row_that_is_wrong_is_named_with_its_field_and_nothing_enters(
    records: Records, row: dict[str, Any], code: str, pointer: str
) -> None:
    problems = records.import_directory([PAYER, row])

    assert isinstance(problems, tuple)
    assert [(problem.code, problem.pointer) for problem in problems] == [(code, pointer)]
    assert all(problem.remedy for problem in problems)
    assert records.directory.payers() == ()


def test_all_problems_of_a_file_are_named_at_once(records: Records) -> None:
    problems = records.import_directory([{**HTC, "time_zone": "US/Foo"}, {**PERSON, "email": "no"}, {"kind": "ship"}])

    assert isinstance(problems, tuple)
    assert {problem.pointer for problem in problems} == {"/0/time_zone", "/1/email", "/2/kind"}


@pytest.mark.parametrize(
    ("day", "covered"),
    [("2021-12-31", False), ("2022-01-01", True), ("2030-12-31", True), ("2031-01-01", False)],
)
def test_a_designation_covers_its_first_and_its_last_day(day: str, covered: bool) -> None:
    htc = Htc.model_validate({**HTC, "designated_to": "2030-12-31"})

    assert htc.designated_on(date.fromisoformat(day)) is covered
