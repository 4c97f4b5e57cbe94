"""The door to the log: what is appended is read back with its stamps, in one order, all or nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.clock import FixedClock
from adapters.log import instant_text
from adapters.log.log import Log
from adapters.log.refusals import StaleVersion
from oba.facts.base import Body
from oba.facts.recorded import Recorded
from oba.identity import document_stream_id
from tests.support.documents import a_registration
from tests.support.store import NOON, a_log, a_stream, drafted

TICK = timedelta(microseconds=1)


def test_an_appended_event_is_read_back_with_position_and_instant(log: Log) -> None:
    recorded = log.append([drafted(a_stream(), 1)])

    assert [(event.position, event.recorded_at) for event in recorded] == [(1, NOON)]
    assert log.stream(a_stream()) == recorded
    assert log.since(0, 10) == recorded


def test_events_of_one_append_are_a_microsecond_apart_while_the_clock_stands(log: Log) -> None:
    log.append([drafted(a_stream(), 1), drafted(a_stream(), 2)])
    log.append([drafted(a_stream(), 3)])

    assert [event.recorded_at for event in log.stream(a_stream())] == [NOON, NOON + TICK, NOON + 2 * TICK]


def test_a_clock_that_is_set_back_does_not_set_the_log_back(tmp_path: Path) -> None:
    clock = FixedClock(NOON)
    log = Log(tmp_path / "log.sqlite3", clock)
    log.append([drafted(a_stream(), 1)])
    clock.move_to(NOON - timedelta(hours=1))

    later = log.append([drafted(a_stream(), 2)])

    assert later[0].recorded_at == NOON + TICK
    log.close()


def test_an_instant_of_knowledge_means_the_newest_position_recorded_by_then(tmp_path: Path) -> None:
    clock = FixedClock(NOON)
    log = Log(tmp_path / "log.sqlite3", clock)
    log.append([drafted(a_stream(), 1)])
    clock.move_by(timedelta(days=1))
    log.append([drafted(a_stream(), 2)])

    known = [log.position_at(NOON + distance) for distance in (-TICK, 0 * TICK, timedelta(hours=23), timedelta(days=1))]

    assert known == [0, 1, 1, 2]
    log.close()


def test_a_stream_as_of_a_position_holds_nothing_that_came_later(log: Log) -> None:
    log.append([drafted(a_stream(), 1)])
    log.append([drafted(a_stream("other"), 1)])
    log.append([drafted(a_stream(), 2)])

    assert [event.version for event in log.stream(a_stream(), up_to=2)] == [1]
    assert [event.version for event in log.stream(a_stream())] == [1, 2]


@pytest.mark.parametrize("version", [1, 3])
def test_an_event_at_another_version_than_the_next_is_refused(log: Log, version: int) -> None:
    log.append([drafted(a_stream(), 1)])

    with pytest.raises(StaleVersion):
        log.append([drafted(a_stream(), version, command="somebody else")])

    assert log.head() == 1


def test_one_event_that_does_not_fit_keeps_all_others_out(log: Log) -> None:
    log.append([drafted(a_stream(), 1)])

    with pytest.raises(StaleVersion):
        log.append([drafted(a_stream("other"), 1), drafted(a_stream(), 1)])

    assert log.stream(a_stream("other")) == ()
    assert log.head() == 1


def test_infusions_and_documents_are_told_apart(log: Log) -> None:
    registration = a_registration()
    log.append([drafted(a_stream(), 1)])
    log.append([drafted(document_stream_id(registration.document.id), 1, registration)])
    log.append([drafted(a_stream("other"), 1), drafted(a_stream("other"), 2)])

    assert log.infusion_ids() == (a_stream(), a_stream("other"))
    assert log.infusion_ids(up_to=2) == (a_stream(),)
    assert log.infusion_ids(after=2) == (a_stream("other"),)
    assert [event.body for event in log.documents()] == [registration]
    assert log.documents(up_to=1) == ()
    assert log.documents_position() == 2


def test_pages_of_the_whole_log_follow_each_other_without_gap(log: Log) -> None:
    for version in range(1, 8):
        log.append([drafted(a_stream(), version)])

    pages = list(_pages(log, 3))

    assert [[event.version for event in page] for page in pages] == [[1, 2, 3], [4, 5, 6], [7]]


def test_an_empty_log_has_neither_head_nor_last_instant(log: Log) -> None:
    assert (log.head(), log.last_recorded_at(), log.position_at(NOON)) == (0, None, 0)
    assert (log.since(0, 10), log.documents(), log.infusion_ids(), log.documents_position()) == ((), (), (), 0)


def test_a_log_that_is_opened_again_goes_on_where_it_stood(tmp_path: Path) -> None:
    first = a_log(tmp_path)
    first.append([drafted(a_stream(), 1)])
    before = first.content_hash()
    first.close()

    again = a_log(tmp_path)

    assert again.content_hash() == before
    assert again.append([drafted(a_stream(), 2)])[0].position == 2
    again.close()


def test_the_content_hash_changes_with_every_event(log: Log) -> None:
    hashes = {log.content_hash()}
    for version in (1, 2, 3):
        log.append([drafted(a_stream(), version)])
        hashes.add(log.content_hash())

    assert len(hashes) == 4


def test_the_text_of_an_instant_sorts_as_the_instant_does() -> None:
    early = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    texts = [instant_text.write(early + distance) for distance in (timedelta(0), TICK, timedelta(hours=1))]

    assert texts == sorted(texts)
    assert [instant_text.read(text) for text in texts] == [early, early + TICK, early + timedelta(hours=1)]
    with pytest.raises(ValueError, match="offset"):
        instant_text.write(early.replace(tzinfo=None))


def _pages(log: Log, size: int) -> Iterator[tuple[Recorded[Body], ...]]:
    position = 0
    while page := log.since(position, size):
        yield page
        position = page[-1].position
