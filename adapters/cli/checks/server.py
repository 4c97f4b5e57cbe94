"""The PostgreSQL server of a deployment: whether it answers, who can listen, who may do what, how many may connect."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from pydantic import SecretStr

from adapters.cli.checks.finding import Finding
from adapters.postgresql import Address, address_of
from adapters.settings import Settings
from adapters.unreachable import OWNER_URL, away

FEWEST_PROCESSES = 3
"""One of the API, one worker, and a command beside them."""
FEWEST_CONNECTIONS = 3
"""One for each store."""
_ANOTHER_ROLE = (
    "let another role own the stores: CREATE ROLE oba_owner LOGIN PASSWORD '...'; in this database, as a superuser: "
    "REASSIGN OWNED BY {role} TO oba_owner; name it in OBA_OWNER_DATABASE_URL, then: oba db upgrade"
)
_ASKED = """
SELECT current_setting('server_version') AS version,
    coalesce((SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user), false) AS is_superuser,
    current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS most,
    (SELECT count(*) = 2 FROM pg_catalog.pg_tables
        WHERE (schemaname, tablename) IN (('log', 'stored_events'), ('records', 'schema_version'))) AS has_stores,
    current_setting('data_checksums') = 'on' AS has_checksums,
    current_setting('max_connections')::int AS max_connections,
    (SELECT least(nullif(rolconnlimit, -1), nullif(datconnlimit, -1)) FROM pg_catalog.pg_roles, pg_catalog.pg_database
        WHERE rolname = current_user AND datname = current_database()) AS limited
"""
_RIGHTS = """
SELECT pg_has_role(c.relowner, 'MEMBER') AS owns,
    has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') AS writes
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'log' AND c.relname = 'stored_events'
"""


@dataclass(frozen=True)
class Server:
    """What a server says of itself and of our role."""

    version: str
    is_superuser: bool
    most: int
    """Connections that it gives to roles like ours, all together."""
    has_stores: bool
    has_checksums: bool = True
    max_connections: int = 100
    limited: int | None = None
    """The most connections that role or database may open; None where neither is limited."""
    owns: bool = False
    writes: bool = False


def ask(url: SecretStr, patience_seconds: int) -> Server | Finding:
    """Ask the server; a finding where it does not answer."""
    try:
        with psycopg.connect(url.get_secret_value(), connect_timeout=patience_seconds, autocommit=True) as connection:
            says = _row(connection, _ASKED)
            has_stores = bool(says[3])
            rights = _row(connection, _RIGHTS) if has_stores else (False, False)
    except psycopg.OperationalError as error:
        found = away(error, address_of(url))
        return Finding("PostgreSQL", "bad", found.says, found.mend)
    return Server(*says, *rights)


def owner(settings: Settings) -> Iterator[Finding]:
    """Whether the owner's address works, where one is named: an upgrade, a restore and a copy will need it."""
    if settings.owner_database_url is None:
        return
    url, patience = settings.owner_database_url, settings.connect_timeout_seconds
    try:
        psycopg.connect(url.get_secret_value(), connect_timeout=patience).close()
    except psycopg.OperationalError as error:
        found = away(error, address_of(url), OWNER_URL)
        yield Finding("owner", "warning", f"by {OWNER_URL}: {found.says}", found.mend)
        return
    yield Finding("owner", "good", f"{address_of(url).role} can connect")


def _row(connection: psycopg.Connection[Any], query: str) -> tuple[Any, ...]:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None, "the query has exactly one row"
    return tuple(row)


def version(server: Server) -> Finding:
    """The version that the server has."""
    checksums = "" if server.has_checksums else ", without data checksums (pg_checksums --enable would find bad pages)"
    return Finding("PostgreSQL", "good", f"{server.version}{checksums}")


def encryption(address: Address) -> Finding:
    """Whether somebody on the way can read along, or answer in the server's place."""
    if address.is_local:
        return Finding("TLS", "good", "the server is on this machine")
    if address.is_trusted:
        return Finding("TLS", "good", "encrypted, and the server proves who it is")
    says = f"sslmode={address.sslmode}: somebody on the way could answer in the server's place"
    return Finding("TLS", "warning", says, "add ?sslmode=verify-full&sslrootcert=FILE to OBA_DATABASE_URL")


def stores_present(settings: Settings, server: Server) -> Finding:
    """The three schemas of the three stores."""
    where = address_of(settings.database_url) if settings.database_url else None
    if not server.has_stores:
        return Finding("stores", "bad", f"no log and records in {where} yet", "oba db upgrade")
    return Finding("stores", "good", f"log, records and views as schemas of {where}")


def roles(address: Address, server: Server) -> Finding:
    """The role of the application must not be able to change the log; the database refuses it then."""
    role = address.role
    facts = (
        (server.is_superuser, "is a superuser", f"ALTER ROLE {role} NOSUPERUSER"),
        (server.owns, "owns the log", _ANOTHER_ROLE.format(role=role)),
        (
            server.writes,
            "can write the log's tables itself",
            f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA log FROM {role}",
        ),
    )
    can = [(says, mend) for is_so, says, mend in facts if is_so]
    if can:
        return Finding("roles", "warning", f"{role} {', '.join(says for says, _ in can)}", can[0][1])
    return Finding("roles", "good", f"{address.role} can append to the log and not change it")


def connections(settings: Settings, server: Server) -> Finding:
    """Whether the server takes the connections that a few processes may open at a peak."""
    each = settings.most_connections
    most = server.most if server.limited is None else min(server.most, server.limited)
    fit = most // each
    if server.limited is not None and server.limited < FEWEST_CONNECTIONS:
        says = f"the role or the database may open {server.limited}, a process needs at least {FEWEST_CONNECTIONS}"
        role = address_of(settings.database_url).role if settings.database_url else "..."
        return Finding("connections", "bad", says, f"ALTER ROLE {role} CONNECTION LIMIT -1")
    says = f"at most {each} for each process; the server takes {most}, enough for {fit} processes"
    if fit >= FEWEST_PROCESSES:
        return Finding("connections", "good", says)
    wanted = FEWEST_PROCESSES * each + server.max_connections - server.most
    mend = f"ALTER SYSTEM SET max_connections = {wanted} and restart the server, or lower OBA_POOL_SIZE"
    return Finding("connections", "warning", says, mend)
