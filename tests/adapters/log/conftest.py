"""A log of its own for each test, on both engines; on PostgreSQL a copy of a database that holds the empty log."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from adapters.log.log import Log
from adapters.log.postgres.schema import upgrade
from adapters.settings import Settings
from tests.support.place import ENGINES, Engine, Place
from tests.support.postgres import APP, DatabaseUrls, Server
from tests.support.store import a_log


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def empty_log(postgres: Server) -> str:
    """The name of a database with a log and nothing else in it."""
    urls = postgres.new_database()
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        upgrade(owner, APP, demo=True)
    return urls.name


@pytest.fixture
def place(engine: Engine, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    if engine == "sqlite":
        yield Place.at(tmp_path, engine)
        return
    server, template = request.getfixturevalue("postgres"), request.getfixturevalue("empty_log")
    made = Place.at(tmp_path, engine, server, template)
    yield made
    made.drop()


@pytest.fixture
def settings(place: Place) -> Settings:
    return place.settings


@pytest.fixture
def log(settings: Settings) -> Iterator[Log]:
    opened = a_log(settings)
    yield opened
    opened.close()


@pytest.fixture
def database(postgres: Server, empty_log: str) -> Iterator[DatabaseUrls]:
    """A database with an empty log, for what is true on PostgreSQL only."""
    urls = postgres.new_database(empty_log)
    yield urls
    postgres.drop(urls.name)
