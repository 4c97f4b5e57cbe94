"""A real log with two infusions and their documents, and its views, on either engine."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from adapters.clock import FixedClock
from adapters.log.log import Log
from adapters.log.opening import open_log
from adapters.views.engine import open_views
from adapters.views.projector import BatchProjector
from adapters.views.views import Views
from oba.facts.base import Body
from oba.facts.recorded import Drafted, Recorded
from tests.adapters.conftest import MakingPlaces
from tests.support.lives import REFERENCE, Life, registration_of
from tests.support.place import Place
from tests.support.store import NOON

Opening = Callable[[str], Views]


def drafted(event: Recorded[Body]) -> Drafted[Body]:
    """An event of a life without the stamps of its test."""
    return Drafted[Body].model_construct(**{name: getattr(event, name) for name in Drafted.model_fields})


def two_lives() -> tuple[Life, Life]:
    """One infusion that failed at month 12 and was asked about, and one of which only the enrolment is known."""
    first, second = Life().registered().enrolled(), Life(name="second").registered().enrolled()
    first.asked(date(2024, 8, 1))
    first.measured(date(2025, 1, 10), "3")
    first.approved(first.proposed("month-12", date(2025, 3, 1)), date(2025, 3, 2))
    return first, second


@pytest.fixture
def log(place: Place) -> Iterator[Log]:
    log = open_log(place.settings, FixedClock(NOON))
    first, second = two_lives()
    for document in first.documents:
        log.append([registration_of(document)])
    for event in (*first.events, *second.events):
        log.append([drafted(event)])
    yield log
    log.close()


@pytest.fixture
def opening(new_place: MakingPlaces, tmp_path: Path) -> Iterator[Opening]:
    opened: list[Views] = []

    def open_(name: str) -> Views:
        opened.append(Views(open_views(new_place(tmp_path / name).settings)))
        return opened[-1]

    yield open_
    for views in opened:
        views.engine.dispose()


@pytest.fixture
def views(place: Place) -> Iterator[Views]:
    views = Views(open_views(place.settings))
    yield views
    views.engine.dispose()


@pytest.fixture
def projector(log: Log, views: Views) -> BatchProjector:
    return BatchProjector(log, views, REFERENCE)


def hashes(views: Views) -> dict[str, str]:
    """The content of every view."""
    return {name: views.content_hash(name) for name in views.tables}


def streams_read(log: Log, monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """The streams that are read from now on, one after the other."""
    read: list[UUID] = []
    real = log.stream

    def stream(stream_id: UUID, *, up_to: int | None = None) -> tuple[Recorded[Body], ...]:
        read.append(stream_id)
        return real(stream_id, up_to=up_to)

    monkeypatch.setattr(log, "stream", stream)
    return read


def standing(views: Views) -> dict[str, int]:
    """How far every view has come."""
    return {one.view: one.position for one in views.positions()}
