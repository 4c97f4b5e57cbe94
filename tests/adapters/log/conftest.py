"""A log in a folder of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.log.log import Log
from tests.support.store import a_log


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = a_log(tmp_path)
    yield opened
    opened.close()
