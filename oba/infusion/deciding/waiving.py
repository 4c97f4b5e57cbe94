"""Waiving a milestone: one person proposes it under a clause, another one approves it in the role that counts."""

from oba.identity import derived_id
from oba.infusion.commands import ApproveWaiver, ProposeWaiver
from oba.infusion.deciding.determining import question_now
from oba.infusion.deciding.draft import Decided, draft_now
from oba.infusion.events import MilestoneWaived, MilestoneWaiverProposed
from oba.infusion.state import InfusionState
from oba.infusion.surroundings import Surroundings
from oba.infusion.waiver import WaiverProposal
from oba.problems import Refusal, refuse


def propose(state: InfusionState, command: ProposeWaiver, surroundings: Surroundings) -> Decided:
    """Puts a waiver before a second person; under another clause it replaces the one that waits."""
    key = (command.agreement_id, command.milestone)
    asked = question_now(state, surroundings, *key)
    if isinstance(asked, Refusal):
        return asked
    if key in state.waivers:
        return _already_waived()
    waiting = state.proposed_waivers.get(key)
    if waiting is not None and waiting.event.clause == command.clause:
        return refuse("conflict", "already-proposed", "this waiver is proposed already", "have it approved")
    body = MilestoneWaiverProposed(
        waiver_id=derived_id("waiver", command.command_id),
        agreement_id=command.agreement_id,
        milestone=command.milestone,
        clause=command.clause,
    )
    return draft_now(state, command, (body,), surroundings)


def approve(state: InfusionState, command: ApproveWaiver, surroundings: Surroundings) -> Decided:
    """Waives the milestone for good; an approved determination stays (settled F10)."""
    proposal = _open_waiver(state, command)
    if isinstance(proposal, Refusal):
        return proposal
    proposed = proposal.event
    asked = question_now(state, surroundings, proposed.agreement_id, proposed.milestone)
    if isinstance(asked, Refusal):
        return asked
    refused = _not_by_this_person(command, proposal, asked.agreement.authority.waiver_role)
    if refused is not None:
        return refused
    body = MilestoneWaived(
        waiver_id=proposed.waiver_id,
        agreement_id=proposed.agreement_id,
        milestone=proposed.milestone,
        clause=proposed.clause,
        proposed_by=proposal.proposed_by,
        approved_by=command.actor,
    )
    return draft_now(state, command, (body,), surroundings)


def _open_waiver(state: InfusionState, command: ApproveWaiver) -> WaiverProposal | Refusal:
    for proposal in state.proposed_waivers.values():
        if proposal.event.waiver_id == command.waiver_id:
            return proposal
    return refuse(
        "not_found",
        "no-open-waiver",
        "no such waiver is waiting for approval",
        "look at the open waivers of the infusion; it may be approved, or a newer one may have replaced it",
    )


def _not_by_this_person(command: ApproveWaiver, proposal: WaiverProposal, authority: str) -> Refusal | None:
    if command.acting_as != authority:
        return refuse(
            "forbidden",
            "not-authorised",
            "the agreement gives the approval to another role",
            f"have a person with the role {authority} approve it",
        )
    if command.actor == proposal.proposed_by:
        return refuse(
            "forbidden",
            "separation-of-duties",
            "who proposed the waiver cannot approve it",
            "have another person approve it",
        )
    return None


def _already_waived() -> Refusal:
    return refuse("conflict", "already-waived", "the milestone is waived already", "nothing needs to be done")
