"""The mapper: what cannot be read back as it was written never gets in, and no name is ever imported."""

import json
import sqlite3
import sys
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from pydantic import AfterValidator, ConfigDict, ValidationError, field_serializer

from adapters.log import topics
from adapters.log.log import Log
from adapters.log.mapper import EventMapper, StampedEvent, stamped
from adapters.log.refusals import NotTheSameAfterReading, UnknownTopic
from adapters.settings import Settings
from oba.facts.base import Body
from oba.facts.follow_up import LostToFollowUp
from tests.support.place import Place
from tests.support.store import NOON, a_log, a_stream, drafted


class Forgetful(Body):
    """Writes another number than it holds."""

    kind: Literal["forgetful"] = "forgetful"
    number: int

    @field_serializer("number")
    def _wrong(self, number: int) -> int:
        return number + 1


class Unreadable(Body):
    """Writes a text where it reads a number."""

    kind: Literal["unreadable"] = "unreadable"
    number: int

    @field_serializer("number")
    def _wrong(self, number: int) -> str:
        return f"number {number}"


class Shortening(Body):
    """Reads another spelling of its number than it wrote, which is as much."""

    kind: Literal["shortening"] = "shortening"
    number: Annotated[Decimal, AfterValidator(Decimal.normalize)]


class NotOnTheList(Body):
    """No release knows this event."""

    kind: Literal["not_on_the_list"] = "not_on_the_list"


class Posing(LostToFollowUp):
    """Borrows the name of an event that is on the list."""

    model_config = ConfigDict(extra="allow")


@pytest.fixture
def with_careless_types(monkeypatch: pytest.MonkeyPatch) -> None:
    careless: dict[str, Any] = {body.topic(): body for body in (Forgetful, Unreadable, Shortening)}
    monkeypatch.setattr(topics, "TOPICS", {**topics.TOPICS, **careless})


@pytest.mark.usefixtures("with_careless_types")
@pytest.mark.parametrize(
    "body", [Forgetful(number=1), Unreadable(number=1), Shortening.model_construct(number=Decimal("1.50"))]
)
def test_an_event_that_would_read_back_otherwise_is_refused(log: Log, body: Body) -> None:
    with pytest.raises(NotTheSameAfterReading):
        log.append([drafted(a_stream(), 1, body)])

    assert log.head() == 0


@pytest.mark.parametrize("body", [NotOnTheList(), Posing(contacts_attempted=1)])
def test_an_event_whose_class_is_not_on_the_list_is_refused(log: Log, body: Body) -> None:
    with pytest.raises(UnknownTopic):
        log.append([drafted(a_stream(), 1, body)])

    assert log.head() == 0


def test_a_topic_put_into_the_log_by_hand_stops_the_reader_and_imports_nothing(place: Place) -> None:
    log = a_log(place.settings)
    log.append([drafted(a_stream(), 1)])
    _change_by_hand(place.settings, "topic = 'this:that'")

    with pytest.raises(UnknownTopic):
        log.since(0, 1)

    assert "this" not in sys.modules
    log.close()


def _change_by_hand(settings: Settings, change: str) -> None:
    if settings.owner_database_url is None:
        file = sqlite3.connect(settings.log_file)
        file.execute("DROP TRIGGER stored_events_no_update")
        file.execute(f"UPDATE stored_events SET {change}")
        file.commit()
        file.close()
        return
    with psycopg.connect(settings.owner_database_url.get_secret_value()) as owner:
        owner.execute("ALTER TABLE log.stored_events DISABLE TRIGGER unchanged")
        owner.execute(f"UPDATE log.stored_events SET {change}".encode())


def test_a_state_with_an_unknown_field_stops_the_reader() -> None:
    stored = EventMapper().to_stored_event(drafted(a_stream(), 1))
    state = json.dumps({**json.loads(stored.state), "surprise": 1}).encode()

    with pytest.raises(ValidationError) as caught:
        EventMapper().to_domain_event(_stamped(stored, state))

    assert "HEMGENIX" not in str(caught.value)


def test_an_event_without_its_stamp_is_not_read() -> None:
    stored = EventMapper().to_stored_event(drafted(a_stream(), 1))

    with pytest.raises(TypeError, match="position"):
        EventMapper().to_domain_event(stored)


def test_the_bytes_are_compact_json_and_repeat_no_column() -> None:
    state = EventMapper().to_stored_event(drafted(a_stream(), 1)).state

    assert json.dumps(json.loads(state), separators=(",", ":")).encode() == state
    assert not {"stream_id", "version", "position", "recorded_at"} & set(json.loads(state))


def test_no_two_event_types_share_a_topic() -> None:
    assert len(topics.TOPICS) == len(topics.INFUSION_TOPICS) + len(topics.DOCUMENT_TOPICS)


def _stamped(stored: StoredEvent, state: bytes) -> StampedEvent:
    return StampedEvent(
        stored.originator_id, stored.originator_version, stored.topic, state, 1, datetime(2026, 3, 1, tzinfo=UTC)
    )


def test_a_dry_run_stamps_an_event_as_the_log_would(log: Log) -> None:
    event = drafted(a_stream(), 1)

    assert (stamped(event, 1, NOON),) == log.append([event])
