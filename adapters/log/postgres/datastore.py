"""Connections to the server that keep the log's promises: durable, with every wait bounded, replaced when they die."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import psycopg
from eventsourcing.persistence import ConnectionPoolClosedError, PersistenceError
from eventsourcing.postgres import ConnectionPool, PostgresDatastore
from psycopg.rows import DictRow, dict_row

from adapters.log.postgres.broken import ConnectionLost, is_lost, without_values
from adapters.log.postgres.schema import SCHEMA
from adapters.log.refusals import LogUnavailable, UnsafeConnection
from adapters.postgresql import (
    APPLICATION,
    IDLE_MILLISECONDS,
    LOCK_MILLISECONDS,
    OF_THE_NETWORK,
    STATEMENT_MILLISECONDS,
)

T = TypeVar("T")

MOST_CONNECTIONS: Final = 10
PATIENCE_SECONDS: Final = 10.0
_POOL_SECONDS: Final = 1.0
_LONGEST_WAIT_SECONDS: Final = 0.5
_SETTINGS: Final = {
    "lock_timeout": LOCK_MILLISECONDS,
    "statement_timeout": STATEMENT_MILLISECONDS,
    "idle_in_transaction_session_timeout": IDLE_MILLISECONDS,
    "default_transaction_isolation": "read committed",
    "TimeZone": "UTC",
}
DURABLE: Final = ("synchronous_commit", "fsync", "full_page_writes")
_SET_AND_READ: Final = "SELECT {}, {}".format(
    ", ".join(f"set_config('{name}', '{value}', false)" for name, value in _SETTINGS.items()),
    ", ".join(f"current_setting('{name}') AS {name}" for name in DURABLE),
)
_OF_THE_LINE: Final[dict[str, Any]] = {
    **OF_THE_NETWORK,
    "application_name": APPLICATION,
    "client_encoding": "utf8",
    "connect_timeout": 5,
}


class LogConnection(psycopg.Connection[DictRow]):
    """A connection that knows whether it may be used."""

    weakness: str | None = None


class LogConnectionPool(ConnectionPool[psycopg.Connection[DictRow]]):
    """The library's pool; it gives out the connection that was used last, whose process on the server is warm."""

    def _get_ready_connection(self, timeout: float | None) -> psycopg.Connection[DictRow] | None:
        self._pool.rotate(1)
        return super()._get_ready_connection(timeout)


class PostgresLogDatastore(PostgresDatastore):
    """The library's datastore over our pool, at any address that libpq understands."""

    def __init__(
        self,
        url: str,
        *,
        fewest: int = 2,
        most: int = MOST_CONNECTIONS,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._ending = False
        super().__init__(dbname="", host="", port="", user="", password="", schema=SCHEMA)
        self.patience_seconds = patience_seconds
        self.pool = LogConnectionPool(
            url,
            connection_class=LogConnection,
            kwargs={**_of_the_line(url), "row_factory": dict_row, "autocommit": True},
            min_size=fewest,
            max_size=most,
            open=False,
            configure=prepare,
            timeout=_POOL_SECONDS,
            # A pool that goes on trying by itself, waits ever longer; ours tries again whenever somebody asks.
            reconnect_timeout=_POOL_SECONDS / 10,
        )

    def register_type_adapters(self) -> None:
        """Nothing: events travel as plain arrays, so no type of the server has to be asked for."""

    @contextmanager
    def get_connection(self) -> Iterator[psycopg.Connection[DictRow]]:
        """A connection that keeps the promises; ConnectionLost where it is gone, UnsafeConnection where it is weak."""
        if self._ending:
            raise ConnectionPoolClosedError
        try:
            with super().get_connection() as connection:
                _refuse_weak(connection)
                yield connection
        except PersistenceError as error:
            if self._ending:
                raise ConnectionPoolClosedError from None
            if is_lost(error.__cause__):
                raise ConnectionLost("the connection to PostgreSQL was lost") from None
            raise type(error)(without_values(error.__cause__)) from None

    def close(self) -> None:
        """Close every connection, those in use once they are given back."""
        self._ending = True
        super().close()

    def patiently(self, act: Callable[[], T]) -> T:
        """Do what may safely be done twice, again after every lost connection; LogUnavailable when patience ends."""
        last, wait = time.monotonic() + self.patience_seconds, 0.05
        while True:
            try:
                return act()
            except ConnectionLost as error:
                if time.monotonic() >= last:
                    raise LogUnavailable("PostgreSQL does not answer") from error
            # Throws every other dead connection away too, and asks for fresh ones.
            self.pool.check()
            time.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT_SECONDS)


def prepare(connection: psycopg.Connection[Any]) -> None:
    """Set what bounds every wait, and read back what durability rests on."""
    row = connection.execute(_SET_AND_READ).fetchone()
    assert row is not None
    weak = [name for name in DURABLE if row[name] == "off"]
    if weak and isinstance(connection, LogConnection):
        connection.weakness = weak[0]


def _refuse_weak(connection: psycopg.Connection[Any]) -> None:
    """UnsafeConnection, with the line that mends it, for a connection that would acknowledge what may be lost."""
    weak = connection.weakness if isinstance(connection, LogConnection) else None
    if weak is None:
        return
    row = connection.execute("SELECT source FROM pg_catalog.pg_settings WHERE name = %s", (weak,)).fetchone()
    line = {
        "database": f'ALTER DATABASE "{connection.info.dbname}" RESET {weak}',
        "user": f'ALTER ROLE "{connection.info.user}" RESET {weak}',
        "database user": f'ALTER ROLE "{connection.info.user}" IN DATABASE "{connection.info.dbname}" RESET {weak}',
    }.get(row["source"] if row else "", f"ALTER SYSTEM SET {weak} = on; SELECT pg_reload_conf()")
    connection.close()  # so that the pool makes another, once it is mended
    raise UnsafeConnection(f"PostgreSQL runs with {weak}=off and may lose what it acknowledged; run: {line};")


def _of_the_line(url: str) -> dict[str, Any]:
    """Our settings of the connection, but those that the address gives itself."""
    given = psycopg.conninfo.conninfo_to_dict(url)
    return {name: value for name, value in _OF_THE_LINE.items() if name not in given}
