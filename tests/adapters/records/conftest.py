"""Records of their own for each test, on both engines."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from adapters.database import reading, writing
from adapters.postgresql import postgresql_engine
from adapters.records.columns import METADATA
from adapters.records.engine import open_engine
from adapters.records.records import Records, open_records
from adapters.settings import Settings
from tests.support.place import Place


@pytest.fixture
def records(place: Place) -> Iterator[Records]:
    opened = open_records(place.settings)
    yield opened
    opened.close()


@contextmanager
def by_hand(settings: Settings) -> Iterator[Connection]:
    """A transaction of somebody who owns the tables and passes the product by."""
    owner = settings.owner_url
    engine = open_engine(settings.records_file) if owner is None else postgresql_engine(settings, "records", owner)
    try:
        with writing(engine) as connection:
            yield connection
    finally:
        engine.dispose()


def everything(records: Records, home: Path) -> bytes:
    """All that lies in the records: the bytes of the files, or every row of every table."""
    with reading(records.engine) as connection:
        rows = [row for table in METADATA.sorted_tables for row in connection.execute(sa.select(table)).mappings()]
    return repr(rows).encode() + b"".join(file.read_bytes() for file in home.glob("records.sqlite3*"))
