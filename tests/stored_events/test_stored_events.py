"""What was stored once must load for ever: a saved sample of every event type, read and written again."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.log.mapper import EventMapper, StampedEvent, encode
from adapters.log.topics import TOPICS
from oba.facts.base import Body
from oba.facts.recorded import Recorded
from tests.stored_events.samples import FOLDER, STREAM, an_event

FILES = sorted(FOLDER.glob("*.json"))


@pytest.mark.parametrize("topic", TOPICS)
def test_every_event_type_has_a_stored_sample(topic: str) -> None:
    assert (FOLDER / f"{topic}.json").is_file(), "run python -m tests.stored_events.samples and commit the new file"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_stored_sample_reads_and_writes_as_the_same_event(file: Path) -> None:
    read = _read(file.read_bytes().rstrip(b"\n"), _topic(file))

    assert _read(encode(read), _topic(file)) == read


@pytest.mark.parametrize("topic", TOPICS)
def test_the_newest_sample_of_a_topic_is_what_is_written_today(topic: str) -> None:
    stored = (FOLDER / f"{topic}.json").read_bytes().rstrip(b"\n")

    assert encode(_read(stored, topic)) == stored
    assert encode(an_event(TOPICS[topic])) == stored


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_stored_sample_names_a_topic_that_is_still_on_the_list(file: Path) -> None:
    assert _topic(file) in TOPICS


def test_the_stored_name_of_an_event_follows_neither_module_nor_class() -> None:
    assert {topic.split(".")[1] for topic in TOPICS} == {"infusion", "document"}
    assert all(topic == f"oba.{body.STREAM}.{body.kind_name()}.v{body.VERSION}" for topic, body in TOPICS.items())


def _topic(file: Path) -> str:
    """`<topic>.json`, or `<topic>.<date>.json` for an older form of the same topic."""
    return ".".join(file.name.split(".")[:4])


def _read(state: bytes, topic: str) -> Recorded[Body]:
    stamp = datetime(2026, 3, 1, tzinfo=UTC)
    return EventMapper().to_domain_event(StampedEvent(STREAM, 1, topic, state, 1, stamp))
