"""The revision at which the tables of a store stand, looked at whenever the store is opened.

How a revision is reached is the affair of `migrating.py`; `bringing_up.py` says when.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from adapters.database import UnsafeStore, reading

_MADE: Final = sa.Table("alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True))


@dataclass(frozen=True)
class Schema:
    """A store's name (on PostgreSQL that of its schema), the folder of its revisions, and the newest of them."""

    name: str
    migrations: Path
    head: str
    disposable: bool = False
    """Whether tables of an unknown shape may be dropped and made again."""


def revision_of(connection: Connection) -> str | None:
    """The revision at which the tables stand; None where no revision was ever made."""
    if not sa.inspect(connection).has_table(_MADE.name):
        return None
    return connection.scalar(sa.select(_MADE.c.version_num))


def check_revision(engine: Engine, schema: Schema) -> None:
    """UnsafeStore unless the tables are those of this release."""
    with reading(engine) as connection:
        revision = revision_of(connection)
    if revision is None:
        raise UnsafeStore(f"the {schema.name} have no tables yet; run oba db upgrade")
    if revision != schema.head:
        raise UnsafeStore(f"the {schema.name} were made by another release; run oba db upgrade")
