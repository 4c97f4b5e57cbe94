"""All records over one engine, and the keys that belong to them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from adapters.bringing_up import bring_up
from adapters.clock import new_id
from adapters.database import UnsafeStore, add_new, disposed_on_failure, reading, writing
from adapters.postgresql import postgresql_engine
from adapters.records.access_keys import AccessKeys
from adapters.records.audit import Audit
from adapters.records.columns import METADATA
from adapters.records.demo import Demo
from adapters.records.directory import Directory
from adapters.records.directory_import import import_directory
from adapters.records.engine import open_engine
from adapters.records.key_files import KeyFiles, open_key_files, read_key_files
from adapters.records.outbox import Outbox
from adapters.records.schema import RECORDS
from adapters.records.vault import Vault
from adapters.records.worker_ticks import WorkerTicks
from adapters.settings import Settings
from oba.problems import Problem

VERSION: Final = 3
"""Of the rows that all releases share; an older release leaves a store with a higher version alone."""

SCHEMA_VERSION = sa.Table(
    "schema_version",
    METADATA,
    sa.Column("only", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("key_fingerprint", sa.String(64), nullable=False),
)


class Records:
    """Directory, vault, keys of access, outbox, audit and the demo's mark."""

    def __init__(self, engine: Engine, keys: KeyFiles) -> None:
        self.engine = engine
        self._key_files = keys
        self.directory = Directory(engine)
        self.vault = Vault(engine, keys)
        self.keys = AccessKeys(engine, keys.pepper)
        self.outbox = Outbox(engine)
        self.audit = Audit(engine)
        self.demo = Demo(engine)
        self.worker_ticks = WorkerTicks(engine)

    def check(self) -> None:
        """UnsafeStore unless release and keys belong to the store."""
        with reading(self.engine) as connection:
            row = bound(connection)
        if row is None:
            raise UnsafeStore("the records have no tables yet; run oba db upgrade")
        if row.version != VERSION:
            raise UnsafeStore("the records were made by another release; run oba db upgrade")
        if row.key_fingerprint != self._key_files.fingerprint:
            raise UnsafeStore("the key files are not those of these records; bring them back from their backup")

    def import_directory(self, rows: Iterable[Mapping[str, Any]]) -> int | tuple[Problem, ...]:
        """Enter rows of HTCs, payers, manufacturers and people, all or none; how many, or every problem."""
        return import_directory(self.engine, rows, new_id())

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def bound(connection: Connection) -> Any:
    """The row that binds records to their keys; None where they were never bound, or have no tables."""
    if not sa.inspect(connection).has_table(SCHEMA_VERSION.name):
        return None
    return connection.execute(sa.select(SCHEMA_VERSION)).one_or_none()


def bind(connection: Connection, keys: KeyFiles) -> None:
    """Bind records that were just made to their keys, for good."""
    fresh = {"only": 1, "version": VERSION, "key_fingerprint": keys.fingerprint}
    add_new(connection, SCHEMA_VERSION, fresh)


def open_records(settings: Settings) -> Records:
    """The records of a deployment; a SQLite file is made where it is missing, and keys before any store is.

    UnsafeStore, and nothing is written, where stores are there and keys are not, or where PostgreSQL needs an upgrade.
    """
    return _open_file(settings) if settings.database_url is None else _open_postgresql(settings)


def _open_file(settings: Settings) -> Records:
    has_stores = any(store.exists() for store in (settings.records_file, settings.log_file))
    keys = read_key_files(settings.keys_folder) if has_stores else open_key_files(settings.keys_folder)
    engine = open_engine(settings.records_file)
    with disposed_on_failure(engine):
        bring_up(engine, RECORDS)
        with reading(engine) as connection:
            is_bound = bound(connection) is not None
        if not is_bound:
            with writing(engine) as connection:
                bind(connection, keys)
        return _checked(Records(engine, keys))


def _open_postgresql(settings: Settings) -> Records:
    engine = postgresql_engine(settings, RECORDS.name)
    with disposed_on_failure(engine):
        bring_up(engine, RECORDS)
        return _checked(Records(engine, read_key_files(settings.keys_folder)))


def _checked(records: Records) -> Records:
    records.check()
    return records
