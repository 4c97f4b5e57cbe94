"""`oba import facts` on an infusion that is there."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from adapters.bootstrap import open_services
from adapters.records.identity import Identity
from adapters.registration import NewInfusion
from oba.facts.recorded import Source
from oba.identity import derived_id
from oba.problems import Refusal
from tests.adapters.cli.conftest import Oba
from tests.support.place import Place

BORN_ON = date(1980, 2, 3)
BEGAN_AT = datetime(2025, 3, 4, 16, 30, tzinfo=UTC)


@pytest.fixture
def code(directory: Path, place: Place) -> str:
    """The code of a registered infusion."""
    services = open_services(place.settings)
    new = NewInfusion.model_validate(
        {
            "product": "HEMGENIX",
            "htc_id": "htc-a",
            "occurred_at": BEGAN_AT,
            "weight_kg": "80",
            "volume_ml": "160",
            "vials": 16,
            "kit_lots": ["SYNTHETIC-1"],
            "ndc": "00053-0100-10",
            "dose_share_percent": "100",
        }
    )
    answer = services.tracker.register_infusion(
        Identity(given_name="Synthetic", family_name="Person", born_on=BORN_ON),
        new,
        actor="coordinator-a",
        source=Source(system="test"),
        command_id=derived_id("test", "infusion"),
    )
    services.close()
    assert not isinstance(answer, Refusal), answer
    return str(answer.answer["code"])


@pytest.fixture
def spreadsheet(tmp_path: Path, code: str) -> Path:
    """Two facts in a file."""
    file = tmp_path / "facts.csv"
    file.write_text(
        "infusion_code,kind,occurred_on,weight_kg\n"
        f"{code},weight_measured,2025-06-01,81\n"
        f"{code},weight_measured,2025-09-01,82\n",
        encoding="utf-8",
    )
    return file


def events(place: Place) -> int:
    services = open_services(place.settings)
    head = services.tracker.log.head()
    services.close()
    return head


def test_a_dry_run_checks_everything_and_records_nothing(oba: Oba, spreadsheet: Path, place: Place) -> None:
    before = events(place)
    result = oba("import", "facts", spreadsheet, "--as", "coordinator-a", "--dry-run")
    assert result.exit_code == 0, result.stderr
    assert "2 rows ready, nothing recorded" in result.stdout
    assert events(place) == before


def test_all_rows_are_recorded_and_the_same_file_again_records_nothing_more(
    oba: Oba, spreadsheet: Path, place: Place
) -> None:
    before = events(place)
    assert "2 rows recorded" in oba("import", "facts", spreadsheet, "--as", "coordinator-a").stdout
    assert events(place) == before + 2
    assert "0 rows recorded; 2 recorded before" in oba("import", "facts", spreadsheet, "--as", "coordinator-a").stdout
    assert events(place) == before + 2


def test_a_wrong_row_stops_the_whole_file(oba: Oba, spreadsheet: Path, place: Place) -> None:
    before = events(place)
    spreadsheet.write_text(spreadsheet.read_text(encoding="utf-8").replace(",82\n", ",-82\n"), encoding="utf-8")
    for more in ((), ("--json",)):
        assert oba("import", "facts", spreadsheet, "--as", "coordinator-a", *more).exit_code == 1
    assert events(place) == before


def test_no_command_shows_the_patient(oba: Oba, spreadsheet: Path) -> None:
    said = oba("import", "facts", spreadsheet, "--as", "coordinator-a").output + oba("doctor").output
    assert "Synthetic" not in said
    assert "Person" not in said
