"""Appends of one moment share a call, and nothing else: each has its own outcome."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

import psycopg
import pytest
from eventsourcing.persistence import DataError, OperationalError, StoredEvent

from adapters.log.log import Log
from adapters.log.postgres.asked import Asked, Outcome
from adapters.log.postgres.broken import ConnectionLost
from adapters.log.receipt import ReceiptDraft
from adapters.log.refusals import ReceiptTaken, StaleVersion
from adapters.log.together import MOST_TOGETHER, Together
from tests.support.postgres import DatabaseUrls
from tests.support.store import NOON, a_stream, drafted


def _asked(name: str) -> Asked:
    return Asked((StoredEvent(a_stream(name), 1, "topic", name.encode()),))


class _Slow:
    """Makes calls whose first waits until it is let go, and keeps who went with which."""

    def __init__(self, problem: Exception | None = None, about: str = "") -> None:
        self.let_go = Event()
        self.began = Event()
        self.calls: list[list[str]] = []
        self.problem = problem
        self.about = about

    def __call__(self, asked: Sequence[Asked]) -> Sequence[Outcome]:
        names = [one.events[0].state.decode() for one in asked]
        self.calls.append(names)
        if names == ["first"]:
            self.began.set()
            self.let_go.wait(10)
        if self.problem and (self.about in names or (not self.about and names != ["first"])):
            raise self.problem
        return [Outcome(None, len(self.calls), NOON) for _ in asked]


def _all_at_once(send: _Slow, names: Sequence[str]) -> dict[str, Future[Outcome]]:
    """Put one append under way, and the others while it is."""
    together = Together(send, lost=ConnectionLost)
    with ThreadPoolExecutor(1 + len(names)) as pool:
        first = pool.submit(together.put, _asked("first"))
        send.began.wait(10)
        others = {name: pool.submit(together.put, _asked(name)) for name in names}
        while len(together._waiting) < len(names):
            Event().wait(0.001)
        send.let_go.set()
    return {"first": first, **others}


def test_who_comes_alone_goes_alone() -> None:
    send = _Slow()
    send.let_go.set()
    together = Together(send, lost=ConnectionLost)

    assert [together.put(_asked(name)).position for name in ("first", "second")] == [1, 2]

    assert send.calls == [["first"], ["second"]]


def test_who_comes_while_a_call_is_under_way_goes_with_the_next() -> None:
    send = _Slow()

    outcomes = _all_at_once(send, ["a", "b", "c"])

    assert [sorted(call) for call in send.calls] == [["first"], ["a", "b", "c"]]
    assert {name: outcome.result().position for name, outcome in outcomes.items()} == {
        "first": 1,
        "a": 2,
        "b": 2,
        "c": 2,
    }


def test_a_call_carries_no_more_than_so_many() -> None:
    send = _Slow()

    _all_at_once(send, [str(number) for number in range(MOST_TOGETHER + 3)])

    assert [len(call) for call in send.calls] == [1, MOST_TOGETHER, 3]


def test_what_is_wrong_with_one_append_does_not_touch_the_others() -> None:
    send = _Slow(DataError("no"), about="b")

    outcomes = _all_at_once(send, ["a", "b", "c"])

    assert [name for name, outcome in outcomes.items() if outcome.exception()] == ["b"]
    assert isinstance(outcomes["b"].exception(), DataError)


def test_a_call_that_failed_is_told_to_everybody_who_went_with_it() -> None:
    outcomes = _all_at_once(_Slow(OperationalError("lock timeout")), ["a", "b"])

    assert outcomes["first"].exception() is None
    problems = [outcomes[name].exception() for name in ("a", "b")]
    assert [str(problem) for problem in problems] == ["lock timeout"] * 2
    assert problems[0] is not problems[1]


def test_when_the_one_who_calls_is_broken_off_the_others_do_not_know_what_happened() -> None:
    outcomes = _all_at_once(_Slow(ZeroDivisionError()), ["a", "b"])

    problems = [type(outcomes[name].exception()) for name in ("a", "b")]
    assert sorted(problems, key=str) == [ZeroDivisionError, ConnectionLost]


def test_on_the_server_each_append_of_a_call_is_accepted_or_refused_by_itself(
    served: Log, database: DatabaseUrls
) -> None:
    receipt = ReceiptDraft("PER-1", "key-1", "hash", "{}")
    served.append([drafted(a_stream(), 1)], receipt=receipt)
    unwritable = ReceiptDraft("PER-1", "key\0", "hash", "{}")

    with psycopg.connect(database.owner) as holder, ThreadPoolExecutor(6) as pool:
        holder.execute("LOCK TABLE log.turn IN EXCLUSIVE MODE")
        first = pool.submit(served.append, [drafted(a_stream("under way"), 1)])
        waits: Any = served.recorder._together  # type: ignore[attr-defined]
        while not waits._under_way:
            Event().wait(0.001)
        good = pool.submit(served.append, [drafted(a_stream(), 2)])
        stale = pool.submit(served.append, [drafted(a_stream("other"), 7)])
        taken = pool.submit(served.append, [drafted(a_stream("third"), 1)], receipt=receipt)
        broken = pool.submit(served.append, [drafted(a_stream("fourth"), 1)], receipt=unwritable)
        while len(waits._waiting) < 4:
            Event().wait(0.001)
        holder.rollback()

        assert [event.position for event in first.result(10)] == [2]
        assert [event.position for event in good.result(10)] == [3]
        assert isinstance(stale.exception(10), StaleVersion)
        assert isinstance(taken.exception(10), ReceiptTaken)
        assert isinstance(broken.exception(10), DataError)

    assert served.head() == 3


def test_nobody_is_told_to_wait_for_notices(served: Log) -> None:
    with pytest.raises(NotImplementedError, match="notifies nobody"):
        served.recorder.subscribe()  # type: ignore[attr-defined]
