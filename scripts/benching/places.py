"""Where a bench writes: one deployment on an engine, and beside it room for the baselines, on the same disk."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import psycopg
from pydantic import SecretStr

from adapters.settings import Settings
from adapters.upgrading import upgrade_stores
from scripts.benching.samples import furnish
from scripts.postgres.binaries import find_binaries
from scripts.postgres.server import Server

EngineName: TypeAlias = Literal["sqlite", "postgresql"]
ENGINES: tuple[EngineName, ...] = ("sqlite", "postgresql")
BESIDE = "bench"
"""The schema of the baselines."""


@dataclass(frozen=True)
class Place:
    """One deployment, furnished, and the address of the owner of its database where it has one."""

    engine: EngineName
    settings: Settings

    @property
    def folder(self) -> Path:
        """Where files of the baselines may lie."""
        return self.settings.home

    @property
    def owner(self) -> str:
        """The address under which the baselines make their tables; ValueError beside files."""
        url = self.settings.owner_database_url
        if url is None:
            raise ValueError("only a deployment on PostgreSQL has an owner")
        return url.get_secret_value()


@contextmanager
def server_on_disk(dsn: str | None) -> Iterator[Server]:
    """Somebody's server by its address, else one of our own with its data in the folder for temporary files."""
    server = Server(dsn) if dsn else Server.of(find_binaries(), within=Path(tempfile.gettempdir()))
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def place_on(engine: EngineName, server: Server | None) -> Iterator[Place]:
    """A new deployment for one round, gone at its end; ValueError for PostgreSQL without a server."""
    with tempfile.TemporaryDirectory(prefix="oba-bench-") as folder:
        settings = Settings(home=Path(folder), database_url=None, owner_database_url=None)
        if engine == "sqlite":
            yield _furnished(engine, settings)
            return
        if server is None:
            raise ValueError("PostgreSQL is measured on a server")
        urls = server.new_database()
        addresses = {"database_url": SecretStr(urls.app), "owner_database_url": SecretStr(urls.owner)}
        with psycopg.connect(urls.owner, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {BESIDE}")
        try:
            yield _furnished(engine, settings.model_copy(update=addresses))
        finally:
            server.drop(urls.name)


def _furnished(engine: EngineName, settings: Settings) -> Place:
    upgrade_stores(settings)
    furnish(settings)
    return Place(engine, settings)
