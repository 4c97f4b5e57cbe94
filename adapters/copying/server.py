"""Log and records in the schemas of one PostgreSQL database: both in one transaction, so at one moment."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

import psycopg
from pydantic import SecretStr
from sqlalchemy.engine import Connection, Engine

from adapters.copying import records_rows
from adapters.copying.refusal import NotEmpty
from adapters.copying.stores import Stores
from adapters.database import reading, writing
from adapters.log.content import Row
from adapters.log.postgres import content, schema
from adapters.postgresql import postgresql_engine
from adapters.records.columns import METADATA
from adapters.records.schema import RECORDS
from adapters.schema import check_revision
from adapters.settings import Settings

EMPTY_DATABASE: Final = "use an empty one, upgraded with oba db upgrade"
_TURN: Final = f"{schema.SCHEMA}.turn"


class ServerStores(Stores):
    """Two schemas in one transaction."""

    def __init__(self, records: Connection) -> None:
        self.records = records

    @property
    def driver(self) -> psycopg.Connection[Any]:
        """The connection of the driver, in the same transaction."""
        return cast("psycopg.Connection[Any]", self.records.connection.driver_connection)

    def events(self) -> Iterator[Row]:
        """Every event in log order."""
        return content.events_of(self.driver)

    def receipts(self) -> Iterator[Row]:
        """Every receipt in the order of its key."""
        return content.receipts_of(self.driver)

    def asked_until(self) -> str | None:
        """The instant that later stamps must stay beyond."""
        return content.asked_until(self.driver)

    def fill_log(self, events: Iterable[Row], receipts: Iterable[Row], asked_until: str | None) -> None:
        """Put rows into the log, with the positions and stamps that they have."""
        content.fill(self.driver, events, receipts, asked_until)

    def head(self) -> int:
        """The position of the newest event; 0 in an empty log."""
        return content.head(self.driver)


@contextmanager
def read_server(settings: Settings, *, hold: bool = False) -> Iterator[ServerStores]:
    """The database of a deployment; `hold` asks as the owner and keeps every writer away until the end."""
    with _engine(settings, settings.owner_url if hold else None) as engine, reading(engine) as connection:
        _take_time(connection)
        if hold:
            _lock(connection, "SHARE")
        yield ServerStores(connection)


@contextmanager
def empty_server(settings: Settings) -> Iterator[ServerStores]:
    """The upgraded database of a deployment, to be filled by its owner: all of it or nothing.

    CopyRefused where log or records hold anything already.
    """
    with _engine(settings, settings.owner_url) as engine, writing(engine) as connection:
        _take_time(connection)
        _lock(connection, "EXCLUSIVE")
        stores = ServerStores(connection)
        if not content.is_empty(stores.driver) or records_rows.has_rows(connection):
            raise NotEmpty("the database holds a log or records already", EMPTY_DATABASE)
        yield stores


@contextmanager
def _engine(settings: Settings, url: SecretStr | None) -> Iterator[Engine]:
    engine = postgresql_engine(settings, RECORDS.name, url)
    try:
        check_revision(engine, RECORDS)
        _check_log(engine)
        yield engine
    finally:
        engine.dispose()


def _check_log(engine: Engine) -> None:
    connection = engine.raw_connection()
    try:
        schema.check(cast("psycopg.Connection[Any]", connection.driver_connection))
    finally:
        connection.close()


def _take_time(connection: Connection) -> None:
    """A long log takes long: only this transaction may run, and wait for us, as long as it needs."""
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")


def _lock(connection: Connection, mode: str) -> None:
    """Before the first reading, so that what is read is what the lock found."""
    tables = ", ".join(f"{RECORDS.name}.{table.name}" for table in METADATA.sorted_tables)
    connection.exec_driver_sql(f"LOCK TABLE {_TURN} IN EXCLUSIVE MODE")
    connection.exec_driver_sql(f"LOCK TABLE {tables} IN {mode} MODE")
