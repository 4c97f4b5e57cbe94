"""Bringing the tables of a store to the newest revision with alembic, on a connection of ours and without its files.

A revision is a file beside its store with `revision`, `down_revision` and `upgrade(op)`. Everything happens in the
caller's transaction, so a store is upgraded as a whole or left as it was.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError
from sqlalchemy.engine import Connection

from adapters.database import UnsafeStore, one_at_a_time
from adapters.schema import Schema, revision_of

FIRST: Final = "0001"
"""The revision at which stores stand that were made before there were revisions."""
Shape = dict[str, dict[str, tuple[str, bool]]]
"""Table -> column -> its type, and whether it may be empty."""


def upgrade(connection: Connection, schema: Schema) -> tuple[str, ...]:
    """Bring a store to the newest revision, one process at a time; the revisions that were made, in their order.

    UnsafeStore where the tables are not those of any revision of this release.
    """
    one_at_a_time(connection, f"upgrade {schema.name}")
    start = stands_at(connection)
    if start is not None and revision_of(connection) is None:
        start = _adopted(connection, schema)
    made: list[str] = []
    _run(connection, schema, start, schema.head, made)
    return tuple(made)


def stands_at(connection: Connection) -> str | None:
    """The revision at which a store stands, the first where it was made before there were any; None without tables."""
    revision = revision_of(connection)
    return FIRST if revision is None and sa.inspect(connection).get_table_names() else revision


def _adopted(connection: Connection, schema: Schema) -> str | None:
    """The first revision for tables that are those of it; disposable tables of another shape are dropped."""
    if shape_of(connection) == _first_shape(schema):
        _context(connection).stamp(_scripts(schema.migrations), FIRST)
        return FIRST
    if not schema.disposable:
        raise UnsafeStore(
            f"the {schema.name} hold other tables than this release knows; use the release they belong to"
        )
    found = sa.MetaData()
    found.reflect(connection)
    found.drop_all(connection)
    return None


def _run(connection: Connection, schema: Schema, start: str | None, end: str, made: list[str]) -> None:
    scripts = _scripts(schema.migrations)

    def steps(_heads: object, _context: object) -> Iterable[MigrationStep]:
        found = reversed(list(scripts.iterate_revisions(end, start or "base", implicit_base=True)))
        return [MigrationStep.upgrade_from_script(scripts.revision_map, one) for one in found]

    def note(*, step: Any, **_: object) -> None:
        made.append(str(step.up_revision_id))

    context = _context(connection, fn=steps, on_version_apply=(note,))
    try:
        context.run_migrations(op=Operations(context))
    except ResolutionError:
        raise UnsafeStore(f"the {schema.name} were made by a newer release; use that release") from None


def _context(connection: Connection, **given: Any) -> MigrationContext:
    return MigrationContext.configure(connection, opts=given)


@cache
def _scripts(folder: Path) -> ScriptDirectory:
    return ScriptDirectory(str(folder), version_locations=[str(folder)])


def shape_of(connection: Connection) -> Shape:
    """The tables of a connection, as far as two of them are compared."""
    seen = sa.inspect(connection)
    return {
        table: {column["name"]: (str(column["type"]), bool(column["nullable"])) for column in seen.get_columns(table)}
        for table in seen.get_table_names()
        if table != "alembic_version"
    }


@cache
def _first_shape(schema: Schema) -> Shape:
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        _run(connection, schema, None, FIRST, [])
        shape = shape_of(connection)
    engine.dispose()
    return shape
