"""The tables of the views: made where they are missing, and afresh where their shape or what folds them has changed."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from adapters.database import writing
from adapters.views.fold import EventSource
from adapters.views.positions import POSITIONS, ViewPosition, positions
from adapters.views.tables import METADATA
from oba.determination.determination import ENGINE_EDITION
from oba.identity import content_hash


def made_with(table: sa.Table, edition: int, reference_hash: str) -> str:
    """What the rows of a table rest on besides the log: columns, editions of view and engine, the reference tables."""
    columns = [[column.name, repr(column.type)] for column in table.columns]
    return content_hash([columns, edition, ENGINE_EDITION, reference_hash])


def prepare(
    engine: Engine, tables: dict[str, sa.Table], editions: dict[str, int], reference_hash: str, log: EventSource
) -> tuple[str, ...]:
    """Make what is missing; name the views that are filled from the beginning: new, made otherwise, of another log."""
    wanted = {name: made_with(table, editions[name], reference_hash) for name, table in tables.items()}
    with writing(engine) as connection:
        METADATA.create_all(connection, tables=[POSITIONS])
        found = [one for one in positions(connection) if one.made_with == wanted.get(one.view)]
        sound = {one.view for one in found if _of_this_log(one, log)}
        stale = [name for name in tables if name not in sound]
        for name in stale:
            tables[name].drop(connection, checkfirst=True)
            tables[name].create(connection)
            _begin_again(connection, name, wanted[name])
    return tuple(stale)


def _of_this_log(view: ViewPosition, log: EventSource) -> bool:
    """Whether the log still has the view's last event at its position; a log that was restored may not."""
    if view.position == 0:
        return True
    found = log.since(view.position - 1, 1)
    return bool(found) and (found[0].position, found[0].event_id) == (view.position, view.last_event_id)


def _begin_again(connection: Connection, view: str, made: str) -> None:
    connection.execute(sa.delete(POSITIONS).where(POSITIONS.c.view == view))
    connection.execute(sa.insert(POSITIONS).values(view=view, position=0, made_with=made))
