"""The command line as a person uses it, on stores in a temporary folder."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from adapters.cli.app import app
from tests.adapters.conftest import MakingPlaces
from tests.support.place import Place

Oba = Callable[..., Result]


@pytest.fixture
def place(bare_place: MakingPlaces, tmp_path: Path) -> Iterator[Place]:
    """Where the stores of a test will lie; nothing is made yet."""
    made = bare_place(tmp_path / "var")
    yield made
    made.drop()


@pytest.fixture
def home(place: Place) -> Path:
    """The home of the stores; empty at first."""
    return place.settings.home


@pytest.fixture
def oba(place: Place) -> Oba:
    """Runs one command and gives exit code, stdout and stderr."""

    def run(*words: object) -> Result:
        environment = {**place.environment, "NO_COLOR": "1", "COLUMNS": "200"}
        return CliRunner().invoke(app, [str(word) for word in words], env=environment)

    return run


@pytest.fixture
def directory(tmp_path: Path, oba: Oba) -> Path:
    """A directory of one HTC, one payer, one manufacturer and two people, entered into the stores."""
    file = tmp_path / "directory.yaml"
    file.write_text(DIRECTORY, encoding="utf-8")
    assert oba("db", "upgrade").exit_code == 0
    assert oba("directory", "import", file).exit_code == 0
    return file


DIRECTORY = """\
- {kind: htc, htc_id: htc-a, name: "HTC A", time_zone: America/Chicago, designated_from: 2020-01-01, city: A, state: IL}
- {kind: payer, payer_id: payer-a, name: "Payer A"}
- {kind: manufacturer, manufacturer_id: maker, name: "Maker"}
- {kind: person, person_id: coordinator-a, name: "C", role: coordinator, organisation_id: maker,
   email: c@maker.example, receives_notices: false}
- {kind: person, person_id: analyst-a, name: "P", role: payer_analyst, organisation_id: payer-a,
   email: p@payer.example, receives_notices: false}
"""
