"""Views that are made otherwise than today, or from another log, are emptied and filled from the beginning.

A process that starts takes every such view for its release. One that runs takes none: it empties only what carries its
own label and is of another log, which was put in the place of the one that it followed.
"""

from collections.abc import Callable, Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from adapters.database import one_at_a_time, reading
from adapters.views import dead_letters, filling
from adapters.views.positions import ViewPosition, begin_again, positions, take
from adapters.views.source import EventSource
from adapters.views.span import is_of
from adapters.views.turn import patient, unhurried
from oba.determination.determination import ENGINE_EDITION
from oba.identity import content_hash


def made_with(table: sa.Table, edition: int, reference_hash: str) -> str:
    """What the rows of a table rest on besides the log: columns, editions of view and engine, the reference tables."""
    columns = [[column.name, repr(column.type)] for column in table.columns]
    return content_hash([columns, edition, ENGINE_EDITION, reference_hash])


def labels_of(tables: Mapping[str, sa.Table], editions: Mapping[str, int], reference_hash: str) -> dict[str, str]:
    """The label of each view as this process makes it."""
    return {name: made_with(table, editions[name], reference_hash) for name, table in tables.items()}


def prepare(
    engine: Engine, tables: Mapping[str, sa.Table], labels: Mapping[str, str], log: EventSource
) -> tuple[str, ...]:
    """Empty the views that are filled from the beginning, and name them: new, made otherwise, of another log.

    Whoever works on one of them is waited for, as long as it takes.
    """

    def stale(found: Mapping[str, ViewPosition], name: str) -> bool:
        one = found.get(name)
        return one is None or one.made_with != labels[name] or not is_of(log, one.position, one.log_mark)

    return _empty(engine, tables, labels, stale)


def refill(
    engine: Engine, tables: Mapping[str, sa.Table], labels: Mapping[str, str], log: EventSource
) -> tuple[str, ...]:
    """Empty the views that carry these labels and are of another log than this one, and name them."""

    def stale(found: Mapping[str, ViewPosition], name: str) -> bool:
        one = found.get(name)
        return one is not None and one.made_with == labels[name] and not is_of(log, one.position, one.log_mark)

    return _empty(engine, tables, labels, stale)


def _empty(
    engine: Engine,
    tables: Mapping[str, sa.Table],
    labels: Mapping[str, str],
    is_stale: Callable[[Mapping[str, ViewPosition], str], bool],
) -> tuple[str, ...]:
    with reading(engine) as connection:
        stale = _chosen(connection, labels, is_stale)
    if not stale:
        return ()
    with patient(engine) as connection:
        one_at_a_time(connection, "prepare views")
        take(connection, stale)
        unhurried(connection)
        stale = _chosen(connection, stale, is_stale)
        dead_letters.forget_all(connection, stale)
        for name in stale:
            filling.empty(connection, tables[name])
            begin_again(connection, name, labels[name])
    return stale


def _chosen(
    connection: Connection, views: Collection[str], is_stale: Callable[[Mapping[str, ViewPosition], str], bool]
) -> tuple[str, ...]:
    found = {one.view: one for one in positions(connection)}
    return tuple(name for name in views if is_stale(found, name))
