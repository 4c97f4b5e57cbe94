"""Every test that touches a store runs on both engines: the same deployment on SQLite files and on PostgreSQL."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest

from tests.support.place import ENGINES, Engine, Place
from tests.support.postgres import Server

MakingPlaces = Callable[[Path], Place]
MakingBeside = Callable[[Engine], Place]


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """The engine that keeps the stores of a test."""
    return cast("Engine", request.param)


@pytest.fixture(scope="session")
def bare_place(engine: Engine, request: pytest.FixtureRequest) -> Iterator[MakingPlaces]:
    """Makes places before anything was made in them: no home, and on PostgreSQL an empty database each."""
    server: Server | None = None if engine == "sqlite" else request.getfixturevalue("postgres")
    made: list[Place] = []

    def make(home: Path) -> Place:
        made.append(Place.at(home, engine, server))
        return made[-1]

    yield make
    for place in made:
        place.drop_database()


@pytest.fixture(scope="session")
def new_place(bare_place: MakingPlaces, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakingPlaces]:
    """Makes places with empty stores, ready for use: copies of one after its upgrade."""
    first = bare_place(tmp_path_factory.mktemp("empty") / "var").upgraded()
    made: list[Place] = []

    def make(home: Path) -> Place:
        made.append(first.copy(home))
        return made[-1]

    yield make
    for place in made:
        place.drop_database()


@pytest.fixture
def place(new_place: MakingPlaces, tmp_path: Path) -> Iterator[Place]:
    """Where the stores of one test lie."""
    made = new_place(tmp_path / "var")
    yield made
    made.drop()


@pytest.fixture
def beside(place: Place, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[MakingBeside]:
    """Makes places of either engine that have the keys of the first and nothing else, ready to be filled."""
    made: list[Place] = []

    def make(engine: Engine) -> Place:
        home = tmp_path / f"beside-{len(made)}"
        shutil.copytree(place.settings.keys_folder, home / "keys")
        server: Server | None = None if engine == "sqlite" else request.getfixturevalue("postgres")
        made.append(Place.at(home, engine, server))
        return made[-1] if engine == "sqlite" else made[-1].upgraded()

    yield make
    for one in made:
        one.drop()
