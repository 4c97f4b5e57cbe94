"""A running server with the two roles of a deployment, and databases in it that cost little."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier, Literal

from adapters.clock import new_secret
from scripts.postgres.binaries import Binaries, NoServer, find_binaries
from scripts.postgres.process import ServerProcess

DSN = "OBA_TEST_POSTGRES_DSN"
OWNER, APP = "oba_owner", "oba_app"
PASSWORD = "of-the-tests"
NOT_OURS = f"The server of {DSN} belongs to somebody else and cannot be killed: unset {DSN} for this test."


@dataclass(frozen=True)
class DatabaseUrls:
    """A database of its own for one test: the application, and the owner of its schemas."""

    app: str
    owner: str
    name: str


class Server:
    """A running server with the two roles; started by us, or somebody's whose DSN was given."""

    def __init__(self, dsn: str, process: ServerProcess | None = None) -> None:
        self.admin_url = dsn
        self._process = process
        self._mark = f"oba_test_{new_secret(4).hex()}"
        self._made: list[str] = []
        self._number = 0
        with self._connected() as connection:
            _make_roles(connection)
        if process is None:
            self._check_roles()

    @classmethod
    def of(cls, binaries: Binaries, within: Path | None = None) -> "Server":
        """Start a server of these programs, its data in a new folder within one that is named."""
        process = ServerProcess(binaries, within)
        try:
            return cls(process.admin_url, process)
        except BaseException:
            process.stop()
            raise

    @property
    def process(self) -> ServerProcess:
        """The process that we started; NoServer where the server is somebody else's."""
        if self._process is None:
            raise NoServer(NOT_OURS)
        return self._process

    @property
    def binaries(self) -> Path:
        """The folder of pg_dump and pg_basebackup; beside somebody else's server, what is found on this machine."""
        return (self._process.binaries if self._process else find_binaries()).folder

    def new_database(self, template: str | None = None) -> DatabaseUrls:
        """An empty database, or a copy of one that nobody is connected to; RuntimeError says who must close what."""
        self._number += 1
        name = f"{self._mark}_{os.getpid()}_{self._number}"
        with self._connected() as connection:
            make = SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
            try:
                connection.execute(
                    make.format(Identifier(name), Identifier(OWNER), Identifier(template or "template1"))
                )
            except psycopg.errors.ObjectInUse as problem:
                raise RuntimeError(
                    f"The database {template} cannot be copied while a connection to it is open: "
                    "close its log, records and views first."
                ) from problem
            self._made.append(name)
            connection.execute(SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(Identifier(name)))
            connection.execute(SQL("GRANT CONNECT ON DATABASE {} TO {}").format(Identifier(name), Identifier(APP)))
        return DatabaseUrls(app=self.url(APP, name), owner=self.url(OWNER, name), name=name)

    def url(self, role: str, name: str) -> str:
        """The address of a database for one of the two roles."""
        way = {key: value for key, value in conninfo_to_dict(self.admin_url).items() if key not in _NOT_THE_WAY}
        password = "" if self._process else f":{PASSWORD}"
        return f"postgresql://{role}{password}@/{name}?{urlencode(way, safe='/')}"

    def drop(self, name: str) -> None:
        """Remove a database, and end what is still connected to it; one that is gone already is no fault."""
        with self._connected() as connection:
            connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))
        if name in self._made:
            self._made.remove(name)

    def kill(self) -> None:
        """Kill the server as a crash would; NoServer where it is somebody else's."""
        self.process.kill()

    def restart(self) -> None:
        """Start it again on the same data; NoServer where it is somebody else's."""
        self.process.restart()

    def stop(self) -> None:
        """Stop what we started, with everything in it; in somebody else's server remove the databases that we made."""
        if self._process:
            self._process.stop()
            return
        for name in tuple(self._made):
            self.drop(name)

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            yield connection

    def _check_roles(self) -> None:
        """Somebody else's server may have these roles already, for another purpose."""
        name = None
        try:
            urls = self.new_database()
            name = urls.name
            for url in (urls.owner, urls.app):
                psycopg.connect(url).close()
        except (psycopg.OperationalError, psycopg.errors.InsufficientPrivilege) as problem:
            raise NoServer(
                f"The roles {OWNER} and {APP} of the server of {DSN} are not those of the tests: their password is "
                "another, or its user is no member of them. Drop the two roles and the tests make them."
            ) from problem
        finally:
            if name is not None:
                self.drop(name)


_NOT_THE_WAY = ("user", "password", "dbname")


def _make_roles(connection: psycopg.Connection) -> None:
    """Make what is missing; one who is not superuser becomes a member, to give and end what is theirs."""
    is_superuser = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    for role in (OWNER, APP):
        made = SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}")
        # another process of the tests, or an earlier run, may have made it
        with suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation), connection.transaction():
            connection.execute(made.format(Identifier(role), Literal(PASSWORD)))
            if is_superuser == (False,):
                connection.execute(SQL("GRANT {} TO CURRENT_USER").format(Identifier(role)))
