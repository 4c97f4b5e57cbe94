"""Log and records in the two SQLite files of a folder: read as they are, held still, or made new."""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool

from adapters.bringing_up import bring_up
from adapters.copying.stores import Stores
from adapters.log.content import Row
from adapters.log.sqlite import content, schema
from adapters.private import private_file, private_folder
from adapters.records.schema import RECORDS
from adapters.settings import Settings

BUSY_SECONDS: Final = 5


class FileStores(Stores):
    """Two SQLite files, each in a transaction."""

    def __init__(self, log: sqlite3.Connection, records: Connection) -> None:
        self.log = log
        self.records = records

    def events(self) -> Iterator[Row]:
        """Every event in log order."""
        return content.events_of(self.log.cursor())

    def receipts(self) -> Iterator[Row]:
        """Every receipt in the order of its key."""
        return content.receipts_of(self.log.cursor())

    def asked_until(self) -> str | None:
        """The instant that later stamps must stay beyond."""
        return content.asked_until(self.log)

    def fill_log(self, events: Iterable[Row], receipts: Iterable[Row], asked_until: str | None) -> None:
        """Put rows into the log, with the positions and stamps that they have."""
        content.fill(self.log, events, receipts, asked_until)

    def head(self) -> int:
        """The position of the newest event; 0 in an empty log."""
        return content.head(self.log)


def in_folder(settings: Settings, folder: Path) -> Settings:
    """The same deployment with its stores as files of a folder."""
    return settings.model_copy(update={"home": folder, "database_url": None, "owner_database_url": None})


@contextmanager
def read_files(settings: Settings, *, hold: bool = False) -> Iterator[FileStores]:
    """The files of a deployment; `hold` keeps every writer away until the end, and nothing is changed in any case."""
    mode, begin = ("rw", "BEGIN IMMEDIATE") if hold else ("ro", "BEGIN")
    with _connected(settings.log_file, mode) as log, _records(settings.records_file, mode) as engine:
        log.execute(begin)
        with engine.connect() as records:
            records.exec_driver_sql(begin)
            yield FileStores(log, records)


@contextmanager
def new_files(settings: Settings) -> Iterator[FileStores]:
    """New files of a deployment in a folder that has none; they are on the disk when this ends without an error."""
    private_folder(settings.home)
    for file in (settings.log_file, settings.records_file):
        private_file(file)
    with _connected(settings.log_file, "rwc") as log, _records(settings.records_file, "rwc") as engine:
        for statement in schema.statements():
            log.execute(statement)
        bring_up(engine, RECORDS)
        log.execute("BEGIN")
        with engine.connect() as records:
            records.exec_driver_sql("BEGIN")
            yield FileStores(log, records)
            records.commit()
        log.commit()
    for path in (settings.log_file, settings.records_file, settings.home):
        synced(path)


def synced(path: Path) -> None:
    """Return when what was written to a file, or into a folder, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _records(file: Path, mode: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(
        "sqlite://", creator=lambda: _connect(file, mode), poolclass=NullPool, hide_parameters=True
    )
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _connected(file: Path, mode: str) -> Iterator[sqlite3.Connection]:
    with closing(_connect(file, mode)) as connection:
        yield connection


def _connect(file: Path, mode: str) -> sqlite3.Connection:
    """A connection that begins no transaction by itself."""
    address = f"{file.resolve().as_uri()}?mode={mode}"
    return sqlite3.connect(address, uri=True, isolation_level=None, timeout=BUSY_SECONDS)
