"""Sends what lies in the outbox, by any number of workers: claim, look again, render, deliver, record, finish.

Whoever dies between delivering and recording leaves a lease that runs out: the message goes again under the same key,
and is recorded once (decided point 11). Whoever was only paused finds the lease gone, and neither delivers nor records.
What was settled for a row before, a delivery or a skip, whoever takes it over keeps to. Leases and waits run on the
clock that all workers share, never on that of a demonstration.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from adapters.mishap import where
from adapters.notices.backoff import wait_after
from adapters.notices.looking_again import look_again, variables_of
from adapters.notices.problem import DeliveryCode, NotDeliveredError
from adapters.notices.text import render_reminder
from adapters.records.outbox import DELIVERY, Course, Finished, LeaseLost, Notice, Outbox, OutboxRow
from adapters.tracker import Tracker
from oba.infusion.commands import RecordReminder, SkipReminder
from oba.infusion.events import SkipReason
from oba.policies.propose import WORKER
from oba.ports import Clock, Notifier
from oba.problems import Refusal

LEASE_SECONDS = 120
"""Longer than the slowest delivery: at most ten steps of ten seconds each."""
STOPS_THE_ROUND: frozenset[DeliveryCode] = frozenset(
    {
        "mail-server-unreachable",
        "mail-server-timed-out",
        "mail-server-refused-the-sender",
        "mail-server-spoke-no-smtp",
        "mail-server-offers-no-trusted-tls",
        "outbox-folder-not-writable",
    }
)
"""Problems that every other message would meet as well; the others are about one message or one recipient."""
_log = logging.getLogger("oba.worker")


class NotRecorded(Exception):
    """The domain refused what was to be recorded; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Round:
    """What one round of sending came to."""

    sent: int = 0
    skipped: int = 0
    kept: int = 0


class Sending:
    """One way out of the house for what the outbox holds."""

    def __init__(self, tracker: Tracker, notifier: Notifier, wall: Clock, base_url: str | None) -> None:
        self._tracker = tracker
        self._outbox: Outbox = tracker.records.outbox
        self._notifier = notifier
        self._wall = wall
        self._base_url = base_url

    def send_waiting(self, *, at_most: int = 1000, stopped: Callable[[], bool] = lambda: False) -> Round:
        """Send what waits, one at a time, until nothing waits, the way out is blocked, or somebody asks to stop."""
        done = Round()
        for _ in range(at_most):
            claimed = () if stopped() else self._outbox.claim(self._wall, limit=1, lease_seconds=LEASE_SECONDS)
            if not claimed or not self._handled(claimed[0], done):
                break
        return done

    def skip(self, notice: Notice, reason: SkipReason) -> int:
        """Record why nobody is told, under a lease; how many were recorded: none that somebody may be delivering."""
        done = Round()
        row = self._outbox.take(notice, reason, self._wall, lease_seconds=LEASE_SECONDS)
        if row is not None:
            self._handled(row, done)
        return done.skipped

    def _handled(self, row: OutboxRow, done: Round) -> bool:
        """Deal with one row under its lease; False where the way out is blocked for every message."""
        try:
            self._settle(row, done)
        except NotDeliveredError as failure:
            never_left = row.course is None and not failure.may_have_left
            self._keep(row, failure.code, done, never_left=never_left)
            return failure.code not in STOPS_THE_ROUND
        except NotRecorded as refused:
            self._keep(row, f"not-recorded:{refused.code}"[:80], done)
        except LeaseLost:
            _log.warning("reminder %s was left alone: its lease ran out while it was dealt with", row.notice_key)
        except Exception as error:  # noqa: BLE001  one row must not hold up the others; it is kept, said, and tried again
            _log.error("reminder %s could not be handled: %s", row.notice_key, where(error))
            self._keep(row, f"failed:{type(error).__name__}"[:80], done)
        return True

    def _settle(self, row: OutboxRow, done: Round) -> None:
        match look_again(self._tracker, row):
            case "recorded":
                self._outbox.finish(row.notice_key, _token(row), self._wall.now())
            case "not-scheduled":
                self._outbox.cancel(row.notice_key, "not-scheduled", self._wall.now(), _token(row))
            case SkipReminder() as skip:
                self._hold(row, skip.reason)
                self._record(row, skip, "cancelled", skip.reason)
                done.skipped += 1
            case RecordReminder() as record:
                self._deliver(row)
                self._record(row, record, "sent")
                done.sent += 1

    def _deliver(self, row: OutboxRow) -> None:
        """Render now, from what is known now, and hand over; raises NotDeliveredError."""
        person = self._tracker.records.directory.person(row.recipient)
        if person is None:
            raise NotDeliveredError("address-not-usable")
        notice = render_reminder(variables_of(self._tracker, row, self._base_url))
        self._hold(row, DELIVERY)
        self._notifier.deliver(key=str(row.notice_key), address=person.email, subject=notice.subject, text=notice.text)

    def _hold(self, row: OutboxRow, course: Course) -> None:
        """Begin the lease anew and settle what is done under it; LeaseLost where it is not ours any more."""
        if not self._outbox.hold(row.notice_key, _token(row), self._wall, LEASE_SECONDS, course):
            raise LeaseLost

    def _record(
        self, row: OutboxRow, command: RecordReminder | SkipReminder, state: Finished, problem: str | None = None
    ) -> None:
        """Record and finish while nobody else can take the row over; LeaseLost, or NotRecorded with the refusal."""
        with self._outbox.finishing(row.notice_key, _token(row), self._wall, state, problem):
            answer = self._tracker.execute(command, principal=WORKER)
            if isinstance(answer, Refusal):
                raise NotRecorded(answer.problems[0].code)

    def _keep(self, row: OutboxRow, problem: str, done: Round, *, never_left: bool = False) -> None:
        """Keep a row for later, and say so; a row whose lease has gone is somebody else's to keep."""
        retry_at = self._wall.now() + wait_after(row.attempts)
        if self._outbox.put_back(row.notice_key, _token(row), problem, retry_at, never_left=never_left):
            done.kept += 1
            _log.warning(
                "reminder %s kept after attempt %d: %s; next attempt not before %s",
                row.notice_key,
                row.attempts,
                problem,
                retry_at.isoformat(timespec="seconds"),
            )


def _token(row: OutboxRow) -> UUID:
    assert row.lease_token is not None, "a claimed row carries its token"
    return row.lease_token
