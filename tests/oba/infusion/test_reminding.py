from oba.identity import derived_id
from oba.infusion.commands import RecordReminder, SkipReminder
from oba.infusion.events import ReminderSent, ReminderSkipped
from tests.support.streams import DUE_12, WORKER, Decision, Given, enrolled

REMINDER = derived_id("test", "reminder")


def sent(stream: Given) -> Decision:
    about = {"agreement_id": "test-agreement", "milestone": "month-12", "rung": "due", "recipient": "PER-1"}
    return stream.when(RecordReminder, by=WORKER, **about, reminder_id=REMINDER, due_on=DUE_12)


def skipped(stream: Given) -> Decision:
    about = {"agreement_id": "test-agreement", "milestone": "month-12", "rung": "due", "recipient": "PER-1"}
    fields = {**about, "reminder_id": REMINDER, "due_on": DUE_12, "reason": "evidence_arrived"}
    return stream.when(SkipReminder, by=WORKER, **fields)


def test_a_reminder_that_went_out_is_recorded_once() -> None:
    after = sent(enrolled().on(DUE_12)).then(ReminderSent)
    body = after.events[-1].body
    assert isinstance(body, ReminderSent)
    assert (body.milestone, body.rung, body.recipient, body.due_on) == ("month-12", "due", "PER-1", DUE_12)
    assert after.state.reminders == frozenset({REMINDER})
    sent(after).then_nothing()
    skipped(after).then_nothing()


def test_a_reminder_that_was_not_needed_is_recorded_once_with_its_reason() -> None:
    after = skipped(enrolled().on(DUE_12)).then(ReminderSkipped)
    body = after.events[-1].body
    assert isinstance(body, ReminderSkipped)
    assert body.reason == "evidence_arrived"
    sent(after).then_nothing()
    skipped(after).then_nothing()
