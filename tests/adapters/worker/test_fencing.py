"""A worker that slept through its lease: whatever it had in hand is somebody else's, and it records nothing."""

from datetime import timedelta

import pytest

from adapters.notices.problem import NotDeliveredError
from adapters.notices.sending import LEASE_SECONDS, Round, Sending
from tests.support.worker import DUE_ON, House, Kept

FIRST_RUNG = DUE_ON - timedelta(days=30)
PAST_THE_LEASE = timedelta(seconds=LEASE_SECONDS + 1)


def a_sending(house: House, way: Kept) -> Sending:
    """One worker's way out over the common stores."""
    return Sending(house.tracker, way, house.wall, "https://oba.example")


def recording(house: House, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kinds of the commands that anybody asks the tracker to carry out."""
    asked: list[str] = []
    execute = house.tracker.execute

    def noted(command: object, **given: object) -> object:
        asked.append(type(command).__name__)
        return execute(command, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(house.tracker, "execute", noted)
    return asked


@pytest.fixture
def waiting(house: House, kept: Kept) -> House:
    """A house with one reminder in its outbox that could not be delivered at first."""
    house.infuse()
    house.go_to(FIRST_RUNG)
    kept.failures = [NotDeliveredError("mail-server-unreachable")]
    house.worker(kept).tick()
    house.wall.move_by(timedelta(minutes=1))
    return house


def test_a_worker_whose_row_was_taken_over_while_it_delivered_records_nothing(
    waiting: House, kept: Kept, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked, other = recording(waiting, monkeypatch), Kept()
    by_the_other: list[Round] = []

    def sleep_while_another_takes_over() -> None:
        waiting.wall.move_by(PAST_THE_LEASE)
        by_the_other.append(a_sending(waiting, other).send_waiting())

    kept.meanwhile = [sleep_while_another_takes_over]
    by_the_sleeper = a_sending(waiting, kept).send_waiting()

    assert (by_the_other[0].sent, by_the_sleeper.sent, by_the_sleeper.kept) == (1, 0, 0)
    assert asked == ["RecordReminder"]
    assert [one["key"] for one in kept.messages] == [one["key"] for one in other.messages]
    assert waiting.outbox() == [("sent", None)]
    assert "its lease ran out" in caplog.text


def test_a_worker_whose_lease_ran_out_records_nothing_even_where_nobody_took_over(
    waiting: House, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = recording(waiting, monkeypatch)
    kept.meanwhile = [lambda: waiting.wall.move_by(PAST_THE_LEASE)]

    assert a_sending(waiting, kept).send_waiting(at_most=1).sent == 0
    assert asked == []

    kept.meanwhile = []
    assert a_sending(waiting, kept).send_waiting().sent == 1
    assert len({message["key"] for message in kept.messages}) == 1
    assert waiting.outbox() == [("sent", None)]


def test_a_worker_that_slept_before_it_delivered_does_not_deliver(
    waiting: House, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = waiting.records.directory
    person = directory.person

    def slow(person_id: str) -> object:
        waiting.wall.move_by(PAST_THE_LEASE)
        return person(person_id)

    monkeypatch.setattr(directory, "person", slow)
    assert a_sending(waiting, kept).send_waiting(at_most=1) == Round()

    assert kept.messages == []
    assert [row.state for row in waiting.records.outbox.rows()] == ["leased"]


def test_a_long_delivery_begins_its_lease_anew(waiting: House, kept: Kept) -> None:
    almost = timedelta(seconds=LEASE_SECONDS - 1)
    kept.meanwhile = [lambda: waiting.wall.move_by(almost)]

    assert a_sending(waiting, kept).send_waiting().sent == 1
