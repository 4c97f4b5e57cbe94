"""One load of the portfolio for all tests of a run, and copies of it for those that move its clock."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.bootstrap import Services, open_services
from adapters.demo.loader import load
from adapters.settings import Settings


@pytest.fixture(scope="session")
def loaded_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo store at the default demo clock; nobody writes to it."""
    home = tmp_path_factory.mktemp("demo") / "var"
    load(Settings(home=home))
    return home


@pytest.fixture(scope="session")
def loaded(loaded_home: Path) -> Iterator[Services]:
    """The demo store at the default demo clock, for reading."""
    services = open_services(Settings(home=loaded_home))
    services.projector.catch_up()
    yield services
    services.close()


@pytest.fixture
def copied(loaded_home: Path, loaded: Services, tmp_path: Path) -> Path:
    """A folder with a copy of the demo store, to be changed."""
    home = tmp_path / "var"
    shutil.copytree(loaded_home, home)
    return home
