"""Receipts: written with the events or not at all, once for each key of a principal."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.log.log import Log, ReceiptDraft
from adapters.log.refusals import ReceiptTaken, StaleVersion
from oba.facts.base import Body
from oba.facts.recorded import Recorded
from tests.support.store import NOON, a_stream, drafted


def _answer(events: tuple[Recorded[Body], ...]) -> str:
    return json.dumps([[event.position, event.recorded_at.isoformat()] for event in events])


def _receipt(key: str = "key-1", principal: str = "PER-1") -> ReceiptDraft:
    return ReceiptDraft(principal, key, "hash", _answer)


def test_a_receipt_holds_the_answer_with_the_stamps_of_its_events(log: Log) -> None:
    log.append([drafted(a_stream(), 1)], receipt=_receipt())

    receipt = log.receipt("PER-1", "key-1")

    assert receipt is not None
    assert json.loads(receipt.answer) == [[1, NOON.isoformat()]]
    assert (receipt.request_hash, receipt.position) == ("hash", 1)


def test_a_key_that_was_used_keeps_new_events_out(log: Log) -> None:
    log.append([drafted(a_stream(), 1)], receipt=_receipt())

    with pytest.raises(ReceiptTaken):
        log.append([drafted(a_stream(), 2)], receipt=_receipt())

    assert log.head() == 1


def test_another_principal_may_use_the_same_key(log: Log) -> None:
    log.append([drafted(a_stream(), 1)], receipt=_receipt())
    log.append([drafted(a_stream(), 2)], receipt=_receipt(principal="PER-2"))

    assert log.receipt("PER-2", "key-1") is not None
    assert log.receipt("PER-3", "key-1") is None


def test_refused_events_leave_no_receipt(log: Log) -> None:
    with pytest.raises(StaleVersion):
        log.append([drafted(a_stream(), 2)], receipt=_receipt())

    assert log.receipt("PER-1", "key-1") is None


def test_an_answer_that_cannot_be_worked_out_leaves_no_event(log: Log) -> None:
    def fail(_: tuple[Recorded[Body], ...]) -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        log.append([drafted(a_stream(), 1)], receipt=ReceiptDraft("PER-1", "key-1", "hash", fail))

    assert (log.head(), log.receipt("PER-1", "key-1")) == (0, None)
    assert log.append([drafted(a_stream(), 1)])[0].position == 1


def test_a_command_that_led_to_nothing_has_a_receipt_at_the_head(log: Log) -> None:
    log.append([drafted(a_stream(), 1)])
    log.append([], receipt=_receipt())

    receipt = log.receipt("PER-1", "key-1")

    assert receipt is not None
    assert (receipt.answer, receipt.position) == ("[]", 1)


def test_of_many_threads_with_one_key_a_single_one_gets_through(log: Log) -> None:
    def work(number: int) -> bool:
        try:
            log.append([drafted(a_stream(str(number)), 1)], receipt=_receipt())
        except ReceiptTaken:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(work, range(32))) == [False] * 31 + [True]

    assert log.head() == 1
