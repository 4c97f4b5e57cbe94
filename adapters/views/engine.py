"""The connection to the views: a file or a schema of their own, so that appends to the log never wait for a reader."""

from pathlib import Path
from typing import Final

from sqlalchemy.engine import Engine

from adapters.bringing_up import bring_up
from adapters.database import Pragma, disposed_on_failure, engine_of
from adapters.postgresql import postgresql_engine
from adapters.private import private_file, private_folder
from adapters.settings import Settings
from adapters.views.schema import VIEWS

BUSY_SECONDS: Final = 60
DISPOSABLE: Final = (Pragma("synchronous", "NORMAL", 1),)


def open_views(settings: Settings) -> Engine:
    """An engine on the views of a deployment; a SQLite file is made where it is missing.

    UnsafeStore where the tables on PostgreSQL are not those of this release, or a connection is not durable there.
    """
    if settings.database_url is None:
        engine = open_views_file(settings.views_file)
    else:
        engine = postgresql_engine(settings, VIEWS.name)
    with disposed_on_failure(engine):
        bring_up(engine, VIEWS)
        return engine


def open_views_file(file: Path) -> Engine:
    """An engine on a SQLite file, made where it is missing."""
    private_folder(file.parent)
    private_file(file)
    return views_engine(f"sqlite:///{file}")


def views_engine(url: str) -> Engine:
    """An engine on a SQLite file of views; they can be made again from the log, so they need not be durable."""
    return engine_of(url, *DISPOSABLE, busy_seconds=BUSY_SECONDS)
