"""One load of the portfolio for all tests of a run, and copies of it for those that move its clock."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.bootstrap import Services, open_services
from adapters.demo.loader import load
from tests.adapters.conftest import MakingPlaces
from tests.support.place import Place


@pytest.fixture(scope="session")
def loaded_place(new_place: MakingPlaces, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A demo store at the default demo clock, its views filled; nobody writes to it."""
    place = new_place(tmp_path_factory.mktemp("demo") / "var")
    load(place.settings)
    services = open_services(place.settings)
    services.projector.catch_up()
    services.close()
    return place


@pytest.fixture(scope="session")
def loaded_copy(loaded_place: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The same store once more, for reading, so that the first one stays closed and can be copied."""
    return loaded_place.copy(tmp_path_factory.mktemp("loaded") / "var")


@pytest.fixture(scope="session")
def loaded(loaded_copy: Place) -> Iterator[Services]:
    """The demo store at the default demo clock, for reading."""
    services = open_services(loaded_copy.settings)
    yield services
    services.close()
    loaded_copy.drop_database()


@pytest.fixture
def copied(loaded_place: Place, tmp_path: Path) -> Iterator[Place]:
    """A copy of the demo store, to be changed."""
    place = loaded_place.copy(tmp_path / "var")
    yield place
    place.drop_database()
