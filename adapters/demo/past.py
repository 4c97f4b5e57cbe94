"""The worker and the approver of the past: what would have been proposed, reminded and approved before the demo clock.

Reminders of the past are recorded by the same ladder, those whose day had come as sent and the others as skipped, but
no message leaves the house for them: nobody wants letters about milestones of five years ago. From the demo clock on
the real worker sends. Proposals are approved four to eleven days later; those for which this day lies after the demo
clock stay open, for the newcomer to approve.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from adapters.demo.agenda import Approves, Looks, Reminds, looked_at
from adapters.demo.directory import APPROVER, payer_approver_of
from adapters.demo.draws import Draws
from adapters.demo.feeding import Feeding, infusion_of
from adapters.demo.life import Life
from adapters.demo.local_time import working_day
from adapters.notices.recipients import recipients
from oba.identity import derived_id
from oba.infusion.commands import ApproveDetermination, InfusionCommand
from oba.infusion.state import InfusionState
from oba.policies.propose import proposals_owed
from oba.policies.remind import reminders_owed
from oba.problems import Refusal

SOONEST_DAYS, LATEST_DAYS = 4, 11
OVERTAKEN = frozenset({"overtaken-by-evidence", "no-open-proposal", "unverified-reference"})
"""Why an approval of the past may rightly not come about: newer evidence, or a number that nobody has verified."""


class DemoRefused(RuntimeError):
    """A command of the demo was refused, so portfolio and product no longer fit together."""

    def __init__(self, what: str, refusal: Refusal) -> None:
        super().__init__(f"{what}: " + "; ".join(str(problem) for problem in refusal.problems))
        self.refusal = refusal


@dataclass(frozen=True)
class Approval:
    """When the second person will approve which proposal."""

    at: datetime
    task: Approves


class Past:
    """Does what worker and approver would have done, in the tracker's own time."""

    def __init__(self, feeding: Feeding) -> None:
        self._feeding = feeding
        self._seen: set[UUID] = set()

    def open(self, life: Life) -> Iterator[Approval]:
        """The approvals still to come of what was proposed already; after a load that was cut off there may be some."""
        state = self._feeding.tracker.state(infusion_of(life))
        return self._approvals(life, state) if state is not None else iter(())

    def look(self, look: Looks) -> Iterator[Approval]:
        """Propose what is owed; the approvals that will follow."""
        tracker, infusion_id = self._feeding.tracker, infusion_of(look.life)
        state = tracker.state(infusion_id)
        if state is None:
            return
        for command in proposals_owed(state, tracker.surroundings(state.htc_id)):
            self._execute(command)
        yield from self._approvals(look.life, tracker.state(infusion_id) or state)

    def remind(self, look: Reminds) -> None:
        """Record reminders as sent or skipped; no message leaves the house."""
        tracker = self._feeding.tracker
        state = tracker.state(infusion_of(look.life))
        if state is None:
            return
        people = recipients(tracker.records.directory, state.htc_id)
        for command in reminders_owed(state, tracker.surroundings(state.htc_id), people):
            self._execute(command)

    def approve(self, task: Approves) -> None:
        """Approve a proposal, unless newer evidence has overtaken it."""
        command = ApproveDetermination(
            command_id=derived_id("demo", "approve", task.determination_id),
            infusion_id=infusion_of(task.life),
            actor=_approver(task),
            determination_id=task.determination_id,
            acting_as=task.acting_as,
        )
        answer = self._feeding.execute(command)
        if isinstance(answer, Refusal) and answer.problems[0].code not in OVERTAKEN:
            raise DemoRefused(command.kind, answer)

    def _approvals(self, life: Life, state: InfusionState) -> Iterator[Approval]:
        for (agreement_id, _), proposal in state.proposals.items():
            determination = proposal.event.determination
            if determination.determination_id not in self._seen:
                self._seen.add(determination.determination_id)
                role = self._feeding.documents.agreements[agreement_id].authority.approved_by
                approval = Approves(life, determination.determination_id, role)
                draws = Draws("approval", life.number, determination.milestone, proposal.proposed_on)
                yield Approval(_days_after(proposal.proposed_on, draws), approval)

    def _execute(self, command: InfusionCommand) -> None:
        answer = self._feeding.execute(command)
        if isinstance(answer, Refusal):
            raise DemoRefused(command.kind, answer)


def _approver(task: Approves) -> str:
    return APPROVER if task.acting_as == "approver" else payer_approver_of(task.life.script.payer_id)


def _days_after(proposed_on: date, draws: Draws) -> datetime:
    """The delay hangs on life, milestone and day, never on an id: ids differ with the keys of each deployment."""
    later = timedelta(days=draws.whole(SOONEST_DAYS, LATEST_DAYS))
    return looked_at(working_day(proposed_on + later)) + timedelta(hours=4)
