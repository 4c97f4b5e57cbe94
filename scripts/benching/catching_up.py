"""How many events a second the projector catches up, beside the library's own runner and beside a plain read."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from time import perf_counter
from typing import Any

import psycopg
import sqlalchemy as sa

from adapters.bootstrap import Services, open_services
from adapters.database import writing
from adapters.log.log import Log
from adapters.views.projector import BatchProjector
from scripts.benching import library_runner
from scripts.benching.places import Place
from scripts.benching.samples import interleaved

PAGE = 1_000
_COLUMNS = "originator_id, originator_version, topic, state, recorded_at"


def fill(log: Log, streams: int) -> None:
    """Streams of 100 events each, in the order in which they would arrive."""
    for events in interleaved(streams):
        log.append(events)


def measure(place: Place, events_of_library: int) -> Iterator[tuple[str, float]]:
    """Each figure with its name; the library's runner gets the first events of the log only, since it takes its time.

    RuntimeError where a view is not level with the log after catching up.
    """
    services = open_services(place.settings)
    try:
        head = services.tracker.log.head()
        figures = {"ours": head / _catch_up(services), **_reads(place, services.tracker.log)}
        if place.engine == "postgresql":
            figures |= _library(place, services, min(events_of_library, head))
    finally:
        services.close()
    for name, figure in figures.items():
        yield f"catching up: {name} per second", figure
    for name in figures:
        if name != "ours":
            yield f"catching up: ours / {name}", figures["ours"] / figures[name]


def _catch_up(services: Services) -> float:
    """Seconds from empty views at position 0 to the head."""
    tracker, views = services.tracker, services.views
    with writing(views.engine) as connection:
        for table in (*views.tables.values(), *_positions(views.tables)):
            connection.execute(sa.delete(table))
    projector = BatchProjector(tracker.log, views, tracker.reference)
    began = perf_counter()
    projector.catch_up()
    seconds = perf_counter() - began
    head = tracker.log.head()
    if any(one.position != head or one.incomplete for one in views.positions()):
        raise RuntimeError("a view is not level with the log")
    return seconds


def _positions(tables: dict[str, sa.Table]) -> list[sa.Table]:
    """The table of positions, which lies in the same metadata as the views."""
    metadata = next(iter(tables.values())).metadata
    return [metadata.tables["view_positions"]]


def _reads(place: Place, log: Log) -> dict[str, float]:
    """Events a second of reading the whole log, in pages, decoded; and its rows, bare."""
    began = perf_counter()
    position = 0
    while page := log.since(position, PAGE):
        position = page[-1].position
    decoded = position / (perf_counter() - began)
    began = perf_counter()
    rows = _rows(place)
    return {"decoded read": decoded, "raw read": rows / (perf_counter() - began)}


def _rows(place: Place) -> int:
    if place.engine == "sqlite":
        with closing(sqlite3.connect(place.settings.log_file)) as file:
            return len(file.execute(f"SELECT {_COLUMNS} FROM stored_events ORDER BY rowid").fetchall())
    with psycopg.connect(place.owner) as connection:
        statement: Any = f"SELECT {_COLUMNS} FROM log.stored_events ORDER BY notification_id"
        return len(connection.execute(statement, binary=True).fetchall())


def _library(place: Place, services: Services, events: int) -> dict[str, float]:
    library_runner.copy_events(place, events)
    small = library_runner.seconds_with_small_rows(place, events)
    tracker = services.tracker
    fold = library_runner.seconds_with_our_fold(place, services.views, tracker.log, tracker.reference, events)
    return {"library, one small row": events / small, "library, same fold": events / fold}
