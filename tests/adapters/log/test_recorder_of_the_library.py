"""The library's own suite for recorders, run on ours, on both engines: we changed the table, not the behaviour."""

import importlib
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

# The suite imports the cipher of a package that we do not use; the library's twin over `cryptography` stands in.
sys.modules.setdefault("eventsourcing.cipher", importlib.import_module("eventsourcing.cryptography"))

from eventsourcing.persistence import StoredEvent  # noqa: E402
from eventsourcing.tests.persistence import (  # noqa: E402
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)

from adapters.clock import FixedClock  # noqa: E402
from adapters.log.postgres.datastore import PostgresLogDatastore  # noqa: E402
from adapters.log.postgres.recorder import PostgresLogRecorder  # noqa: E402
from adapters.log.sqlite.connection import LogDatastore  # noqa: E402
from adapters.log.sqlite.recorder import SqliteLogRecorder  # noqa: E402
from tests.support.postgres import DatabaseUrls  # noqa: E402

NOON = datetime(2026, 3, 1, tzinfo=UTC)


class _OnAFile:
    RECORDER: type[SqliteLogRecorder] = SqliteLogRecorder

    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.datastore = LogDatastore(str(Path(self.folder.name) / "log.sqlite3"))

    def tearDown(self) -> None:
        self.datastore.close()
        self.folder.cleanup()

    def create_recorder(self) -> SqliteLogRecorder:
        recorder = self.RECORDER(self.datastore, FixedClock(NOON))
        recorder.create_table()
        return recorder


class _OnAServer:
    RECORDER: type[PostgresLogRecorder] = PostgresLogRecorder

    @pytest.fixture(autouse=True)
    def _with_a_database(self, database: DatabaseUrls) -> Iterator[None]:
        self.datastore = PostgresLogDatastore(database.app)
        yield
        self.datastore.close()

    def create_recorder(self) -> PostgresLogRecorder:
        recorder = self.RECORDER(self.datastore, FixedClock(NOON))
        recorder.create_table()
        return recorder


class _WithoutPositions(SqliteLogRecorder):
    """The suite for aggregates expects no positions; all else is asked of our recorder."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        super().insert_events(stored_events, **kwargs)


class _WithoutPositionsOnAServer(PostgresLogRecorder):
    """As above."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        super().insert_events(stored_events, **kwargs)


class TestAggregateRecorderOnAFile(_OnAFile, AggregateRecorderTestCase):
    RECORDER = _WithoutPositions


class TestAggregateRecorderOnAServer(_OnAServer, AggregateRecorderTestCase):
    RECORDER = _WithoutPositionsOnAServer


class TestApplicationRecorderOnAFile(_OnAFile, ApplicationRecorderTestCase[SqliteLogRecorder]):
    pass


class TestApplicationRecorderOnAServer(_OnAServer, ApplicationRecorderTestCase[PostgresLogRecorder]):
    pass


class TestNonInterleavingPositionsOnAFile(_OnAFile, NonInterleavingNotificationIDsBaseCase):
    pass


class TestNonInterleavingPositionsOnAServer(_OnAServer, NonInterleavingNotificationIDsBaseCase):
    pass


del AggregateRecorderTestCase, ApplicationRecorderTestCase, NonInterleavingNotificationIDsBaseCase
