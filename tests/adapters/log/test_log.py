"""The door to the log: what is appended is read back with its stamps, in one order, all or nothing."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from eventsourcing.persistence import ConnectionPoolClosedError

from adapters.clock import FixedClock
from adapters.log import instant_text
from adapters.log.log import Log
from adapters.log.opening import open_log
from adapters.log.refusals import StaleVersion
from adapters.settings import Settings
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


def test_a_clock_that_is_set_back_does_not_set_the_log_back(settings: Settings) -> None:
    clock = FixedClock(NOON)
    log = open_log(settings, clock)
    log.append([drafted(a_stream(), 1)])
    clock.move_to(NOON - timedelta(hours=1))

    later = log.append([drafted(a_stream(), 2)])

    assert later[0].recorded_at == NOON + TICK
    log.close()


def test_an_instant_of_knowledge_means_the_newest_position_recorded_by_then(settings: Settings) -> None:
    clock = FixedClock(NOON)
    log = open_log(settings, clock)
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


def test_an_append_of_events_of_two_streams_in_turns_is_accepted(log: Log) -> None:
    first, other = a_stream(), a_stream("other")

    recorded = log.append([drafted(first, 1), drafted(other, 1), drafted(first, 2), drafted(other, 2)])

    assert [event.position for event in recorded] == [1, 2, 3, 4]
    assert log.stream(first) == recorded[::2]
    assert log.stream(other) == recorded[1::2]


def test_events_of_one_append_that_leave_a_gap_are_refused(log: Log) -> None:
    with pytest.raises(StaleVersion):
        log.append([drafted(a_stream(), 1), drafted(a_stream(), 3)])

    assert log.head() == 0


def test_a_refused_append_leaves_no_gap_between_positions(log: Log) -> None:
    log.append([drafted(a_stream(), 1)])
    with pytest.raises(StaleVersion):
        log.append([drafted(a_stream(), 1)])

    assert log.append([drafted(a_stream(), 2)])[0].position == 2


def test_an_append_of_nothing_changes_nothing(log: Log) -> None:
    assert log.append([]) == ()
    assert log.head() == 0


def test_what_was_touched_is_told_in_log_order_without_its_bytes(log: Log) -> None:
    log.append([drafted(a_stream(), 1), drafted(a_stream(), 2), drafted(a_stream("other"), 1)])

    touched = log.touched(1, 10)

    assert [(one.position, one.stream_id) for one in touched] == [(2, a_stream()), (3, a_stream("other"))]
    assert [one.recorded_at for one in touched] == [NOON + TICK, NOON + 2 * TICK]
    assert [one.topic for one in touched] == [event.body.topic() for event in log.since(1, 10)]


def test_the_present_is_that_of_the_clock_that_stamps(settings: Settings) -> None:
    clock = FixedClock(NOON)
    log = open_log(settings, clock)

    clock.move_by(timedelta(hours=1))

    assert log.present() == NOON + timedelta(hours=1)
    log.close()


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


def test_a_log_that_is_opened_again_goes_on_where_it_stood(settings: Settings) -> None:
    first = a_log(settings)
    first.append([drafted(a_stream(), 1)])
    before = first.content_hash()
    first.close()

    again = a_log(settings)

    assert again.content_hash() == before
    assert again.append([drafted(a_stream(), 2)])[0].position == 2
    again.close()


def test_the_content_hash_changes_with_every_event(log: Log) -> None:
    hashes = {log.content_hash()}
    for version in (1, 2, 3):
        log.append([drafted(a_stream(), version)])
        hashes.add(log.content_hash())

    assert len(hashes) == 4


def test_the_engine_says_that_every_commit_reaches_the_disk(log: Log) -> None:
    assert log.recorder.durability().safe


def test_threads_of_one_process_append_one_after_the_other(log: Log) -> None:
    def work(number: int) -> int:
        return log.append([drafted(a_stream(str(number)), 1)])[0].position

    with ThreadPoolExecutor(8) as pool:
        positions = sorted(pool.map(work, range(64)))

    assert positions == list(range(1, 65))
    assert [event.recorded_at for event in log.since(0, 64)] == sorted({e.recorded_at for e in log.since(0, 64)})


def test_a_log_that_is_closed_lets_its_readers_finish_first(log: Log) -> None:
    log.append([drafted(a_stream(), version) for version in range(1, 50)])
    started = threading.Barrier(5)
    ended: list[str] = []

    def read() -> None:
        started.wait()
        while True:
            try:
                assert len(log.since(0, 100)) == 49
            except ConnectionPoolClosedError:
                ended.append("refused, not broken")
                return

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    started.wait()
    log.close()
    for reader in readers:
        reader.join(10)

    assert ended == ["refused, not broken"] * 4


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
