"""What happens by itself: each tick works out what is owed and does it; twice or after a week of darkness the same.

The read models say of whom something may be owed, the policies of the domain say what; nothing is remembered here, so
any number of workers may run, and each may die at any moment (decided point 11).
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Event
from uuid import UUID

from adapters.mishap import where
from adapters.notices.recipients import recipients
from adapters.notices.sending import Sending
from adapters.owed import Owed, days_on_earth
from adapters.records.outbox import Notice
from adapters.tracker import Tracker
from adapters.views.projector import BatchProjector
from adapters.views.views import Views
from oba.infusion.commands import InfusionCommand, RecordReminder, SkipReminder
from oba.infusion.state import InfusionState
from oba.infusion.surroundings import Surroundings
from oba.policies.approve import approvals_owed
from oba.policies.propose import WORKER, proposals_owed
from oba.policies.remind import reminders_owed
from oba.ports import Clock, Notifier
from oba.problems import Refusal

_log = logging.getLogger("oba.worker")


@dataclass
class Ticked:
    """What one tick came to; `failed` counts infusions that could not be worked out and are tried again."""

    proposed: int = 0
    approved: int = 0
    queued: int = 0
    skipped: int = 0
    sent: int = 0
    kept: int = 0
    failed: int = 0

    @property
    def recorded(self) -> int:
        """How many commands went into the log."""
        return self.proposed + self.approved + self.skipped + self.sent


class Worker:
    """Proposes determinations, approves where the agreement makes that automatic, and sends reminders.

    `wall` is the machine's clock, for leases and waits only.
    """

    def __init__(
        self,
        tracker: Tracker,
        views: Views,
        projector: BatchProjector,
        notifier: Notifier,
        *,
        wall: Clock,
        base_url: str | None = None,
    ) -> None:
        self._tracker = tracker
        self._owed = Owed(tracker, views)
        self._projector = projector
        self._wall = wall
        self._outbox = tracker.records.outbox
        self._stopping = Event()
        self._sending = Sending(tracker, notifier, wall, base_url)

    def tick(self) -> Ticked:
        """Do everything that is owed now; a second tick right after finds nothing left but what must wait."""
        done = Ticked()
        self._projector.catch_up()
        days = days_on_earth(self._tracker.now())
        self._each(self._owed.to_propose(days), self._propose, done)
        self._each(self._owed.to_remind(days), self._remind, done)
        sent = self._sending.send_waiting(stopped=self._stopping.is_set)
        done.sent, done.kept, done.skipped = sent.sent, sent.kept, done.skipped + sent.skipped
        if done.recorded:
            self._projector.catch_up()
        return done

    def stop(self) -> None:
        """Have the running tick end after what it has in hand; the rest is owed still, and the next worker finds it."""
        self._stopping.set()

    def _each(self, infusion_ids: Iterable[UUID], work: Callable[[UUID, Ticked], None], done: Ticked) -> None:
        for infusion_id in infusion_ids:
            if self._stopping.is_set():
                return
            try:
                work(infusion_id, done)
            except Exception as error:  # noqa: BLE001  one infusion must not hold up the others; it is said, and tried again
                done.failed += 1
                _log.error("infusion %s could not be worked out, it is tried again: %s", infusion_id, where(error))

    def _propose(self, infusion_id: UUID, done: Ticked) -> None:
        state = self._state(infusion_id)
        for command in proposals_owed(state, self._tracker.surroundings(state.htc_id)):
            done.proposed += self._executed(command)
        for approval in approvals_owed(*self._standing(infusion_id)):
            done.approved += self._executed(approval)

    def _remind(self, infusion_id: UUID, done: Ticked) -> None:
        state = self._state(infusion_id)
        people = recipients(self._tracker.records.directory, state.htc_id)
        for command in reminders_owed(state, self._tracker.surroundings(state.htc_id), people):
            match command:
                case RecordReminder():
                    done.queued += self._queue(command)
                case SkipReminder():
                    done.skipped += self._skip(command)

    def _standing(self, infusion_id: UUID) -> tuple[InfusionState, Surroundings]:
        """The state as it is now, after what was just proposed."""
        state = self._state(infusion_id)
        return state, self._tracker.surroundings(state.htc_id)

    def _state(self, infusion_id: UUID) -> InfusionState:
        state = self._tracker.state(infusion_id)
        if state is None:
            raise LookupError("a view names an infusion that the log does not have; run oba projections rebuild")
        return state

    def _queue(self, owed: RecordReminder) -> int:
        """Put a reminder into the outbox; one that was finished there and is owed all the same is opened again."""
        notice = self._notice(owed)
        return self._outbox.put([notice]) or int(self._outbox.reopen(notice.notice_key, notice.due_at))

    def _notice(self, owed: RecordReminder | SkipReminder) -> Notice:
        return Notice(
            notice_key=owed.reminder_id,
            infusion_id=owed.infusion_id,
            agreement_id=owed.agreement_id,
            milestone=owed.milestone,
            rung=owed.rung,
            recipient=owed.recipient,
            due_on=owed.due_on,
            due_at=self._wall.now(),
        )

    def _skip(self, command: SkipReminder) -> int:
        """Record why nobody is told; what somebody holds or may have delivered is left to the outbox."""
        return self._sending.skip(self._notice(command), command.reason)

    def _executed(self, command: InfusionCommand) -> int:
        answer = self._tracker.execute(command, principal=WORKER)
        if isinstance(answer, Refusal):
            code = answer.problems[0].code
            _log.warning("%s of infusion %s was refused: %s", command.kind, command.infusion_id, code)
            return 0
        return 0 if answer.replayed else 1
