"""The library's own suite for recorders, run on the log's recorder: we changed the table, not the behaviour."""

import importlib
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# The suite imports the cipher of a package that we do not use; the library's twin over `cryptography` stands in.
sys.modules.setdefault("eventsourcing.cipher", importlib.import_module("eventsourcing.cryptography"))

from eventsourcing.persistence import StoredEvent  # noqa: E402
from eventsourcing.tests.persistence import (  # noqa: E402
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)

from adapters.clock import FixedClock  # noqa: E402
from adapters.log.connection import LogDatastore  # noqa: E402
from adapters.log.recorder import LogRecorder  # noqa: E402


class _OnAFile:
    RECORDER: type[LogRecorder] = LogRecorder

    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.datastore = LogDatastore(str(Path(self.folder.name) / "log.sqlite3"))

    def tearDown(self) -> None:
        self.datastore.close()
        self.folder.cleanup()

    def create_recorder(self) -> LogRecorder:
        recorder = self.RECORDER(self.datastore, FixedClock(datetime(2026, 3, 1, tzinfo=UTC)))
        recorder.create_table()
        return recorder


class _WithoutPositions(LogRecorder):
    """The suite for aggregates expects no positions; all else is asked of our recorder."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        super().insert_events(stored_events, **kwargs)


class TestAggregateRecorder(_OnAFile, AggregateRecorderTestCase):
    RECORDER = _WithoutPositions


class TestApplicationRecorder(_OnAFile, ApplicationRecorderTestCase[LogRecorder]):
    pass


class TestNonInterleavingPositions(_OnAFile, NonInterleavingNotificationIDsBaseCase):
    pass


del AggregateRecorderTestCase, ApplicationRecorderTestCase, NonInterleavingNotificationIDsBaseCase
