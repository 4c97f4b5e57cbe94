"""Where one deployment of a test lies: a folder, and on PostgreSQL a database beside it; both can be copied."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from adapters.cli.app import app
from adapters.settings import Settings
from tests.support.postgres import DatabaseUrls, Server

Engine = Literal["sqlite", "postgresql"]
ENGINES: tuple[Engine, ...] = ("sqlite", "postgresql")
ON_FILES = pytest.mark.parametrize("engine", ["sqlite"], indirect=True, scope="session")
"""For a test that is about files, which only SQLite has."""
ON_POSTGRESQL = pytest.mark.parametrize("engine", ["postgresql"], indirect=True, scope="session")
"""For a test that is about the server."""


@dataclass(frozen=True)
class Place:
    """The settings of one deployment and the engine that keeps its stores."""

    settings: Settings
    engine: Engine
    server: Server | None = None
    database: str | None = None

    @classmethod
    def at(cls, home: Path, engine: Engine, server: Server | None = None, template: str | None = None) -> "Place":
        """A place in a folder; on PostgreSQL with a new database, empty or a copy of the template.

        ValueError where PostgreSQL is asked for without a server.
        """
        settings = Settings(home=home, database_url=None, owner_database_url=None)
        if engine == "sqlite":
            return cls(settings, engine)
        if server is None:
            raise ValueError("a place on PostgreSQL needs a server: ask for the fixture `postgres`")
        return cls._beside(settings, home, server, server.new_database(template))

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which a process of the product finds this place."""
        named = {
            "OBA_DATABASE_URL": self.settings.database_url,
            "OBA_OWNER_DATABASE_URL": self.settings.owner_database_url,
        }
        urls = {name: url.get_secret_value() for name, url in named.items() if url is not None}
        return {"OBA_HOME": str(self.settings.home), **urls}

    def upgraded(self) -> "Place":
        """This place after `oba db upgrade --demo`: the clock of most tests is not the machine's."""
        answer = CliRunner().invoke(app, ["db", "upgrade", "--demo"], env=self.environment)
        if answer.exit_code != 0:
            raise RuntimeError(f"oba db upgrade was refused: {answer.output}")
        return self

    def copy(self, home: Path) -> "Place":
        """The same deployment a second time, in another folder; its stores must be closed.

        RuntimeError where a connection to the database is still open.
        """
        if self.server is None:
            shutil.copytree(self.settings.home, home, dirs_exist_ok=True)
            return Place(self.settings.model_copy(update={"home": home}), self.engine)
        urls = self.server.new_database(self.database)
        if self.settings.home.is_dir():
            shutil.copytree(self.settings.home, home, dirs_exist_ok=True)
        return Place._beside(self.settings, home, self.server, urls)

    def drop(self) -> None:
        """Remove folder and database, whoever is still connected."""
        shutil.rmtree(self.settings.home, ignore_errors=True)
        self.drop_database()

    def drop_database(self) -> None:
        """Remove the database, where there is one, whoever is still connected; a second time changes nothing."""
        if self.server is not None and self.database is not None:
            self.server.drop(self.database)

    @classmethod
    def _beside(cls, settings: Settings, home: Path, server: Server, urls: DatabaseUrls) -> "Place":
        where = {
            "home": home,
            "database_url": SecretStr(urls.app),
            "owner_database_url": SecretStr(urls.owner),
        }
        return cls(settings.model_copy(update=where), "postgresql", server, urls.name)
