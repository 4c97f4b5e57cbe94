"""A PostgreSQL of our own below one deployment: killed with all its children, and started on the same data."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg.sql import SQL, Identifier
from pydantic import SecretStr

from adapters.settings import Settings
from scripts.faulting.ground import EngineName
from scripts.postgres.binaries import find_binaries
from scripts.postgres.server import Server

SCHEMAS = ["log", "records", "views"]
TABLES = """
    SELECT n.nspname, c.relname, array_agg(a.attname::text ORDER BY k.place)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL unnest(i.indkey::int[]) WITH ORDINALITY AS k (number, place)
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
    WHERE n.nspname = ANY(%s) AND i.indisprimary GROUP BY 1, 2 ORDER BY 1, 2
"""
WAYS: tuple[LiteralString, ...] = ("SET enable_seqscan = on", "SET enable_seqscan = off; SET enable_bitmapscan = off")
"""By the table itself, and by its key: two ways to every row, which must lead to the same rows."""


class PostgresGround:
    """One database in a server of its own; the folder holds the keys."""

    engine: EngineName = "postgresql"
    has_server = True

    def __init__(self, home: Path) -> None:
        self._server = Server.of(find_binaries())
        urls = self._server.new_database()
        self._database = urls.name
        self._environment = {
            "OBA_HOME": str(home),
            "OBA_DATABASE_URL": urls.app,
            "OBA_OWNER_DATABASE_URL": urls.owner,
        }
        self.settings = Settings(home=home, database_url=SecretStr(urls.app), owner_database_url=SecretStr(urls.owner))

    def environment(self) -> Mapping[str, str]:
        """The folder of the keys, and the addresses of the database for the application and for its owner."""
        return self._environment

    def kill(self) -> None:
        """SIGKILL to the postmaster and every process of its own."""
        self._server.process.kill_with_children()

    def restart(self) -> None:
        """Start it on the same data; it recovers from its write-ahead log."""
        self._server.restart()

    def damages(self) -> list[str]:
        """Tables whose rows cannot be read, or are others by their key than by themselves; reading proves checksums."""
        url = self._server.admin_url.replace("/postgres?", f"/{self._database}?")
        found = []
        with psycopg.connect(url, autocommit=True) as connection:
            for schema, table, key in connection.execute(TABLES, (SCHEMAS,)).fetchall():
                try:
                    same = len({_digest(connection, way, Identifier(schema, table), key) for way in WAYS}) == 1
                except psycopg.DatabaseError as problem:
                    found.append(f"{schema}.{table}: {problem.diag.message_primary}")
                else:
                    found += [] if same else [f"{schema}.{table}: its key names other rows than it has"]
        return found

    def close(self) -> None:
        """Stop the server; its data go with it."""
        self._server.stop()


def _digest(connection: psycopg.Connection[Any], way: LiteralString, table: Identifier, key: list[str]) -> str | None:
    """A digest of all rows in the order of their key, read in one of the two ways."""
    connection.execute(way)
    order = SQL(", ").join(Identifier(column) for column in key)
    words = "SELECT md5(string_agg(md5(r::text), '' ORDER BY {0})) FROM (SELECT * FROM {1} ORDER BY {0}) r"
    row = connection.execute(SQL(words).format(order, table)).fetchone()
    return None if row is None else row[0]
