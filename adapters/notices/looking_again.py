"""The second look, at the moment of sending: is this reminder still owed, and what is there to say now?"""

from typing import Any, Literal, TypeAlias

from adapters.notices.recipients import recipients
from adapters.notices.text import ReminderVariables, Wording, reminder_variables
from adapters.records.outbox import DELIVERY, OutboxRow
from adapters.tracker import Tracker
from oba.identity import derived_id
from oba.infusion.commands import RecordReminder, SkipReminder
from oba.infusion.deciding.determining import determination_now
from oba.infusion.events import SkipReason
from oba.infusion.state import InfusionState
from oba.policies.propose import WORKER
from oba.policies.remind import reminders_owed
from oba.problems import Refusal

SecondLook: TypeAlias = RecordReminder | SkipReminder | Literal["recorded", "not-scheduled"]


def look_again(tracker: Tracker, row: OutboxRow) -> SecondLook:
    """What to do with a queued reminder: send and record it, record why not, or nothing at all.

    `recorded`: somebody has recorded it already. `not-scheduled`: a correction has moved the milestone's dates or
    taken the enrolment back, so that there is no such rung any more. A course that was settled is kept: a skip stays a
    skip, and what may have left goes again under the same key, since nobody can say that it did not.
    """
    state = _state(tracker, row)
    if row.notice_key in state.reminders:
        return "recorded"
    if row.course is not None and row.course != DELIVERY:
        return skipping(row, row.course)
    people = recipients(tracker.records.directory, state.htc_id)
    owed = reminders_owed(state, tracker.surroundings(state.htc_id), people)
    command = next((one for one in owed if one.reminder_id == row.notice_key), None)
    if command is None and row.recipient in people:
        return "not-scheduled"
    if row.course == DELIVERY:
        return _sending(row)
    return command or skipping(row, "no_recipient")


def skipping(row: OutboxRow, reason: SkipReason) -> SkipReminder:
    """The command that records why a queued reminder is not sent."""
    command_id = derived_id("skip-reminder", row.notice_key)
    return SkipReminder.model_validate({**_about(row), "command_id": command_id, "reason": reason})


def _sending(row: OutboxRow) -> RecordReminder:
    command_id = derived_id("record-reminder", row.notice_key)
    return RecordReminder.model_validate({**_about(row), "command_id": command_id})


def _about(row: OutboxRow) -> dict[str, Any]:
    return {
        "infusion_id": row.infusion_id,
        "actor": WORKER,
        "reminder_id": row.notice_key,
        "agreement_id": row.agreement_id,
        "milestone": row.milestone,
        "rung": row.rung,
        "recipient": row.recipient,
        "due_on": row.due_on,
    }


def variables_of(tracker: Tracker, row: OutboxRow, base_url: str | None) -> ReminderVariables:
    """What the message of a queued reminder may say, from what is known now."""
    state = _state(tracker, row)
    surroundings = tracker.surroundings(state.htc_id)
    determination = determination_now(state, surroundings, row.agreement_id, row.milestone)
    if isinstance(determination, Refusal):
        raise LookupError(determination.problems[0].code)
    milestone = surroundings.shelf.agreements[determination.terms_hash].milestone(row.milestone)
    return reminder_variables(
        row.infusion_id,
        milestone.due,
        determination.obligation,
        determination.wanted,
        Wording(base_url=base_url, synthetic=tracker.records.demo.label() is not None),
    )


def _state(tracker: Tracker, row: OutboxRow) -> InfusionState:
    state = tracker.state(row.infusion_id)
    if state is None:
        raise LookupError("a queued reminder names an infusion that the log does not have")
    return state
