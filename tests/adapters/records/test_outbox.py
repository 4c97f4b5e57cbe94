"""The outbox: a notice is leased to one worker at a time, and only who holds the lease may finish it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from adapters.records.outbox import OUTBOX, Notice, OutboxRow
from adapters.records.records import Records
from oba.identity import derived_id

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def _notice(name: str = "first", due_at: datetime = NOON) -> Notice:
    return Notice(
        notice_key=derived_id("reminder", name),
        infusion_id=derived_id("infusion", "1"),
        agreement_id="test-agreement",
        milestone="month-12",
        rung="due",
        recipient="PER-1",
        due_on=date(2026, 3, 1),
        due_at=due_at,
    )


def _claimed(records: Records, at: datetime = NOON) -> OutboxRow:
    (row,) = records.outbox.claim(at)
    return row


def _token(row: OutboxRow) -> UUID:
    assert row.lease_token is not None
    return row.lease_token


def test_a_notice_is_put_once_whoever_puts_it_again(records: Records) -> None:
    assert records.outbox.put([_notice(), _notice(), _notice("second")]) == 2
    assert records.outbox.put([_notice()]) == 0
    assert [row.state for row in records.outbox.rows()] == ["due", "due"]


def test_a_notice_is_not_claimed_before_it_is_due(records: Records) -> None:
    records.outbox.put([_notice(due_at=NOON + MINUTE), _notice("earlier")])

    assert [row.notice_key for row in records.outbox.claim(NOON)] == [_notice("earlier").notice_key]


def test_a_leased_notice_is_nobody_elses_until_the_lease_runs_out(records: Records) -> None:
    records.outbox.put([_notice()])
    first = _claimed(records)

    assert records.outbox.claim(NOON + MINUTE) == ()
    second = _claimed(records, NOON + MINUTE + timedelta(seconds=1))

    assert (first.attempts, second.attempts) == (1, 2)
    assert first.lease_token != second.lease_token


def test_a_worker_that_slept_through_its_lease_cannot_finish(records: Records) -> None:
    records.outbox.put([_notice()])
    asleep = _token(_claimed(records))
    awake = _token(_claimed(records, NOON + 2 * MINUTE))
    key = _notice().notice_key

    assert records.outbox.finish(key, asleep, NOON) is False
    assert records.outbox.put_back(key, asleep, "mail-server-down", NOON) is False
    assert records.outbox.cancel(key, "evidence_arrived", NOON, asleep) is False
    assert records.outbox.finish(key, awake, NOON + 2 * MINUTE) is True
    assert records.outbox.finish(key, awake, NOON + 2 * MINUTE) is False


def test_a_notice_that_was_put_back_comes_again_with_its_problem(records: Records) -> None:
    records.outbox.put([_notice()])
    row = _claimed(records)

    assert records.outbox.put_back(row.notice_key, _token(row), "mail-server-down", NOON + MINUTE)

    assert records.outbox.claim(NOON) == ()
    again = _claimed(records, NOON + MINUTE)
    assert (again.last_problem, again.attempts) == ("mail-server-down", 2)
    assert records.outbox.finish(again.notice_key, _token(again), NOON + MINUTE)
    done = records.outbox.row(again.notice_key)
    assert done is not None
    assert (done.state, done.last_problem, done.finished_at) == ("sent", None, NOON + MINUTE)


def test_a_notice_that_is_not_needed_any_more_is_cancelled_with_the_reason(records: Records) -> None:
    records.outbox.put([_notice(), _notice("second")])

    assert records.outbox.cancel(_notice().notice_key, "evidence_arrived", NOON)

    assert [row.notice_key for row in records.outbox.claim(NOON)] == [_notice("second").notice_key]
    assert records.outbox.cancel(_notice("second").notice_key, "evidence_arrived", NOON) is False
    assert [row.last_problem for row in records.outbox.rows("cancelled")] == ["evidence_arrived"]


def test_a_notice_that_was_sent_is_not_claimed_again(records: Records) -> None:
    records.outbox.put([_notice()])
    row = _claimed(records)

    assert records.outbox.finish(row.notice_key, _token(row), NOON)

    assert records.outbox.claim(NOON + timedelta(days=1)) == ()
    assert records.outbox.row(derived_id("reminder", "unknown")) is None


def test_many_workers_share_the_notices_and_none_is_leased_twice(records: Records) -> None:
    records.outbox.put(_notice(str(number)) for number in range(60))

    def work(_: int) -> list[UUID]:
        return [row.notice_key for row in records.outbox.claim(NOON, limit=5)]

    with ThreadPoolExecutor(6) as pool:
        claimed = [key for keys in pool.map(work, range(12)) for key in keys]

    assert len(claimed) == len(set(claimed)) == 60


def test_the_claim_skips_what_another_worker_holds_where_the_database_can() -> None:
    query = sa.select(OUTBOX.c.notice_key).with_for_update(skip_locked=True)

    assert "SKIP LOCKED" in str(query.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]


def test_a_finished_notice_that_is_owed_all_the_same_waits_again(records: Records) -> None:
    records.outbox.put([_notice()])
    assert records.outbox.reopen(_notice().notice_key, NOON) is False
    row = _claimed(records)
    records.outbox.finish(row.notice_key, _token(row), NOON)

    assert records.outbox.reopen(row.notice_key, NOON + MINUTE) is True

    assert records.outbox.claim(NOON) == ()
    assert _claimed(records, NOON + MINUTE).attempts == 1
