"""Recording reminders exactly once: the second time the same reminder is answered as the first."""

from oba.infusion.commands import RecordReminder, SkipReminder
from oba.infusion.deciding.draft import Decided, draft_now
from oba.infusion.events import ReminderSent, ReminderSkipped
from oba.infusion.state import InfusionState
from oba.infusion.surroundings import Surroundings


def remember(state: InfusionState, command: RecordReminder, surroundings: Surroundings) -> Decided:
    """Records that a reminder went out; nothing, when it is recorded already."""
    if command.reminder_id in state.reminders:
        return ()
    return draft_now(state, command, (ReminderSent(**command.reminder),), surroundings)


def skip(state: InfusionState, command: SkipReminder, surroundings: Surroundings) -> Decided:
    """Records why a reminder was not needed; nothing, when it is recorded already."""
    if command.reminder_id in state.reminders:
        return ()
    body = ReminderSkipped(**command.reminder, reason=command.reason)
    return draft_now(state, command, (body,), surroundings)
