"""The outbox: a notice is leased to one worker at a time, and only who holds the lease may finish it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa

from adapters.clock import DatabaseClock
from adapters.database import writing
from adapters.records.outbox import DELIVERY, OUTBOX, LeaseLost, Notice, OutboxRow
from adapters.records.records import Records, open_records
from oba.identity import derived_id
from tests.support.place import ON_POSTGRESQL, Place

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

    (row,) = records.outbox.claim(NOON, limit=1)
    assert records.outbox.cancel(row.notice_key, "not-scheduled", NOON, _token(row))

    (other,) = records.outbox.claim(NOON)
    assert {row.notice_key, other.notice_key} == {_notice().notice_key, _notice("second").notice_key}
    assert records.outbox.cancel(other.notice_key, "not-scheduled", NOON, _token(row)) is False
    assert [row.last_problem for row in records.outbox.rows("cancelled")] == ["not-scheduled"]


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


@ON_POSTGRESQL
def test_a_claim_passes_over_what_another_worker_is_just_claiming(records: Records) -> None:
    records.outbox.put([_notice(), _notice("second")])
    with writing(records.engine) as connection:
        (held,) = connection.scalars(sa.select(OUTBOX.c.notice_key).limit(1).with_for_update())

        assert {row.notice_key for row in records.outbox.claim(NOON)} == {
            _notice().notice_key,
            _notice("second").notice_key,
        } - {held}


def test_a_lease_is_held_on_by_its_holder_only_and_not_once_it_has_run_out(records: Records) -> None:
    records.outbox.put([_notice()])
    row = _claimed(records)

    assert records.outbox.hold(row.notice_key, _token(row), NOON + MINUTE, 60, DELIVERY) is True
    assert records.outbox.claim(NOON + 2 * MINUTE) == ()
    assert records.outbox.hold(row.notice_key, derived_id("another token"), NOON + MINUTE, 60, DELIVERY) is False
    assert records.outbox.hold(row.notice_key, _token(row), NOON + 3 * MINUTE, 60, DELIVERY) is False
    assert _claimed(records, NOON + 3 * MINUTE).attempts == 2


def test_many_processes_that_put_the_same_notices_put_each_once(place: Place) -> None:
    opened = [open_records(place.settings) for _ in range(4)]
    notices = [_notice(str(number)) for number in range(30)]

    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(lambda number: opened[number % 4].outbox.put(notices), range(16)))

    assert sum(added) == len(opened[0].outbox.rows()) == 30
    for records in opened:
        records.close()


def test_a_finished_notice_that_is_owed_all_the_same_waits_again(records: Records) -> None:
    records.outbox.put([_notice()])
    assert records.outbox.reopen(_notice().notice_key, NOON) is False
    row = _claimed(records)
    records.outbox.finish(row.notice_key, _token(row), NOON)

    assert records.outbox.reopen(row.notice_key, NOON + MINUTE) is True

    assert records.outbox.claim(NOON) == ()
    assert _claimed(records, NOON + MINUTE).attempts == 1


def test_of_delivery_and_skip_only_the_one_that_was_settled_first_is_ever_done(records: Records) -> None:
    records.outbox.put([_notice(), _notice("second")])
    first, second = records.outbox.claim(NOON, lease_seconds=600)
    hold = records.outbox.hold

    assert hold(first.notice_key, _token(first), NOON, 60, DELIVERY) is True
    assert hold(first.notice_key, _token(first), NOON, 60, "patient_died") is False
    assert hold(second.notice_key, _token(second), NOON, 60, "patient_died") is True
    assert hold(second.notice_key, _token(second), NOON, 60, DELIVERY) is False

    later = {row.notice_key: row.course for row in records.outbox.claim(NOON + 2 * MINUTE)}
    assert later == {first.notice_key: "delivery", second.notice_key: "patient_died"}


def test_a_notice_that_may_have_left_or_that_somebody_holds_is_not_taken_to_be_skipped(records: Records) -> None:
    take = partial(records.outbox.take, reason="patient_died", lease_seconds=60)
    records.outbox.put([_notice()])
    row = _claimed(records)
    assert take(_notice(), now=NOON) is None

    assert records.outbox.hold(row.notice_key, _token(row), NOON, 60, DELIVERY)
    assert records.outbox.put_back(row.notice_key, _token(row), "mail-server-timed-out", NOON)
    assert take(_notice(), now=NOON) is None

    never = _claimed(records)
    assert records.outbox.put_back(never.notice_key, _token(never), "mail-server-unreachable", NOON, never_left=True)
    taken = take(_notice(), now=NOON)
    assert taken is not None
    assert (taken.state, taken.course, taken.lease_until) == ("leased", "patient_died", NOON + MINUTE)


def test_a_notice_that_is_not_there_yet_is_taken_as_one_that_is(records: Records) -> None:
    taken = records.outbox.take(_notice(), "patient_died", NOON, lease_seconds=60)
    assert taken is not None
    assert records.outbox.take(_notice(), "patient_died", NOON, lease_seconds=60) is None
    assert records.outbox.put([_notice()]) == 0


def test_a_skip_that_was_settled_keeps_its_reason_until_the_log_lost_it(records: Records) -> None:
    taken = records.outbox.take(_notice(), "patient_died", NOON, lease_seconds=60)
    assert taken is not None
    assert records.outbox.put_back(taken.notice_key, _token(taken), "not-recorded:busy", NOON)
    again = records.outbox.take(_notice(), "determined", NOON, lease_seconds=60)
    assert again is not None
    assert again.course == "patient_died"

    with records.outbox.finishing(again.notice_key, _token(again), NOON, "cancelled", "patient_died"):
        pass
    assert records.outbox.reopen(again.notice_key, NOON)
    assert _claimed(records).course is None


def test_nothing_is_finished_where_the_lease_is_gone_or_the_recording_fails(records: Records) -> None:
    records.outbox.put([_notice()])
    row = _claimed(records)

    with (
        pytest.raises(LeaseLost),
        records.outbox.finishing(row.notice_key, _token(row), NOON + 2 * MINUTE, "sent"),
    ):
        pytest.fail("a lease that has run out is no lease")
    with pytest.raises(LookupError), records.outbox.finishing(row.notice_key, _token(row), NOON, "sent"):
        raise LookupError
    assert [one.state for one in records.outbox.rows()] == ["leased"]

    with records.outbox.finishing(row.notice_key, _token(row), NOON, "sent"):
        pass
    assert [(one.state, one.finished_at) for one in records.outbox.rows()] == [("sent", NOON)]


@ON_POSTGRESQL
def test_leases_are_told_by_the_clock_of_the_database_while_it_writes(records: Records) -> None:
    class Frozen(DatabaseClock):
        """A worker that read the clock long ago."""

        def now(self) -> datetime:
            return NOON

    clock = Frozen(records.engine)
    records.outbox.put([_notice()])
    (row,) = records.outbox.claim(clock, lease_seconds=60)
    present = DatabaseClock(records.engine).now()

    assert row.lease_until is not None
    assert timedelta(0) < row.lease_until - present <= MINUTE
    assert records.outbox.hold(row.notice_key, _token(row), clock, 3600, DELIVERY)
    held = records.outbox.row(row.notice_key)
    assert held is not None
    assert held.lease_until is not None
    assert held.lease_until - present > 59 * MINUTE
    with records.outbox.finishing(row.notice_key, _token(row), clock, "sent"):
        pass
