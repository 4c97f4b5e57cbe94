"""The library's own runner of projections over a copy of the log's events: one event, one transaction.

It cannot read our log itself, which notifies nobody; so the same bytes lie in a table of the library's own recorder.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event
from time import perf_counter
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
from eventsourcing.application import Application
from eventsourcing.persistence import ApplicationRecorder, Mapper, StoredEvent, Tracking, TrackingRecorder
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresTrackingRecorder
from eventsourcing.projection import BaseProjectionRunner, Projection
from psycopg.sql import SQL, Identifier

from adapters.database import reading, writing
from adapters.log.log import Log
from adapters.log.mapper import EventMapper, StampedEvent
from adapters.views import applying
from adapters.views.fold import Fold, Shelves
from adapters.views.views import Views
from oba.facts.base import Body
from oba.facts.recorded import Recorded
from oba.reference.tables import Reference
from projections.every import PROJECTIONS
from scripts.benching.places import BESIDE, Place
from scripts.benching.writings import postgres_datastore

COPY = "runner_events"
PATIENCE_SECONDS = 600
_STAMP = datetime(2027, 1, 1, tzinfo=UTC)
"""Any instant: the library's table has no stamps, and the handlers look at none."""
_POSITIONS = f"{BESIDE}.runner_position"
_TRACK = sa.text(
    f"INSERT INTO {_POSITIONS} VALUES (:application, :at) ON CONFLICT (application) DO UPDATE SET at = excluded.at"
)
_TRACKED = sa.text(f"SELECT at FROM {_POSITIONS} WHERE application = :application")
Handler = Callable[[Recorded[Body], Tracking], None]


class _Mapper(EventMapper):
    """Decodes what the library gives as our mapper does."""

    def to_domain_event(self, stored_event: StoredEvent) -> Recorded[Body]:  # type: ignore[override]
        position = getattr(stored_event, "id")  # noqa: B009  a notification has one
        event = StampedEvent(
            stored_event.originator_id,
            stored_event.originator_version,
            stored_event.topic,
            bytes(stored_event.state),
            position,
            _STAMP,
        )
        return super().to_domain_event(event)


class _Handling(Projection[Any]):
    """Hands each event over, and says when the last one was handled."""

    topics = ()

    def __init__(self, view: Any, handle: Handler, last: int) -> None:
        super().__init__(view=view)
        self._handle, self._last = handle, last
        self.done = Event()

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self._handle(domain_event, tracking)
        if tracking.notification_id >= self._last:
            self.done.set()


def copy_events(place: Place, up_to: int) -> None:
    """The first events of the log in a table of the library's own recorder."""
    recorder = _recorder(place)
    recorder.create_table()
    recorder.datastore.close()
    columns = SQL("originator_id, originator_version, topic, state, notification_id")
    with psycopg.connect(place.owner, autocommit=True) as connection:
        copied = SQL("INSERT INTO {} ({}) SELECT {} FROM log.stored_events WHERE notification_id <= %s").format(
            Identifier(BESIDE, COPY), columns, columns
        )
        connection.execute(copied, (up_to,))


def _recorder(place: Place) -> PostgresApplicationRecorder:
    return PostgresApplicationRecorder(postgres_datastore(place), events_table_name=COPY)


def seconds_with_small_rows(place: Place, up_to: int) -> float:
    """A handler that writes one small row of its own and folds nothing: the least that a view can cost."""
    view = _SmallRows(place)
    view.create_table()
    try:
        return _seconds(place, view, view.note, up_to)
    finally:
        view.datastore.close()


class _SmallRows(PostgresTrackingRecorder):
    """For each stream its version, beside the position, in one transaction."""

    def __init__(self, place: Place) -> None:
        super().__init__(postgres_datastore(place), tracking_table_name="runner_tracking")
        made = SQL("CREATE TABLE IF NOT EXISTS {} (stream uuid PRIMARY KEY, version bigint NOT NULL)")
        self._table = Identifier(BESIDE, "runner_rows")
        self.sql_create_statements.append(made.format(self._table))

    def note(self, event: Recorded[Body], tracking: Tracking) -> None:
        """One row and the position."""
        put = SQL("INSERT INTO {} VALUES (%s, %s) ON CONFLICT (stream) DO UPDATE SET version = excluded.version")
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(put.format(self._table), (event.stream_id, event.version), prepare=True)


def seconds_with_our_fold(place: Place, views: Views, log: Log, reference: Reference, up_to: int) -> float:
    """A handler that does what our projector does, for every event: the rows of its infusion in all views."""
    view = _OurViews(place, views, log, reference)
    return _seconds(place, view, view.note, up_to)


class _OurViews(TrackingRecorder):
    """Our own tables, and the position of the library's runner beside them."""

    def __init__(self, place: Place, views: Views, log: Log, reference: Reference) -> None:
        self._views, self._log, self._reference = views, log, reference
        self._shelves = Shelves(log)
        with psycopg.connect(place.owner, autocommit=True) as connection:
            connection.execute(f"CREATE TABLE {_POSITIONS} (application text PRIMARY KEY, at bigint NOT NULL)")
            connection.execute(f"GRANT USAGE ON SCHEMA {BESIDE} TO PUBLIC")
            connection.execute(f"GRANT ALL ON {_POSITIONS} TO PUBLIC")

    def note(self, event: Recorded[Body], tracking: Tracking) -> None:
        """Folded rows and the position, in one transaction."""
        at = tracking.notification_id
        folded = Fold(self._log, self._shelves.at(at), self._reference, at).fold(PROJECTIONS, (event.stream_id,))
        with writing(self._views.engine) as connection:
            applying.apply(connection, self._views.tables, folded)
            connection.execute(_TRACK, {"application": tracking.application_name, "at": at})

    def insert_tracking(self, tracking: Tracking) -> None:
        """The position alone."""
        with writing(self._views.engine) as connection:
            connection.execute(_TRACK, {"application": tracking.application_name, "at": tracking.notification_id})

    def max_tracking_id(self, application_name: str) -> int | None:
        """The position; None before the first event."""
        with reading(self._views.engine) as connection:
            found = connection.scalar(_TRACKED, {"application": application_name})
        return None if found is None else int(found)


def _seconds(place: Place, view: TrackingRecorder, handle: Handler, up_to: int) -> float:
    """How long the runner takes from its start until the event at a position is handled."""

    class Copied(Application[UUID]):
        """The copied events as an application of the library."""

        def construct_mapper(self) -> Mapper[UUID]:
            return _Mapper()

        def construct_recorder(self) -> ApplicationRecorder:
            return _recorder(place)

    handling = _Handling(view, handle, up_to)
    began = perf_counter()
    runner = BaseProjectionRunner[Copied](
        projection=handling, application_class=Copied, tracking_recorder=view, topics=()
    )
    with runner:
        while not handling.done.wait(0.001) and not runner.is_interrupted.is_set():
            if perf_counter() - began > PATIENCE_SECONDS:
                raise TimeoutError("the library's runner does not come to an end")
        return perf_counter() - began
