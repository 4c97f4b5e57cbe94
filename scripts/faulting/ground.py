"""What a deployment stands on: an engine that can be looked at, and, where it is a server, killed and started again."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from adapters.settings import Settings

EngineName: TypeAlias = Literal["sqlite", "postgresql"]
ENGINES: tuple[EngineName, ...] = ("sqlite", "postgresql")


class Ground(Protocol):
    """One engine with one deployment on it."""

    engine: EngineName
    settings: Settings
    has_server: bool

    def environment(self) -> Mapping[str, str]:
        """What a process of the product must be told to find the stores."""
        ...

    def kill(self) -> None:
        """SIGKILL to the server and all its children at once; a ground without a server has nothing to kill."""
        ...

    def restart(self) -> None:
        """Start the server on the same data; returns when it answers."""
        ...

    def damages(self) -> list[str]:
        """What the engine itself finds damaged in its files, in its own words; nothing where it is sound."""
        ...

    def close(self) -> None:
        """Stop what was started."""
        ...


class SqliteGround:
    """Three files in a folder; there is no server."""

    engine: EngineName = "sqlite"
    has_server = False

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home, database_url=None, owner_database_url=None)

    def environment(self) -> Mapping[str, str]:
        """The folder."""
        return {"OBA_HOME": str(self.settings.home)}

    def kill(self) -> None:
        """Nothing to kill."""

    def restart(self) -> None:
        """Nothing to start."""

    def damages(self) -> list[str]:
        """What `PRAGMA integrity_check` says of the three files."""
        files = (self.settings.log_file, self.settings.records_file, self.settings.views_file)
        return [f"{file.name}: {words}" for file in files for words in _integrity(file) if words != "ok"]

    def close(self) -> None:
        """Nothing to stop."""


def _integrity(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        try:
            return [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
        except sqlite3.DatabaseError as problem:
            return [str(problem)]
