"""How long it takes to have the state of an infusion with 100 events: from its rows, and from what a process keeps."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from time import perf_counter
from typing import Any
from uuid import UUID

import psycopg

from adapters.clock import SystemClock
from adapters.following import Following
from adapters.log.opening import open_log
from oba.infusion.state import replay
from scripts.benching.places import Place
from scripts.benching.samples import stream_id

_COLUMNS = "originator_version, topic, state, recorded_at"


def measure(place: Place, streams: int, times: int) -> Iterator[tuple[str, float]]:
    """Each figure with its name, in microseconds of one infusion, the mean over as many as asked for."""
    log = open_log(place.settings, SystemClock())
    following = Following(log)

    def kept(infusion: UUID) -> None:
        following.look()
        following.state(infusion)

    infusions = [stream_id(number % streams) for number in range(times)]
    for infusion in infusions:
        kept(infusion)
    with closing(_connection(place)) as connection:
        raw = _microseconds(lambda infusion: _rows(place, connection, infusion), infusions)
    ours = _microseconds(lambda infusion: replay(infusion, log.stream(infusion)), infusions)
    known = _microseconds(kept, infusions)
    log.close()
    yield "100 events: raw SELECT, us", raw
    yield "100 events: read, decoded and replayed, us", ours
    yield "100 events: state that is kept, us", known
    yield "100 events: replayed / raw SELECT", ours / raw
    yield "100 events: kept / raw SELECT", known / raw


def _microseconds(work: Callable[[UUID], object], infusions: list[UUID]) -> float:
    began = perf_counter()
    for infusion in infusions:
        work(infusion)
    return (perf_counter() - began) / len(infusions) * 1_000_000


def _connection(place: Place) -> Any:
    if place.engine == "sqlite":
        return sqlite3.connect(place.settings.log_file)
    return psycopg.connect(place.owner, autocommit=True)


def _rows(place: Place, connection: Any, infusion: UUID) -> None:
    if place.engine == "sqlite":
        statement = f"SELECT {_COLUMNS} FROM stored_events WHERE originator_id = ? ORDER BY originator_version"
        connection.execute(statement, (infusion.hex,)).fetchall()
    else:
        statement = f"SELECT {_COLUMNS} FROM log.stored_events WHERE originator_id = %s ORDER BY originator_version"
        connection.execute(statement, (infusion,), prepare=True, binary=True).fetchall()
