"""Four ways to put one event on the disk: a bare insert, the library's own recorder, ours, and the command path.

Each waits for the disk at every commit, on the same disk and server, and writes events of the same size.
"""

import sqlite3
from collections.abc import Callable
from typing import Any, TypeAlias

import psycopg
from eventsourcing.persistence import AggregateRecorder, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteConnection, SQLiteConnectionPool, SQLiteDatastore
from psycopg.conninfo import conninfo_to_dict

from adapters.bootstrap import open_tracker
from adapters.clock import SystemClock
from adapters.log.log import Log
from adapters.log.mapper import EventMapper
from adapters.log.opening import open_log
from adapters.tracker import Tracker
from oba.identity import derived_id
from scripts.benching.driving import Way, Write
from scripts.benching.places import BESIDE, Place
from scripts.benching.samples import accepted, fact_of, infusion_of, interleaved

SQLITE_TABLE = "CREATE TABLE raw (position INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT, state BLOB)"
POSTGRES_TABLE = (
    f"CREATE TABLE {BESIDE}.raw (position bigserial PRIMARY KEY, stream uuid NOT NULL, state bytea NOT NULL)"
)
Events: TypeAlias = Callable[[str, int, int], StoredEvent]


def ways(place: Place, name: str, count: int) -> dict[str, Way]:
    """The four ways by their names, for writers that write `count` times at most.

    `name` keeps the streams of one measurement apart from those of the others.
    """
    sample = _sample()

    def event(way: str, number: int, at: int) -> StoredEvent:
        return StoredEvent(derived_id("bench", way, name, number), at + 1, sample.topic, sample.state)

    raw = _RawFile if place.engine == "sqlite" else _RawTable
    return {
        "raw": lambda: raw(place, event),
        "library": lambda: _Recorder("library", library_recorder(place), event),
        "ours": lambda: _Ours(open_log(place.settings, SystemClock()), event),
        "command": lambda: _Commands(open_tracker(place.settings), name, count),
    }


def make_tables(place: Place) -> None:
    """The tables of the two baselines, before several processes open them at once."""
    raw = _RawFile if place.engine == "sqlite" else _RawTable
    raw(place, lambda _way, _number, _at: _sample()).make()
    recorder = library_recorder(place)
    recorder.create_table()
    recorder.datastore.close()


def _sample() -> StoredEvent:
    """An event as it is stored, of the size that a fact has."""
    return EventMapper().to_stored_event(list(interleaved(1))[3][0])


class _RawFile:
    """One row and one commit at a time into a file that waits for the disk, each writer over its own connection."""

    def __init__(self, place: Place, event: Events) -> None:
        self._file, self._event = place.folder / "raw.sqlite3", event
        self._connections: list[sqlite3.Connection] = []

    def make(self) -> None:
        """The file with its table."""
        self._connect().execute(SQLITE_TABLE)
        self.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, isolation_level=None, timeout=60, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        self._connections.append(connection)
        return connection

    def writer(self, number: int) -> Write:
        """Inserts one row."""
        connection = self._connect()

        def write(at: int) -> None:
            event = self._event("raw", number, at)
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO raw (stream, state) VALUES (?, ?)", (str(event.originator_id), event.state))
            connection.execute("COMMIT")

        return write

    def close(self) -> None:
        """Close every connection."""
        for connection in self._connections:
            connection.close()


class _RawTable:
    """The same in a table, each writer over its own connection."""

    def __init__(self, place: Place, event: Events) -> None:
        self._url, self._event = place.owner, event
        self._connections: list[psycopg.Connection[Any]] = []

    def make(self) -> None:
        """The table."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(POSTGRES_TABLE)

    def writer(self, number: int) -> Write:
        """Inserts one row."""
        connection = psycopg.connect(self._url, autocommit=True)
        self._connections.append(connection)

        def write(at: int) -> None:
            event = self._event("raw", number, at)
            statement = f"INSERT INTO {BESIDE}.raw (stream, state) VALUES (%s, %s)"
            connection.execute(statement, (event.originator_id, event.state), prepare=True)

        return write

    def close(self) -> None:
        """Close every connection."""
        for connection in self._connections:
            connection.close()


class _Recorder:
    """A recorder of the library, shared by the writers of a process."""

    def __init__(self, way: str, recorder: AggregateRecorder, event: Events) -> None:
        self._way, self._recorder, self._event = way, recorder, event

    def writer(self, number: int) -> Write:
        """Inserts one event."""
        return lambda at: _done(self._recorder.insert_events([self._event(self._way, number, at)]))

    def close(self) -> None:
        """Close the datastore below it."""
        self._recorder.datastore.close()  # type: ignore[attr-defined]


class _Ours:
    """Our recorder, without mapping and receipt."""

    def __init__(self, log: Log, event: Events) -> None:
        self._log, self._event = log, event

    def writer(self, number: int) -> Write:
        """Appends one event."""
        return lambda at: _done(self._log.recorder.append([self._event("ours", number, at)]))

    def close(self) -> None:
        """Close the log."""
        self._log.close()


class _Commands:
    """Facts through the command path with a key of their own, each writer about an infusion of its own."""

    def __init__(self, tracker: Tracker, name: str, count: int) -> None:
        self._tracker, self._name, self._count = tracker, name, count

    def writer(self, number: int) -> Write:
        """Reports one fact; what is asked is put together beforehand, as by a client."""
        name = f"{self._name}/{number}"
        infusion = infusion_of(self._tracker, name)
        commands = [fact_of(infusion, name, at) for at in range(self._count)]

        def write(at: int) -> None:
            command = commands[at]
            accepted(self._tracker.execute(command, principal="bench", key=str(command.command_id)))

        return write

    def close(self) -> None:
        """Close log and records."""
        self._tracker.close()


def _done(_: object) -> None:
    """A write that gave its answer."""


class _FullPool(SQLiteConnectionPool):
    """The library's pool, its connections made as durable as ours."""

    def _create_connection(self) -> SQLiteConnection:
        connection = super()._create_connection()
        connection.cursor().execute("PRAGMA synchronous=FULL")
        return connection


def library_recorder(place: Place) -> SQLiteApplicationRecorder | PostgresApplicationRecorder:
    """The library's default recorder on a table of its own, with its defaults but for waits under load."""
    recorder: SQLiteApplicationRecorder | PostgresApplicationRecorder
    if place.engine == "sqlite":
        datastore = SQLiteDatastore(str(place.folder / "library.sqlite3"))
        datastore.pool.close()
        datastore.pool = _FullPool(db_name=str(place.folder / "library.sqlite3"), lock_timeout=60, pool_timeout=60)
        recorder = SQLiteApplicationRecorder(datastore)
    else:
        recorder = PostgresApplicationRecorder(postgres_datastore(place), events_table_name="library_events")
    return recorder


def postgres_datastore(place: Place) -> PostgresDatastore:
    """The library's datastore, with the size of pool that its environment gives."""
    parts = conninfo_to_dict(place.owner)
    return PostgresDatastore(
        dbname=str(parts.get("dbname", "")),
        host=str(parts.get("host", "")),
        port=str(parts.get("port", "5432")),
        user=str(parts.get("user", "")),
        password=str(parts.get("password", "")),
        connect_timeout=60,
        pool_size=5,
        max_overflow=10,
        schema=BESIDE,
    )
