"""Making what a store lacks when it is opened: a SQLite file at once, a server only by its owner."""

from sqlalchemy.engine import Engine

from adapters.database import POSTGRESQL, reading, writing
from adapters.schema import Schema, check_revision, revision_of


def bring_up(engine: Engine, schema: Schema) -> None:
    """Make what is missing in a SQLite file; on PostgreSQL only see that nothing is, since its owner makes it."""
    if engine.dialect.name == POSTGRESQL:
        return check_revision(engine, schema)
    with reading(engine) as connection:
        if revision_of(connection) == schema.head:
            return None
    from adapters.migrating import upgrade  # noqa: PLC0415  alembic is loaded where there is something to make

    with writing(engine) as connection:
        upgrade(connection, schema)
    return None
