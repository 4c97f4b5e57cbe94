"""What a process keeps of the log is never older than the question."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, current_thread

import pytest

from adapters import following as following_room
from adapters.following import Following
from adapters.log.log import Log
from oba.infusion.state import replay
from tests.support.lives import Life, registration_of
from tests.support.place import Place
from tests.support.store import a_log, a_stream, drafted


@pytest.fixture
def log(place: Place) -> Iterator[Log]:
    opened = a_log(place.settings)
    opened.append([drafted(a_stream(), 1)])
    yield opened
    opened.close()


def _versions(following: Following, *names: str) -> list[int]:
    following.look()
    return [following.state(a_stream(name)).version for name in names]


def test_what_somebody_else_appends_is_seen_at_the_next_look(log: Log, place: Place) -> None:
    following = Following(log)
    assert _versions(following, "first", "second") == [1, 0]

    other = a_log(place.settings)
    other.append([drafted(a_stream(), 2)])
    other.append([drafted(a_stream("second"), 1)])
    other.close()

    assert _versions(following, "first", "second") == [2, 1]


def test_a_stream_that_nobody_wrote_to_is_read_once(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    following = Following(log)
    assert _versions(following, "first") == [1]
    log.append([drafted(a_stream("second"), 1)])

    monkeypatch.setattr(log, "stream", lambda *_args: pytest.fail("read again"))

    assert _versions(following, "first") == [1]


def test_a_state_is_carried_on_by_the_events_of_its_own_process(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    following = Following(log)
    following.look()
    state = following.state(a_stream())
    following.appended(state, log.append([drafted(a_stream(), 2)]), following.standing.generation)
    wanted = replay(a_stream(), log.stream(a_stream()))

    monkeypatch.setattr(log, "stream", lambda *_args: pytest.fail("read again"))

    assert _versions(following, "first") == [2]
    assert following.state(a_stream()) == wanted


def test_a_state_that_was_overtaken_while_it_was_carried_on_is_not_kept(log: Log) -> None:
    following = Following(log)
    following.look()
    state = following.state(a_stream())
    own = log.append([drafted(a_stream(), 2)])
    log.append([drafted(a_stream(), 3)])
    following.look()

    following.appended(state, own, following.standing.generation)

    assert _versions(following, "first") == [3]


def test_a_state_that_was_overtaken_while_it_was_read_is_not_kept(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    following = Following(log)
    following.look()
    old = log.stream(a_stream())

    def meanwhile(_stream: object) -> object:
        log.append([drafted(a_stream(), 2)])
        following.look()
        return old

    with monkeypatch.context() as patched:
        patched.setattr(log, "stream", meanwhile)
        assert following.state(a_stream()).version == 1

    assert _versions(following, "first") == [2]


@pytest.mark.parametrize("limit", ["MOST_FOLLOWED", "MOST_TOUCHED", "KEPT_STATES"])
def test_a_reader_that_cannot_keep_everything_reads_again(
    log: Log, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(following_room, limit, 2)
    following = Following(log)
    names = ("first", "second", "third", "fourth")
    assert _versions(following, *names) == [1, 0, 0, 0]

    for name in names[1:]:
        log.append([drafted(a_stream(name), 1)])
    log.append([drafted(a_stream(), 2)])

    assert _versions(following, *names) == [2, 1, 1, 1]
    log.append([drafted(a_stream("third"), 2)])
    assert _versions(following, *names) == [2, 1, 2, 1]
    assert following.standing.last_recorded_at == log.last_recorded_at()


def test_a_state_that_was_read_before_everything_was_forgotten_is_not_kept(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following_room, "MOST_FOLLOWED", 2)
    following = Following(log)
    following.look()
    state = following.state(a_stream())
    own = log.append([drafted(a_stream(), 2)])
    log.append([drafted(a_stream(), 3)])
    following.look()

    following.appended(state, own, following.standing.generation)

    assert _versions(following, "first") == [3]


def test_a_document_moves_the_position_of_the_documents(log: Log) -> None:
    following = Following(log)
    following.look()
    assert following.standing.documents_position == 0

    recorded = log.append([registration_of(Life().documents[0])])
    following.look()

    assert following.standing.documents_position == recorded[-1].position


def test_of_two_first_looks_the_slower_one_does_not_go_back(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    following = Following(log)
    read, slept = log.documents_position, Event()
    began = Event()

    def slowly() -> int:
        position = read()
        if current_thread().name == "slow":
            began.set()
            slept.wait(0.2)
        return position

    def look_slowly() -> None:
        current_thread().name = "slow"
        following.look()

    monkeypatch.setattr(log, "documents_position", slowly)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(look_slowly)
        assert began.wait(10)
        newest = log.append([registration_of(Life().documents[0])])[-1]
        following.look()
        seen = following.standing
        slept.set()
        slow.result(10)

    assert seen.documents_position == seen.position == newest.position
    assert following.standing == seen


def test_a_look_that_begins_anew_does_not_go_back_behind_one_that_went_on(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following_room, "MOST_FOLLOWED", 3)
    following = Following(log)
    following.look()
    for number in range(5):
        log.append([drafted(a_stream(f"many {number}"), 1)])
    read = log.documents_position

    def meanwhile() -> int:
        position = read()
        log.append([registration_of(Life().documents[0])])
        monkeypatch.setattr(following_room, "MOST_FOLLOWED", 100)
        following.look()
        return position

    with monkeypatch.context() as patched:
        patched.setattr(log, "documents_position", meanwhile)
        following.look()

    assert following.standing.documents_position == following.standing.position == log.head()
