"""A deployment with something in every table, and everything in it that a copy must have too."""

import threading
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from adapters.bootstrap import open_services
from adapters.clock import FixedClock
from adapters.copying.records_rows import tables
from adapters.database import reading
from adapters.log.opening import open_log
from adapters.records.outbox import Notice
from adapters.records.records import open_records
from adapters.settings import Settings
from adapters.views.content import content_of
from oba.facts.base import Body
from oba.facts.recorded import Drafted, Recorded
from oba.identity import derived_id
from tests.support.store import NOON, a_stream, drafted, registered
from tests.support.worker import DUE_ON, WALL, House

LEASED = derived_id("test-notice", "leased")


@dataclass(frozen=True)
class Everything:
    """What lies in the stores of a deployment once its views are level with its log."""

    events: tuple[Recorded[Any], ...]
    content_hash: str
    records: dict[str, list[str]]
    views: dict[str, str]


def furnish(settings: Settings) -> None:
    """A row in every table of log and records, with one notice that a worker holds."""
    house = House(settings, today=NOON.date()).furnish()
    infusion = house.infuse()
    registered(house.tracker, key="key-1")
    assert house.tracker.log.receipt("PER-1", "key-1")
    house.records.demo.mark("a demo", house.still.now())
    house.records.keys.create_key("PER-CLERK", "htc_clerk", "HTC-1", scopes=("a", "b"), created_at=WALL)
    for subject in (None, str(infusion)):
        house.records.audit.record(
            at=WALL + timedelta(microseconds=1),
            principal_id="PER-CLERK",
            role="auditor",
            action="read",
            subject=subject,
        )
    notice = Notice(LEASED, infusion, "agreement", "month-12", "first", "PER-CLERK", DUE_ON, WALL)
    waiting = Notice(derived_id("test-notice"), infusion, "agreement", "month-12", "first", "PER-2", DUE_ON, WALL)
    assert house.records.outbox.put([notice]) == 1
    assert len(house.records.outbox.claim(WALL)) == 1
    assert house.records.outbox.put([waiting]) == 1
    house.projector.catch_up()
    house.close()
    empty = [name for name, rows in everything(settings).records.items() if not rows]
    assert empty == [], "a table without a row proves nothing"


def everything(settings: Settings) -> Everything:
    """All of it, read through the product's own doors; views are brought up to the log first."""
    services = open_services(settings)
    try:
        services.projector.catch_up()
        log, records, views = services.tracker.log, services.tracker.records, services.views
        with reading(records.engine) as connection:
            rows = {
                table.name: sorted(repr(tuple(row)) for row in connection.execute(sa.select(table)))
                for table in tables()
            }
        with reading(views.engine) as connection:
            contents = {name: content_of(connection, table) for name, table in views.tables.items()}
        return Everything(log.since(0, 1_000_000), log.content_hash(), rows, contents)
    finally:
        services.close()


def without_outbox(found: Everything) -> Everything:
    """The same without the rows in which a copy differs: no worker holds anything there."""
    return replace(found, records={name: rows for name, rows in found.records.items() if name != "outbox"})


class Writer(threading.Thread):
    """Appends, and records who looks at what, until it is told to stop."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.appended: list[Drafted[Body]] = []
        self.going = threading.Event()
        self.enough = threading.Event()

    @property
    def streams(self) -> set[UUID]:
        """The streams that it writes to."""
        return {event.stream_id for event in self.appended}

    def run(self) -> None:
        log, records = open_log(self.settings, FixedClock(NOON)), open_records(self.settings)
        while not self.enough.is_set():
            number = len(self.appended)
            self.appended.append(drafted(a_stream(str(number // 50)), number % 50 + 1))
            log.append(self.appended[-1:])
            records.audit.record(at=NOON, principal_id="PER-1", role="auditor", action="read", subject=str(number))
            self.going.set()
        records.close()
        log.close()
