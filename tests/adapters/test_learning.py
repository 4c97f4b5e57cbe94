"""What a command must know is asked for after it came in, and for all threads that ask at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from adapters.following import Following
from adapters.learning import Learning
from adapters.log.log import Log
from adapters.log.receipt import ReceiptDraft
from adapters.receipts import Asking
from adapters.records.records import Records, open_records
from tests.support.place import Place
from tests.support.store import a_log, a_stream, drafted


@pytest.fixture
def records(place: Place) -> Iterator[Records]:
    opened = open_records(place.settings)
    yield opened
    opened.close()


@pytest.fixture
def log(place: Place) -> Iterator[Log]:
    opened = a_log(place.settings)
    yield opened
    opened.close()


def _asking(key: str | None) -> Asking:
    return Asking("PER-1", key, "hash")


def _used(log: Log, key: str, stream: str) -> None:
    log.append([drafted(a_stream(stream), 1)], receipt=ReceiptDraft("PER-1", key, "hash", "{}"))


def test_a_receipt_and_the_events_of_others_are_known_as_soon_as_they_are_written(log: Log, records: Records) -> None:
    following = Following(log)
    learning = Learning(following, records.directory)
    assert learning.of(_asking("key-1")).receipt is None

    _used(log, "key-1", "first")

    assert learning.of(_asking("key-1")).receipt == log.receipt("PER-1", "key-1")
    assert following.state(a_stream("first")).version == 1
    assert learning.of(_asking("key-2")).receipt is None
    assert learning.of(_asking(None)).receipt is None


def test_threads_that_ask_while_an_answer_is_on_its_way_get_the_next_one_together(
    log: Log, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    following = Following(log)
    learning = Learning(following, records.directory)
    _used(log, "key-2", "second")
    asked: list[list[tuple[str, str]]] = []
    under_way, let_go = Event(), Event()
    find = following.look_and_find

    def slowly(keys: list[tuple[str, str]]) -> object:
        asked.append(keys)
        if len(asked) == 1:
            under_way.set()
            let_go.wait(10)
        return find(keys)

    monkeypatch.setattr(following, "look_and_find", slowly)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(learning.of, _asking("key-1"))
        under_way.wait(10)
        others = [pool.submit(learning.of, _asking(key)) for key in ("key-2", None, "key-3")]
        while len(learning._together._waiting) < len(others):
            Event().wait(0.001)
        let_go.set()

    assert [sorted(keys) for keys in asked] == [[("PER-1", "key-1")], [("PER-1", "key-2"), ("PER-1", "key-3")]]
    assert [one.result().receipt is not None for one in (first, *others)] == [False, True, False, False]


def test_who_did_not_get_an_answer_because_another_broke_off_asks_alone(
    log: Log, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    following = Following(log)
    learning = Learning(following, records.directory)
    under_way, let_go = Event(), Event()
    times: list[int] = []
    find = following.look_and_find

    def breaking(keys: list[tuple[str, str]]) -> object:
        times.append(len(keys))
        if len(times) == 1:
            under_way.set()
            let_go.wait(10)
        if len(times) == 2:
            raise ZeroDivisionError
        return find(keys)

    monkeypatch.setattr(following, "look_and_find", breaking)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(learning.of, _asking("key-1"))
        under_way.wait(10)
        others = [pool.submit(learning.of, _asking(key)) for key in ("key-2", "key-3")]
        while len(learning._together._waiting) < len(others):
            Event().wait(0.001)
        let_go.set()

    assert times == [1, 2, 1]
    assert first.exception() is None
    assert sorted(type(one.exception()).__name__ for one in others) == ["NoneType", "ZeroDivisionError"]
