"""Why a PostgreSQL server was not to be had, in one plain sentence, and the line that mends it; never a password.

The driver's words name what it tried; ours name the address of the settings, and are the same everywhere.
"""

from typing import Final, NamedTuple

import psycopg
from pydantic import SecretStr
from sqlalchemy.exc import DBAPIError

from adapters.postgresql import Address, address_of

APPLICATION_URL: Final = "OBA_DATABASE_URL"
OWNER_URL: Final = "OBA_OWNER_DATABASE_URL"
_STORES: Final = 3


class Away(NamedTuple):
    """What stands in the way, and what mends it."""

    says: str
    mend: str


_KNOWN: Final = (
    (
        "too many connections for role",
        "the role {role} may open no more connections",
        "ALTER ROLE {role} CONNECTION LIMIT -1, or lower OBA_POOL_SIZE",
    ),
    (
        "too many connections for database",
        "the database {database} takes no more connections",
        "ALTER DATABASE {database} CONNECTION LIMIT -1, or lower OBA_POOL_SIZE",
    ),
    ("too many clients", "the server takes no more connections", "raise max_connections, or lower OBA_POOL_SIZE"),
    (
        "remaining connection slots",
        "the server takes no more connections",
        "raise max_connections, or lower OBA_POOL_SIZE",
    ),
    (
        "password authentication failed",
        "the server refuses the password of {role}",
        "put the right one into ~/.pgpass (chmod 600): host:port:database:{role}:password",
    ),
    (
        "no password supplied",
        "the server wants a password for {role}, and none is given",
        "put it into ~/.pgpass (chmod 600): host:port:database:{role}:password",
    ),
    ("is not permitted to log in", "the role {role} may not log in", "ALTER ROLE {role} LOGIN"),
    (
        "permission denied for database",
        "{role} may not connect to the database {database}",
        "GRANT CONNECT ON DATABASE {database} TO {role}",
    ),
    (
        "no pg_hba.conf entry",
        "the server lets {role} not in from here",
        "add a line for {database} and {role} to pg_hba.conf, then: SELECT pg_reload_conf()",
    ),
    (
        "server does not support SSL",
        "the server does not encrypt, and sslmode={sslmode} asks for it",
        "set ssl = on at the server, with ssl_cert_file and ssl_key_file, and restart it",
    ),
    (
        "certificate",
        "the certificate of the server is not one that is trusted here",
        "name the certificate of its authority: sslrootcert=FILE in {variable}",
    ),
    ("failed to resolve host", "the name of the host leads nowhere: {host}", "correct the host in {variable}"),
    ("could not translate host", "the name of the host leads nowhere: {host}", "correct the host in {variable}"),
    (
        "starting up",
        "the server at {place} is starting up",
        "wait until it answers; it may be recovering from a crash",
    ),
    ("shutting down", "the server at {place} is shutting down", "start it again"),
    (
        "Connection refused",
        "no server listens at {place} (connection refused)",
        "start the server, or correct {variable}",
    ),
    ("No such file", "no server listens at {place} (no such socket)", "start the server, or correct {variable}"),
    ("timeout", "nothing answers at {place} in time", "see that a firewall lets it through, or correct {variable}"),
    ("timed out", "nothing answers at {place} in time", "see that a firewall lets it through, or correct {variable}"),
)
_OTHERWISE: Final = ("PostgreSQL at {place} does not answer", "see that it runs, and look at {variable}")


def away(error: BaseException, address: Address, variable: str = APPLICATION_URL) -> Away:
    """Why no connection to an address was to be had; `variable` is the setting that names the address."""
    given = {
        "role": address.role,
        "database": address.database,
        "host": address.host,
        "sslmode": address.sslmode,
        "place": address.place,
        "variable": variable,
    }
    said = _said(error)
    if "database" in said and "does not exist" in said:
        found = ("there is no database {database} at {place}", "CREATE DATABASE {database}, or correct {variable}")
    elif "role" in said and "does not exist" in said:
        found = ("there is no role {role} at {place}", "CREATE ROLE {role} LOGIN PASSWORD '...', or correct {variable}")
    else:
        found = next(((says, mend) for word, says, mend in _KNOWN if word in said), _OTHERWISE)
    return Away(*(part.format_map(given) for part in found))


def reason(error: BaseException) -> str | None:
    """The part of the driver's words by which it is known what went wrong; None where nothing is known of it."""
    said = _said(error)
    words = (*(word for word, _, _ in _KNOWN), "does not exist", "terminating connection", "server closed")
    return next((word for word in words if word in said), None)


def why_not(url: SecretStr, patience_seconds: int, variable: str = APPLICATION_URL) -> Away | None:
    """Ask a server for as many connections as a process needs at least; None where it gives them."""
    opened: list[psycopg.Connection[tuple[object, ...]]] = []
    try:
        for _ in range(_STORES):
            opened.append(psycopg.connect(url.get_secret_value(), connect_timeout=patience_seconds))
    except psycopg.OperationalError as error:
        return away(error, address_of(url), variable)
    finally:
        for one in opened:
            one.close()
    return None


def _said(error: BaseException) -> str:
    return str(error.orig if isinstance(error, DBAPIError) else error)
