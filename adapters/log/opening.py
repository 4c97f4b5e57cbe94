"""Opening the log of a deployment: the one place that chooses its engine."""

from pathlib import Path

from adapters.log.log import Log
from adapters.log.postgres.datastore import MOST_CONNECTIONS, PATIENCE_SECONDS, PostgresLogDatastore
from adapters.log.postgres.recorder import PostgresLogRecorder
from adapters.log.sqlite.connection import LogDatastore
from adapters.log.sqlite.recorder import SqliteLogRecorder
from adapters.private import private_file, private_folder
from adapters.settings import Settings
from oba.ports import Clock


def open_log(settings: Settings, clock: Clock) -> Log:
    """The log of a deployment: the database of its URL, else its file, which is made where it is missing.

    Every connection is checked for durability (UnsafeConnection); UnsafeStore where the database has no log of this
    release, LogUnavailable where it does not answer.
    """
    if settings.database_url is None:
        return open_log_file(settings.log_file, clock)
    most = settings.pool_size + settings.pool_overflow
    return open_log_database(settings.database_url.get_secret_value(), clock, most=most)


def open_log_database(
    url: str, clock: Clock, *, most: int = MOST_CONNECTIONS, patience_seconds: float = PATIENCE_SECONDS
) -> Log:
    """A log in a PostgreSQL database, whose tables `oba db upgrade` has made; `most` bounds its connections."""
    datastore = PostgresLogDatastore(url, most=most, patience_seconds=patience_seconds)
    recorder = PostgresLogRecorder(datastore, clock)
    try:
        recorder.create_table()
    except BaseException:
        recorder.close()
        raise
    return Log(recorder)


def open_log_file(file: Path, clock: Clock) -> Log:
    """A log in one SQLite file."""
    private_folder(file.parent)
    private_file(file)
    recorder = SqliteLogRecorder(LogDatastore(str(file)), clock)
    recorder.create_table()
    return Log(recorder)
