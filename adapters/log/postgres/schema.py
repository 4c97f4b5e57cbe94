"""The schema `log`, made by its owner: tables that refuse change, and the functions that the application may call.

The application's role reads the tables and calls two functions; it can neither insert nor change nor lock anything.
Only where the owner says so may it call two more, which believe the instant that they are told.
"""

from typing import Any, Final, LiteralString

import psycopg
from psycopg import errors
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Composed, Identifier

from adapters.database import UnsafeStore
from adapters.log.postgres.functions import FUNCTIONS, SIGNATURES, TRUSTED_SIGNATURES

SCHEMA: Final = "log"
EVENTS: Final = "stored_events"
RECEIPTS: Final = "receipts"
RELEASE: Final = 1
OLDEST_SERVER: Final = 140000
OWN_CLOCK_ONLY: Final = "this database stamps by its own clock only; a demo needs: oba db upgrade --demo"
_ONE_AT_A_TIME: Final = 0x6F62615F6C6F67
"""Two upgrades at once wait for each other by this number."""

TABLES: Final[tuple[LiteralString, ...]] = (
    "CREATE SCHEMA IF NOT EXISTS log",
    "CREATE TABLE IF NOT EXISTS log.made_by (release integer PRIMARY KEY)",
    # Nobody writes here: whoever appends locks it. A lock on the events themselves would wait for VACUUM and ANALYZE.
    "CREATE TABLE IF NOT EXISTS log.turn ()",
    # The newest instant that was asked about before anything was stamped after it: later stamps stay beyond it.
    """CREATE TABLE IF NOT EXISTS log.asked_until (
        "only" integer PRIMARY KEY CHECK ("only" = 1),
        instant timestamptz NOT NULL CHECK (isfinite(instant)))""",
    """CREATE TABLE IF NOT EXISTS log.stored_events (
        notification_id bigint PRIMARY KEY,
        originator_id uuid NOT NULL,
        originator_version bigint NOT NULL,
        topic text COLLATE "C" NOT NULL,
        state bytea NOT NULL,
        recorded_at timestamptz NOT NULL UNIQUE,
        UNIQUE (originator_id, originator_version))""",
    """CREATE INDEX IF NOT EXISTS stored_events_stream_starts
        ON log.stored_events (topic, notification_id) WHERE originator_version = 1""",
    """CREATE TABLE IF NOT EXISTS log.receipts (
        principal text COLLATE "C" NOT NULL,
        idempotency_key text COLLATE "C" NOT NULL,
        request_hash text NOT NULL,
        answer text NOT NULL,
        position bigint NOT NULL,
        PRIMARY KEY (principal, idempotency_key))""",
)


def upgrade(connection: psycopg.Connection[Any], application_role: str, *, demo: bool = False) -> None:
    """Make what is missing as the owner, and let the application's role in; harmless when it has been done before.

    `demo` lets the role stamp by a clock of its own, here and after every later upgrade.
    Raises UnsafeStore where the server or the log is of a release that does not belong to this one.
    """
    _refuse_server(connection)
    with connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_ONE_AT_A_TIME,))
        if _release(cursor) is None:
            for statement in (*TABLES, *FUNCTIONS):
                cursor.execute(statement)
            for trigger in (*_triggers(EVENTS), *_triggers(RECEIPTS)):
                cursor.execute(trigger)
            cursor.execute("INSERT INTO log.made_by VALUES (%s)", (RELEASE,))
        _refuse_other_release(_release(cursor))
        owner = cursor.execute("SELECT current_user").fetchone()
        trusted = demo or _is_trusted(cursor, application_role)
        for grant in _grants(application_role, is_owner=owner == (application_role,), trusted=trusted):
            cursor.execute(grant)


def check(connection: psycopg.Connection[Any]) -> None:
    """UnsafeStore unless the log has the tables of this release and this role may read them."""
    with connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
        try:
            found = _release(cursor)
        except errors.InsufficientPrivilege as error:
            raise UnsafeStore("this role may not read the log; run oba db upgrade as its owner") from error
    _refuse_other_release(found)


def check_own_clock(connection: psycopg.Connection[Any]) -> None:
    """UnsafeStore unless this role may stamp by a clock that is not the server's."""
    with connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
        may = SQL(" AND ").join(SQL("has_function_privilege({}, 'EXECUTE')").format(one) for one in TRUSTED_SIGNATURES)
        if cursor.execute(SQL("SELECT {}").format(may)).fetchone() != (True,):
            raise UnsafeStore(OWN_CLOCK_ONLY)


def _is_trusted(cursor: psycopg.Cursor[tuple[Any, ...]], role: str) -> bool:
    """Whether the owner let this very role stamp by a clock of its own."""
    granted = cursor.execute(
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_proc p, aclexplode(p.proacl) a WHERE p.oid = %s::regprocedure "
        "AND a.privilege_type = 'EXECUTE' AND a.grantee = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = %s))",
        (TRUSTED_SIGNATURES[0], role),
    )
    return granted.fetchone() == (True,)


def _release(cursor: psycopg.Cursor[tuple[Any, ...]]) -> int | None:
    """The release that made the log; None where there is none."""
    there = cursor.execute(
        "SELECT 1 FROM pg_catalog.pg_class WHERE relname = 'made_by' AND relnamespace = "
        "(SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'log')"
    ).fetchone()
    if there is None:
        return None
    row = cursor.execute("SELECT max(release) FROM log.made_by").fetchone()
    return None if row is None else row[0]


def _refuse_other_release(found: int | None) -> None:
    if found is None:
        raise UnsafeStore("the log has no tables yet; run oba db upgrade")
    if found < RELEASE:
        raise UnsafeStore("the log was made by an earlier release; run oba db upgrade")
    if found > RELEASE:
        raise UnsafeStore("the log was made by a later release; run that release")


def _refuse_server(connection: psycopg.Connection[Any]) -> None:
    if connection.info.server_version < OLDEST_SERVER:
        raise UnsafeStore(f"PostgreSQL {OLDEST_SERVER // 10000} or newer is needed")
    if connection.info.parameter_status("server_encoding") != "UTF8":
        raise UnsafeStore("the database does not write UTF-8; make one with CREATE DATABASE ... ENCODING 'UTF8'")


def _triggers(table: str) -> tuple[Composed, ...]:
    """The table refuses change from everybody, and whoever inserts takes the turn, also by hand."""
    before = {"unchanged": ("UPDATE OR DELETE OR TRUNCATE", "refuse_change"), "in_turn": ("INSERT", "take_turn")}
    made = SQL("CREATE TRIGGER {} BEFORE {} ON log.{} FOR EACH STATEMENT EXECUTE FUNCTION log.{}()")
    always = SQL("ALTER TABLE log.{} ENABLE ALWAYS TRIGGER {}")
    name = Identifier(table)
    return (
        *(made.format(Identifier(at), SQL(what), name, Identifier(does)) for at, (what, does) in before.items()),
        *(always.format(name, Identifier(at)) for at in before),
    )


def _grants(application_role: str, *, is_owner: bool, trusted: bool) -> tuple[Composed, ...]:
    role = Identifier(application_role)
    functions = SQL(", ").join(SQL(one) for one in (*SIGNATURES, *(TRUSTED_SIGNATURES if trusted else ())))
    closed = (
        SQL("REVOKE ALL ON SCHEMA log FROM {}"),
        SQL("REVOKE ALL ON ALL TABLES IN SCHEMA log FROM {}"),
        SQL("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA log FROM {}"),
    )
    opened = (
        SQL("GRANT USAGE ON SCHEMA log TO {}").format(role),
        SQL("GRANT SELECT ON log.made_by, log.asked_until, log.stored_events, log.receipts TO {}").format(role),
        SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(functions, role),
    )
    everybody = tuple(one.format(SQL("PUBLIC")) for one in closed)
    return everybody if is_owner else (*everybody, *(one.format(role) for one in closed), *opened)
