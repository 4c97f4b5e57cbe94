"""A worker that is paused at its worst moment: what the log says of a message is what became of it, on every engine."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from adapters.notices.looking_again import look_again
from adapters.notices.problem import NotDeliveredError
from adapters.notices.sending import Sending
from adapters.records.records import open_records
from oba.facts.fix_activity import FixActivityMeasured
from oba.infusion.commands import SkipReminder
from oba.infusion.events import ReminderSent, ReminderSkipped
from oba.policies.propose import WORKER
from tests.adapters.worker.test_fencing import FIRST_RUNG, PAST_THE_LEASE, a_sending, recording
from tests.support.worker import House, Kept, a_person

EVIDENCE = FixActivityMeasured.model_validate(
    {"value": "38.6", "unit": "IU/dL", "assay": "one_stage", "laboratory": "central"}
)
GONE = a_person("PER-CLERK", receives_notices=False)
BACK = a_person("PER-CLERK")


@pytest.fixture
def waiting(house: House, kept: Kept) -> House:
    """A house with one reminder in its outbox that could not be delivered at first."""
    house.infuse()
    house.go_to(FIRST_RUNG)
    kept.failures = [NotDeliveredError("mail-server-unreachable")]
    house.worker(kept).tick()
    house.wall.move_by(timedelta(minutes=1))
    return house


def pausing_after(place: object, name: str, monkeypatch: pytest.MonkeyPatch, sleep: Callable[[], object]) -> None:
    """Let whoever calls a method for the first time sleep between its answer and what follows."""
    method = getattr(place, name)
    slept: list[str] = []

    def paused(*given: Any, **named: Any) -> object:
        answer = method(*given, **named)
        if not slept:
            slept.append(name)
            sleep()
        return answer

    monkeypatch.setattr(place, name, paused)


def said_in_the_log(house: House) -> list[str]:
    """What the log says of reminders, in its order."""
    events = house.tracker.log.since(0, 1000)
    return [type(e.body).__name__ for e in events if isinstance(e.body, ReminderSent | ReminderSkipped)]


def test_a_worker_that_slept_after_its_last_hold_records_nothing(
    waiting: House, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting.records.import_directory([GONE])
    asked = recording(waiting, monkeypatch)
    pausing_after(waiting.records.outbox, "hold", monkeypatch, lambda: waiting.wall.move_by(PAST_THE_LEASE))

    assert a_sending(waiting, kept).send_waiting(at_most=1).skipped == 0
    assert (asked, said_in_the_log(waiting)) == ([], [])

    assert a_sending(waiting, kept).send_waiting().skipped == 1
    assert said_in_the_log(waiting) == ["ReminderSkipped"]


def test_what_a_paused_worker_was_to_skip_no_other_delivers_however_late_it_wakes(
    waiting: House, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting.records.import_directory([GONE])
    other = Kept()
    [row] = waiting.records.outbox.rows()
    skip = look_again(waiting.tracker, row)
    assert isinstance(skip, SkipReminder)

    def sleep_while_another_takes_over() -> None:
        waiting.wall.move_by(PAST_THE_LEASE)
        waiting.records.import_directory([BACK])
        other.meanwhile = [lambda: waiting.tracker.execute(skip, principal=WORKER)]
        a_sending(waiting, other).send_waiting(at_most=1)

    pausing_after(waiting.records.outbox, "hold", monkeypatch, sleep_while_another_takes_over)
    a_sending(waiting, kept).send_waiting(at_most=1)
    waiting.tracker.execute(skip, principal=WORKER)

    assert (other.messages, kept.messages) == ([], [])
    assert said_in_the_log(waiting) == ["ReminderSkipped"]
    assert waiting.outbox() == [("cancelled", "no_recipient")]


def test_a_message_that_may_have_left_is_never_recorded_as_skipped(waiting: House, kept: Kept) -> None:
    kept.meanwhile = [_die]
    with pytest.raises(KeyboardInterrupt):
        a_sending(waiting, kept).send_waiting()
    waiting.records.import_directory([GONE])
    waiting.wall.move_by(PAST_THE_LEASE)

    other = Kept()
    assert a_sending(waiting, other).send_waiting().sent == 1

    assert [one["key"] for one in other.messages] == [one["key"] for one in kept.messages]
    assert said_in_the_log(waiting) == ["ReminderSent"]


def test_a_message_that_left_and_could_not_be_recorded_is_not_skipped_when_evidence_arrives(
    waiting: House, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    [row] = waiting.records.outbox.rows()
    with monkeypatch.context() as patched:
        patched.setattr(waiting.tracker, "execute", lambda *_, **__: waiting.tracker.busy())
        assert a_sending(waiting, kept).send_waiting().kept == 1
    waiting.report(row.infusion_id, EVIDENCE, FIRST_RUNG)
    waiting.worker(kept).tick()
    waiting.wall.move_by(timedelta(minutes=5))
    waiting.worker(kept).tick()

    assert said_in_the_log(waiting) == ["ReminderSent"]
    assert {one["key"] for one in kept.messages} == {str(row.notice_key)}
    assert waiting.outbox() == [("sent", None)]


def test_a_message_of_which_the_server_said_nothing_may_have_left(waiting: House, kept: Kept) -> None:
    kept.failures = [NotDeliveredError("mail-server-timed-out", may_have_left=True)]
    a_sending(waiting, kept).send_waiting()
    waiting.records.import_directory([GONE])
    waiting.wall.move_by(timedelta(minutes=5))

    kept.failures = [NotDeliveredError("mail-server-unreachable")]
    a_sending(waiting, kept).send_waiting()
    waiting.wall.move_by(timedelta(minutes=5))
    a_sending(waiting, kept).send_waiting()

    assert len(kept.messages) == 1
    assert said_in_the_log(waiting) == ["ReminderSent"]


def test_what_a_tick_skips_by_itself_no_other_worker_delivers_meanwhile(
    waiting: House, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    [row] = waiting.records.outbox.rows()
    evidence = waiting.report(row.infusion_id, EVIDENCE, FIRST_RUNG)
    other = Kept()

    def sleep_while_the_evidence_is_taken_back_and_another_ticks() -> None:
        waiting.wall.move_by(PAST_THE_LEASE)
        waiting.retract(row.infusion_id, evidence, FIRST_RUNG)
        a_sending(waiting, other).send_waiting()

    pausing_after(waiting.records.outbox, "take", monkeypatch, sleep_while_the_evidence_is_taken_back_and_another_ticks)
    waiting.worker(kept).tick()

    assert (other.messages, kept.messages) == ([], [])
    assert said_in_the_log(waiting) == ["ReminderSkipped"]
    assert waiting.outbox() == [("cancelled", "evidence_arrived")]


def test_while_a_worker_records_nobody_takes_its_row_over(
    waiting: House, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute, others = waiting.tracker.execute, open_records(waiting.settings)
    refused: list[str] = []

    def long(command: Any, **given: Any) -> Any:
        waiting.wall.move_by(PAST_THE_LEASE)
        try:
            refused.append(f"{len(others.outbox.claim(waiting.wall.now()))} rows")
        except OperationalError:
            refused.append("locked")
        return execute(command, **given)

    monkeypatch.setattr(waiting.tracker, "execute", long)
    assert Sending(waiting.tracker, kept, waiting.wall, None).send_waiting().sent == 1
    others.close()

    assert refused in (["0 rows"], ["locked"])
    assert waiting.outbox() == [("sent", None)]
    assert said_in_the_log(waiting) == ["ReminderSent"]


def _die() -> None:
    raise KeyboardInterrupt
