"""A log of any size: one infusion as the product wrote it, and copies of it under ids of their own.

The bytes of every event are those of the product but for the ids. They are put into the log's table by its owner in one
go, as `oba db copy` does, so positions and stamps are given here and not by the recorder.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from uuid import UUID

import psycopg

from adapters.clock import SystemClock
from adapters.log import instant_text
from adapters.log.content import Row
from adapters.log.mapper import StampedEvent
from adapters.log.opening import open_log
from adapters.log.postgres import content as on_postgresql
from adapters.log.sqlite import content as on_sqlite
from adapters.settings import Settings
from oba.identity import derived_id, infusion_id, opaque_code

TICK = timedelta(microseconds=1)
_ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TOKEN = re.compile(rb'"patient_token":"([0-9a-f-]{36})"')


def copy_infusion(settings: Settings, infusions: int) -> str:
    """Copy the one infusion of a log until there are so many; the code of the last copy. Nobody else may be writing."""
    log = open_log(settings, SystemClock())
    try:
        (infusion,) = log.infusion_ids()
        original = log.recorder.stream(infusion)
        newest = log.newest()
    finally:
        log.close()
    assert newest is not None, "a log with an infusion has events"
    rows = _rows(original, infusions - 1, *newest)
    if settings.owner_url is None:
        with closing(sqlite3.connect(settings.log_file)) as connection, connection:
            on_sqlite.fill(connection, rows, ())
    else:
        with psycopg.connect(settings.owner_url.get_secret_value()) as connection_of_owner:
            on_postgresql.fill(connection_of_owner, rows, ())
            connection_of_owner.execute("ANALYZE log.stored_events")
    return opaque_code(infusion_id(_token_of(infusions - 1)))


def _rows(original: Sequence[StampedEvent], copies: int, head: int, stamp: datetime) -> Iterator[Row]:
    """The copies in the order in which they would have come: the first event of all of them, then the second."""
    parts = [_ID.split(event.state) for event in original]
    ids = [_ID.findall(event.state) for event in original]
    found = _TOKEN.search(original[0].state)
    assert found is not None, "a stream begins with the infusion of a patient"
    for version, event in enumerate(original):
        for number in range(1, copies + 1):
            head += 1
            stamp += TICK
            new = [_copied(one, found[1], number) for one in ids[version]]
            state = b"".join(part for pair in zip(parts[version], (*new, b""), strict=True) for part in pair)
            stream = infusion_id(_token_of(number))
            yield head, stream.hex, event.originator_version, event.topic, state, instant_text.write(stamp)


def _copied(one: bytes, token: bytes, number: int) -> bytes:
    """The id that stands in a copy for an id of the original, the same wherever it stands."""
    return str(_token_of(number) if one == token else derived_id("copy", number, one.decode())).encode()


def _token_of(number: int) -> UUID:
    return derived_id("patient of copy", number)
