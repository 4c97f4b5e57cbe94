"""Records in a folder of their own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.records.records import Records, open_records


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    opened = open_records(tmp_path / "records.sqlite3", tmp_path / "keys")
    yield opened
    opened.close()
