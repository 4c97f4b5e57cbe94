"""What the tests of the server have in common: a log on it, its owner, and a line to it that can be cut."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from adapters.clock import FixedClock
from adapters.log.log import Log
from adapters.log.opening import open_log_database
from tests.adapters.log.postgres.line import Line
from tests.support.postgres import DatabaseUrls
from tests.support.store import NOON

Owner = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def served(database: DatabaseUrls) -> Iterator[Log]:
    """A log on the server under a clock that stands."""
    log = open_log_database(database.app, FixedClock(NOON))
    yield log
    log.close()


@pytest.fixture
def owner(database: DatabaseUrls) -> Iterator[Owner]:
    with psycopg.connect(database.owner, autocommit=True) as connection:
        yield connection


@pytest.fixture
def line(database: DatabaseUrls) -> Iterator[Line]:
    with tempfile.TemporaryDirectory() as folder:
        opened = Line(database.app, Path(folder))
        yield opened
        opened.close()
