"""Receipts: written with the events or not at all, once for each key of a principal."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from adapters.log.log import Log
from adapters.log.receipt import Receipt, ReceiptDraft
from adapters.log.refusals import ReceiptTaken, StaleVersion
from tests.support.store import NOON, a_stream, drafted

ANSWER = '{"flags": ["späť"]}'


def _receipt(key: str = "key-1", principal: str = "PER-1") -> ReceiptDraft:
    return ReceiptDraft(principal, key, "hash", ANSWER)


def test_a_receipt_holds_the_answer_with_the_stamps_of_its_newest_event(log: Log) -> None:
    log.append([drafted(a_stream(), 1), drafted(a_stream(), 2)], receipt=_receipt())

    receipt = log.receipt("PER-1", "key-1")

    assert receipt == Receipt("PER-1", "key-1", "hash", ANSWER, 2, NOON + timedelta(microseconds=1))


def test_a_key_that_was_used_keeps_new_events_out(log: Log) -> None:
    log.append([drafted(a_stream(), 1)], receipt=_receipt())

    with pytest.raises(ReceiptTaken):
        log.append([drafted(a_stream(), 2)], receipt=_receipt())

    assert log.head() == 1


def test_a_used_key_is_told_even_where_the_stream_has_moved_on_too(log: Log) -> None:
    log.append([drafted(a_stream(), 1)], receipt=_receipt())

    with pytest.raises(ReceiptTaken):
        log.append([drafted(a_stream(), 1)], receipt=_receipt())


def test_another_principal_may_use_the_same_key(log: Log) -> None:
    log.append([drafted(a_stream(), 1)], receipt=_receipt())
    log.append([drafted(a_stream(), 2)], receipt=_receipt(principal="PER-2"))

    assert log.receipt("PER-2", "key-1") is not None
    assert log.receipt("PER-3", "key-1") is None


def test_refused_events_leave_no_receipt(log: Log) -> None:
    with pytest.raises(StaleVersion):
        log.append([drafted(a_stream(), 2)], receipt=_receipt())

    assert log.receipt("PER-1", "key-1") is None


def test_a_command_that_led_to_nothing_has_a_receipt_at_the_head(log: Log) -> None:
    log.append([drafted(a_stream(), 1)])

    assert log.append([], receipt=_receipt()) == ()

    assert log.receipt("PER-1", "key-1") == Receipt("PER-1", "key-1", "hash", ANSWER, 1, NOON)


def test_a_receipt_in_an_empty_log_has_no_stamp(log: Log) -> None:
    log.append([], receipt=_receipt())

    assert log.receipt("PER-1", "key-1") == Receipt("PER-1", "key-1", "hash", ANSWER, 0, None)


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


def test_several_keys_are_looked_up_at_once_each_of_its_principal(log: Log) -> None:
    log.append([drafted(a_stream(), 1)], receipt=_receipt("key-1"))
    log.append([drafted(a_stream(), 2)], receipt=_receipt("key-2", "PER-2"))

    found = log.receipts([("PER-1", "key-1"), ("PER-1", "key-2"), ("PER-2", "key-2"), ("PER-2", "key-3")])

    assert found == {
        ("PER-1", "key-1"): log.receipt("PER-1", "key-1"),
        ("PER-2", "key-2"): log.receipt("PER-2", "key-2"),
    }
    assert log.receipts([]) == {}


def test_the_news_are_what_was_appended_after_a_position_and_the_receipts_of_keys(log: Log) -> None:
    log.append([drafted(a_stream(), 1)], receipt=_receipt("key-1"))
    log.append([drafted(a_stream(), 2), drafted(a_stream("second"), 1)], receipt=_receipt("key-2"))

    for position, limit in ((0, 10), (1, 10), (1, 1), (3, 10)):
        appended, receipts = log.news(position, limit, [("PER-1", "key-1"), ("PER-1", "unused")])

        assert appended == log.touched(position, limit)
        assert receipts == {("PER-1", "key-1"): log.receipt("PER-1", "key-1")}


def test_the_news_about_a_receipt_without_events_are_complete(log: Log) -> None:
    log.append([], receipt=_receipt())

    appended, receipts = log.news(0, 10, [("PER-1", "key-1")])

    assert appended == ()
    assert receipts[("PER-1", "key-1")] == Receipt("PER-1", "key-1", "hash", ANSWER, 0, None)
