"""Waiving a milestone: the parties agree under a clause, and a second person approves."""

from oba.infusion.commands import WaiveMilestone
from oba.infusion.deciding.determining import question_now
from oba.infusion.deciding.draft import Decided, draft_now
from oba.infusion.events import MilestoneWaived
from oba.infusion.state import InfusionState
from oba.infusion.surroundings import Surroundings
from oba.problems import Refusal, refuse


def waive(state: InfusionState, command: WaiveMilestone, surroundings: Surroundings) -> Decided:
    """Waives a milestone with a second person's approval; an approved determination stays (settled F10)."""
    asked = question_now(state, surroundings, command.agreement_id, command.milestone)
    if isinstance(asked, Refusal):
        return asked
    if command.approved_by == command.actor or command.approved_by not in surroundings.person_ids:
        return refuse(
            "forbidden",
            "separation-of-duties",
            "a waiver needs the approval of a second, known person",
            "name another person of the directory",
            "/approved_by",
        )
    if (command.agreement_id, command.milestone) in state.waivers:
        return refuse("conflict", "already-waived", "the milestone is waived already", "nothing needs to be done")
    body = MilestoneWaived(
        agreement_id=command.agreement_id,
        milestone=command.milestone,
        clause=command.clause,
        approved_by=command.approved_by,
    )
    return draft_now(state, command, (body,), surroundings)
