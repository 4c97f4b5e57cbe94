"""A log that is replaced beneath a process, by a failover or a restore: nothing is decided on what the old one said."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from adapters.clock import FixedClock
from adapters.codes import Codes
from adapters.following import Following
from adapters.log.log import Log
from adapters.log.opening import open_log
from adapters.shelving import Shelving
from oba.identity import opaque_code
from oba.infusion.state import replay
from tests.support.lives import Life, registration_of
from tests.support.log_tail import lose_the_tail
from tests.support.place import Place
from tests.support.store import NOON, a_log, a_stream, drafted

LATER = NOON + timedelta(seconds=1)


@pytest.fixture
def log(place: Place) -> Iterator[Log]:
    opened = a_log(place.settings)
    opened.append([drafted(a_stream(), 1)])
    yield opened
    opened.close()


def _versions(following: Following, *names: str) -> list[int]:
    following.look()
    return [following.state(a_stream(name)).version for name in names]


def _replaced(place: Place, after: int, *streams: tuple[str, int]) -> Log:
    """The log as another process has it after its newest events were lost and others appended."""
    lose_the_tail(place, after)
    other = open_log(place.settings, FixedClock(LATER))
    for name, version in streams:
        other.append([drafted(a_stream(name), version, command=f"other {name} {version}")])
    return other


@pytest.mark.parametrize("more", [0, 1, 5])
def test_a_state_of_a_log_that_was_replaced_is_not_decided_on(log: Log, place: Place, more: int) -> None:
    following = Following(log)
    log.append([drafted(a_stream(), 2), drafted(a_stream(), 3)])
    assert _versions(following, "first") == [3]

    other = _replaced(place, 2, ("first", 3), *((f"more {number}", 1) for number in range(more)))

    following.look()
    assert following.state(a_stream()) == replay(a_stream(), other.stream(a_stream()))
    assert following.standing.generation == 1
    assert (following.standing.position, following.standing.last_recorded_at) == other.newest()
    other.close()


def test_a_log_that_lost_its_newest_events_is_seen_to_be_shorter(log: Log, place: Place) -> None:
    following = Following(log)
    log.append([drafted(a_stream(), 2), drafted(a_stream("second"), 1)])
    assert _versions(following, "first", "second") == [2, 1]

    lose_the_tail(place, 1)

    assert _versions(following, "first", "second") == [1, 0]
    assert following.standing.position == 1


def test_it_is_seen_by_a_look_for_receipts_too(log: Log, place: Place) -> None:
    following = Following(log)
    log.append([drafted(a_stream(), 2)])
    assert _versions(following, "first") == [2]
    other = _replaced(place, 1, ("first", 2), ("second", 1))

    following.look_and_find([("PER-1", "key-1")])

    assert following.state(a_stream()) == replay(a_stream(), other.stream(a_stream()))
    other.close()


def test_what_was_written_to_the_log_before_it_was_replaced_is_not_kept(log: Log, place: Place) -> None:
    following = Following(log)
    following.look()
    state, generation = following.state(a_stream()), following.standing.generation
    own = log.append([drafted(a_stream(), 2)])
    new = log.append([drafted(a_stream("second"), 1)])
    following.look()
    other = _replaced(place, 1, ("first", 2), ("second", 1), ("third", 1))
    following.look()

    following.appended(state, own, following.standing.generation)
    following.appended(replay(a_stream("second"), ()), new, generation)

    for name in ("first", "second"):
        assert following.state(a_stream(name)) == replay(a_stream(name), other.stream(a_stream(name)))
    other.close()


def test_what_was_read_of_the_log_before_it_was_replaced_is_not_kept(
    log: Log, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.append([drafted(a_stream(), 2)])
    following = Following(log)
    following.look()
    old, others = log.stream(a_stream()), []

    def meanwhile(_stream: object) -> object:
        others.append(_replaced(place, 1, ("first", 2)))
        following.look()
        return old

    with monkeypatch.context() as patched:
        patched.setattr(log, "stream", meanwhile)
        following.state(a_stream())

    assert following.state(a_stream()) == replay(a_stream(), others[0].stream(a_stream()))
    others[0].close()


def test_codes_of_a_log_that_was_replaced_are_forgotten(log: Log, place: Place) -> None:
    codes = Codes(log, Following(log))
    log.append([drafted(a_stream("second"), 1)])
    assert codes.infusion(opaque_code(a_stream("second"))) == a_stream("second")

    other = _replaced(place, 1, ("third", 1), ("fourth", 1))

    found = [codes.infusion(opaque_code(a_stream(name))) for name in ("first", "second", "third", "fourth")]
    assert found == [a_stream("first"), None, a_stream("third"), a_stream("fourth")]
    other.close()


def test_the_shelf_of_a_log_that_was_replaced_is_read_again(log: Log, place: Place) -> None:
    following, shelving = Following(log), Shelving(log, lambda: NOON)
    first, second = Life().documents[:2]
    log.append([registration_of(first)])
    following.look()
    before = shelving.shelf(following.standing)

    lose_the_tail(place, 1)
    other = open_log(place.settings, FixedClock(LATER))
    other.append([registration_of(second)])
    following.look()

    after = shelving.shelf(following.standing)
    assert following.standing.documents_position == 2
    assert before != after
    assert after == Shelving(other, lambda: NOON).shelf(following.standing)
    other.close()
