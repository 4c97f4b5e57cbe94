"""All records over one engine, and the upgrade that makes their tables."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from adapters.database import UnsafeStore, reading, writing
from adapters.records.access_keys import AccessKeys
from adapters.records.audit import Audit
from adapters.records.columns import METADATA
from adapters.records.demo import Demo
from adapters.records.directory import Directory
from adapters.records.directory_import import import_directory
from adapters.records.engine import open_engine
from adapters.records.key_files import KeyFiles, open_key_files, read_key_files
from adapters.records.outbox import Outbox
from adapters.records.vault import Vault
from oba.problems import Problem

VERSION: Final = 1

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

    def upgrade(self) -> None:
        """Make what is missing; UnsafeStore where these keys or this release do not belong to the store."""
        with writing(self.engine) as connection:
            METADATA.create_all(connection)
            row = connection.execute(sa.select(SCHEMA_VERSION)).one_or_none()
            if row is None:
                fresh = {"only": 1, "version": VERSION, "key_fingerprint": self._key_files.fingerprint}
                connection.execute(sa.insert(SCHEMA_VERSION).values(fresh))
        self.check()

    def check(self) -> None:
        """UnsafeStore unless tables, release and keys belong together."""
        with reading(self.engine) as connection:
            row = _schema_row(connection)
        if row is None:
            raise UnsafeStore("the records have no tables yet; run oba db upgrade")
        if row.version != VERSION:
            raise UnsafeStore("the records were made by another release; run oba db upgrade")
        if row.key_fingerprint != self._key_files.fingerprint:
            raise UnsafeStore("the key files are not those of these records; bring them back from their backup")

    def import_directory(self, rows: Iterable[Mapping[str, Any]]) -> int | tuple[Problem, ...]:
        """Enter rows of HTCs, payers, manufacturers and people, all or none; how many, or every problem."""
        return import_directory(self.engine, rows)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _schema_row(connection: Connection) -> Any:
    if not sa.inspect(connection).has_table(SCHEMA_VERSION.name):
        return None
    return connection.execute(sa.select(SCHEMA_VERSION)).one_or_none()


def open_records(file: Path, keys_folder: Path, *, beside: Iterable[Path] = ()) -> Records:
    """The records of a deployment with SQLite, made where they are missing; keys are made before any store is.

    UnsafeStore, and nothing is written, where the records or a store beside them is there and keys are not.
    """
    has_stores = any(store.exists() for store in (file, *beside))
    keys = read_key_files(keys_folder) if has_stores else open_key_files(keys_folder)
    records = Records(open_engine(file), keys)
    records.upgrade()
    return records
