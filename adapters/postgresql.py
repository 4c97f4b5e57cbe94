"""Connections to PostgreSQL for records and views: named, bounded in time, in one schema, and checked for durability.

Every new connection is asked whether an answered commit outlives a loss of power; where it would not, it is closed.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr
from sqlalchemy.engine import Connection, Engine

from adapters.database import POSTGRESQL, WeakStore
from adapters.settings import Settings

LOCK_MILLISECONDS: Final = 5_000
STATEMENT_MILLISECONDS: Final = 60_000
"""Of one statement; a transaction that needs longer takes it, as a fold, an upgrade and a copy do."""
IDLE_MILLISECONDS: Final = 30_000
APPLICATION: Final = "oba"
OF_THE_NETWORK: Final = {
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""When a server that vanished is given up: seconds and probes, and milliseconds; an address may say otherwise."""
DURABLE: Final = ("fsync", "full_page_writes", "synchronous_commit")
"""Settings of which none may be off: each of them would let an answered commit be lost or torn."""
_ASKED = "SELECT " + ", ".join(f"current_setting('{name}')" for name in DURABLE)
_SET_BY = "SELECT source FROM pg_settings WHERE name = %s"
_MENDS: Final = {
    "user": "ALTER ROLE {role} RESET {name}",
    "database": "ALTER DATABASE {database} RESET {name}",
    "database user": "ALTER ROLE {role} IN DATABASE {database} RESET {name}",
    "command line": "start the server without {name}=off on its command line",
    "client": "take {name} out of the address of the database",
    "environment variable": "take {name} out of the environment variable PGOPTIONS",
}
_LOCAL: Final = ("", "localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Address:
    """Where a database is and as whom we ask it; never the password."""

    role: str
    database: str
    host: str
    sslmode: str
    port: str = ""

    @property
    def is_local(self) -> bool:
        """Whether what is said stays on this machine: a socket, or its own address."""
        return all(host in _LOCAL or host.startswith(("/", "@")) for host in self.host.split(","))

    @property
    def is_trusted(self) -> bool:
        """Whether nobody can listen or answer in the server's place."""
        return self.is_local or self.sslmode == "verify-full"

    @property
    def place(self) -> str:
        """Host and port, the latter where it is named."""
        return f"{self.host or 'this machine'}{':' if self.port else ''}{self.port}"

    def __str__(self) -> str:
        return f"{self.database} on {self.host or 'this machine'}"


def address_of(url: SecretStr) -> Address:
    """The address of a URL without its password."""
    parts = conninfo_to_dict(url.get_secret_value())
    host = str(parts.get("host") or parts.get("hostaddr") or "")
    sslmode, port = str(parts.get("sslmode") or "prefer"), str(parts.get("port") or "")
    return Address(str(parts["user"]), str(parts["dbname"]), host, sslmode, port)


def postgresql_engine(settings: Settings, schema: str, url: SecretStr | None = None) -> Engine:
    """An engine on one schema of the deployment's database; WeakStore when a connection could lose what it commits.

    The URL is the application's unless another is given.
    """
    chosen = url or settings.database_url
    assert chosen is not None, "only a deployment with a database has an engine on it"
    given = conninfo_to_dict(chosen.get_secret_value())
    ours = {
        "application_name": APPLICATION,
        "connect_timeout": settings.connect_timeout_seconds,
        "options": f"{given.get('options') or ''} {_options(schema)}".strip(),
    }
    engine = sa.create_engine(
        "postgresql+psycopg://",
        connect_args={**OF_THE_NETWORK, **given, **ours},
        isolation_level="READ COMMITTED",
        pool_size=settings.pool_size,
        max_overflow=settings.pool_overflow,
        pool_timeout=settings.pool_timeout_seconds,
        pool_recycle=settings.pool_recycle_seconds,
        pool_pre_ping=True,
        hide_parameters=True,
    )
    sa.event.listen(engine, "connect", partial(_check, address_of(chosen)))
    return engine


def without_limit(connection: Connection) -> None:
    """Let the statements of this transaction take as long as they need; nothing on SQLite."""
    if connection.dialect.name == POSTGRESQL:
        connection.execute(sa.select(sa.func.set_config("statement_timeout", "0", True)))


def _options(schema: str) -> str:
    wanted = {
        "lock_timeout": LOCK_MILLISECONDS,
        "statement_timeout": STATEMENT_MILLISECONDS,
        "idle_in_transaction_session_timeout": IDLE_MILLISECONDS,
        "search_path": schema,
    }
    return " ".join(f"-c {name}={value}" for name, value in wanted.items())


def _check(address: Address, connection: "psycopg.Connection[tuple[str, ...]]", _record: Any) -> None:
    """Close a connection that may lose what it commits, and say the line that mends it."""
    try:
        weak = weak_setting(connection, address)
        connection.rollback()
    except BaseException:
        connection.close()
        raise
    if weak is not None:
        connection.close()
        raise WeakStore(weak)


def weak_setting(connection: "psycopg.Connection[tuple[str, ...]]", address: Address) -> str | None:
    """What about a connection would let an answered commit be lost, with the line that mends it; None for nothing."""
    answers = connection.execute(_ASKED).fetchone() or ()
    for name, answer in zip(DURABLE, answers, strict=True):
        if answer == "off":
            source = connection.execute(_SET_BY, (name,)).fetchone() or ("",)
            mend = _MENDS.get(source[0], "ALTER SYSTEM SET {name} = 'on'; SELECT pg_reload_conf()")
            line = mend.format(name=name, role=address.role, database=address.database)
            return f"the database has {name}=off and may lose what it has confirmed; run: {line}"
    return None
