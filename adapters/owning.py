"""The three schemas on PostgreSQL as their owner makes them, and what the application's role may do in them.

It reads and appends to the log and the audit, changes the rows of records and views, and makes or drops nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import psycopg
from psycopg.sql import SQL, Composed, Identifier
from pydantic import SecretStr
from sqlalchemy.engine import Connection

from adapters.database import UnsafeStore, writing
from adapters.log.postgres import schema as log_schema
from adapters.migrating import stands_at, upgrade
from adapters.postgresql import APPLICATION, Address, address_of, postgresql_engine, without_limit
from adapters.records.key_files import open_key_files, read_key_files
from adapters.records.records import bind, bound
from adapters.records.schema import RECORDS
from adapters.schema import Schema
from adapters.settings import Settings
from adapters.views.schema import VIEWS

_ONE_AT_A_TIME: Final = 0x6F62615F646D
"""Two upgrades wait for each other by this number."""
_RIGHTS: Final = {"records": "SELECT, INSERT, UPDATE, DELETE", "views": "SELECT, INSERT, UPDATE, DELETE, TRUNCATE"}
_NARROWER: Final = {"alembic_version": "SELECT", "schema_version": "SELECT", "audit": "SELECT, INSERT"}
"""Tables in which the application's role may do less than in the others of their schema."""


@dataclass(frozen=True)
class Upgraded:
    """One store: the revision at which it stood, None where it was not there, and that at which it stands now."""

    store: str
    before: str | None
    after: str

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.store}: made, revision {self.after}"
        if self.before == self.after:
            return f"{self.store}: unchanged, revision {self.after}"
        return f"{self.store}: brought from revision {self.before} to {self.after}"


def upgrade_schemas(settings: Settings, *, demo: bool = False) -> tuple[Upgraded, ...]:
    """Make or upgrade the three schemas, two at once one after the other; UnsafeStore with the line that mends.

    `demo` lets the application stamp events by a clock of its own, from then on.
    """
    assert settings.database_url is not None, "only a deployment with a database has schemas"
    owner, role = settings.owner_url or settings.database_url, address_of(settings.database_url).role
    with psycopg.connect(owner.get_secret_value(), autocommit=True, application_name=APPLICATION) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (_ONE_AT_A_TIME,))
        _refuse_strangers(connection, address_of(owner), address_of(settings.database_url))
        for name in _missing(connection):
            connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(name)))
        before = _release_of_log(connection)
        log_schema.upgrade(connection, role, demo=demo)
        has_events = connection.execute("SELECT EXISTS (SELECT 1 FROM log.stored_events)").fetchone() == (True,)
        return (
            Upgraded("log", before, str(log_schema.RELEASE)),
            _upgraded(settings, owner, RECORDS, role, partial(_bind, settings, had_keys=has_events)),
            _upgraded(settings, owner, VIEWS, role),
        )


def _refuse_strangers(connection: psycopg.Connection[Any], owner: Address, application: Address) -> None:
    """UnsafeStore where the two addresses do not belong together, or a role cannot do its part."""
    if owner.database != application.database:
        raise UnsafeStore("OBA_OWNER_DATABASE_URL and OBA_DATABASE_URL name two databases; let both name one")
    found = connection.execute("SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = %s", (application.role,)).fetchone()
    if found is None:
        line = SQL("CREATE ROLE {} LOGIN PASSWORD '...'").format(Identifier(application.role)).as_string(connection)
        raise UnsafeStore(f"the role of OBA_DATABASE_URL does not exist; run as a superuser: {line}")
    may = connection.execute("SELECT has_database_privilege(current_database(), 'CREATE')").fetchone()
    if may != (True,) and _missing(connection):
        grant = SQL("GRANT CREATE ON DATABASE {} TO {}").format(Identifier(owner.database), Identifier(owner.role))
        said = "the role that is to own the schemas may not make any; run as a superuser: "
        if owner.role == application.role:
            said = (
                "OBA_OWNER_DATABASE_URL names no role of its own that owns the schemas; set it, "
                "or where one role is to do both, which doctor warns of, run as a superuser: "
            )
        raise UnsafeStore(said + grant.as_string(connection))
    _refuse_other_owner(connection, owner, application)


def _refuse_other_owner(connection: psycopg.Connection[Any], owner: Address, application: Address) -> None:
    """UnsafeStore where somebody else made the schemas: their tables are changed by their owner only."""
    row = connection.execute(
        "SELECT pg_get_userbyid(nspowner) FROM pg_catalog.pg_namespace "
        "WHERE nspname = ANY(%s) AND NOT pg_has_role(nspowner, 'MEMBER')",
        ([log_schema.SCHEMA, RECORDS.name, VIEWS.name],),
    ).fetchone()
    if row is None:
        return
    if owner.role == application.role:
        raise UnsafeStore(f"the schemas belong to {row[0]}; set OBA_OWNER_DATABASE_URL to the address of that role")
    line = SQL("REASSIGN OWNED BY {} TO {}").format(Identifier(row[0]), Identifier(owner.role)).as_string(connection)
    raise UnsafeStore(
        f"the schemas belong to {row[0]} and not to {owner.role}; "
        f"run as a superuser in the database {owner.database}: {line}, or use a fresh database"
    )


def _missing(connection: psycopg.Connection[Any]) -> list[str]:
    found = {name for (name,) in connection.execute("SELECT nspname FROM pg_catalog.pg_namespace").fetchall()}
    return [name for name in (log_schema.SCHEMA, RECORDS.name, VIEWS.name) if name not in found]


def _release_of_log(connection: psycopg.Connection[Any]) -> str | None:
    if connection.execute("SELECT to_regclass('log.made_by')").fetchone() == (None,):
        return None
    row = connection.execute("SELECT max(release)::text FROM log.made_by").fetchone()
    return None if row is None else row[0]


def _bind(settings: Settings, connection: Connection, *, had_keys: bool) -> None:
    """Bind new records to new keys; beside a log that has events the keys must be there already."""
    if bound(connection) is None:
        keys = read_key_files(settings.keys_folder) if had_keys else open_key_files(settings.keys_folder)
        bind(connection, keys)


def _upgraded(
    settings: Settings,
    owner: SecretStr,
    schema: Schema,
    role: str,
    then: Callable[[Connection], None] = lambda _: None,
) -> Upgraded:
    """Everything about one schema in one transaction."""
    engine = postgresql_engine(settings, schema.name, owner)
    try:
        with writing(engine) as connection:
            without_limit(connection)
            before = stands_at(connection)
            upgrade(connection, schema)
            then(connection)
            driver = connection.connection.driver_connection
            assert isinstance(driver, psycopg.Connection)
            for grant in _grants(driver, schema.name, role):
                driver.execute(grant)
    finally:
        engine.dispose()
    return Upgraded(schema.name, before, schema.head)


def _grants(connection: psycopg.Connection[Any], schema: str, role: str) -> Iterator[Composed]:
    """Nothing for everybody, and for the application's role what it needs; an owner has all rights anyway."""
    place, user = Identifier(schema), Identifier(role)
    what = ("SCHEMA {0}", "ALL TABLES IN SCHEMA {0}", "ALL SEQUENCES IN SCHEMA {0}", "ALL FUNCTIONS IN SCHEMA {0}")
    yield from (SQL(f"REVOKE ALL ON {one} FROM PUBLIC").format(place) for one in what)
    if connection.execute("SELECT current_user").fetchone() == (role,):
        return
    yield from (SQL(f"REVOKE ALL ON {one} FROM {{1}}").format(place, user) for one in what)
    yield SQL("GRANT USAGE ON SCHEMA {} TO {}").format(place, user)
    yield SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA {} TO {}").format(place, user)
    tables = connection.execute("SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = %s", (schema,))
    for (table,) in tables.fetchall():
        rights = SQL(_NARROWER.get(table, _RIGHTS[schema]))
        yield SQL("GRANT {} ON {}.{} TO {}").format(rights, place, Identifier(table), user)
