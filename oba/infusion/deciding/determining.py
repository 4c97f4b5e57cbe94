"""Proposing a determination and sending it back: the engine's answer as known now, put before a second person."""

from datetime import datetime

from oba.determination.determination import Determination
from oba.determination.determine import determine
from oba.determination.question import Question
from oba.infusion.commands import ApproveDetermination, ProposeDetermination, ReturnDetermination
from oba.infusion.deciding.draft import Decided, draft_now
from oba.infusion.deciding.refunding import proposal_of
from oba.infusion.deciding.standing import is_kept, is_proposed, stands
from oba.infusion.events import DeterminationReturned
from oba.infusion.proposal import Proposal
from oba.infusion.questions import question
from oba.infusion.state import InfusionState
from oba.infusion.surroundings import Surroundings
from oba.problems import Refusal, refuse
from oba.refund.refused import RefundRefused


def determination_now(
    state: InfusionState, surroundings: Surroundings, agreement_id: str, milestone: str
) -> Determination | Refusal:
    """The engine's answer as known now, as of today at the HTC."""
    asked = question_now(state, surroundings, agreement_id, milestone)
    return asked if isinstance(asked, Refusal) else determine(asked)


def question_now(
    state: InfusionState, surroundings: Surroundings, agreement_id: str, milestone: str
) -> Question | Refusal:
    """What the engine is asked now, as of today at the HTC."""
    asked = question(
        state,
        surroundings.shelf,
        surroundings.reference,
        agreement_id,
        milestone,
        as_of=surroundings.today,
        known_at=known_now(state, surroundings),
    )
    return asked or refuse(
        "not_found",
        "unknown-milestone",
        "the infusion has no such milestone under that agreement",
        "name an agreement and a milestone of the infusion's schedule",
    )


def known_now(state: InfusionState, surroundings: Surroundings) -> datetime:
    """Now, and never before the last event of the stream: the log's clock may run a moment ahead."""
    return max([surroundings.now, *(event.recorded_at for event in state.events[-1:])])


def propose(state: InfusionState, command: ProposeDetermination, surroundings: Surroundings) -> Decided:
    """Puts the engine's answer before a second person; nothing is proposed while evidence may still come."""
    asked = question_now(state, surroundings, command.agreement_id, command.milestone)
    if isinstance(asked, Refusal):
        return asked
    determination = determine(asked)
    refused = _not_yet(determination) or _not_news(state, surroundings, asked, determination)
    if refused is not None:
        return refused
    proposal = proposal_of(state, surroundings.shelf, asked, determination)
    if isinstance(proposal, RefundRefused):
        return Refusal(kind="conflict", problems=proposal.problems)
    if is_proposed(state, proposal):
        return refuse("conflict", "already-proposed", "this answer is proposed already", "approve or return it")
    return draft_now(state, command, (proposal,), surroundings)


def _not_yet(determination: Determination) -> Refusal | None:
    if determination.finding != "not_yet":
        return None
    wanted = "; ".join(one.what for one in determination.wanted)
    return refuse(
        "conflict",
        "not-yet-decidable",
        determination.trace.sentence,
        f"record what is missing: {wanted}" if wanted else "wait until the window and its grace have closed",
    )


def _not_news(
    state: InfusionState, surroundings: Surroundings, asked: Question, determination: Determination
) -> Refusal | None:
    if stands(state, surroundings.shelf, asked, determination):
        return refuse(
            "conflict",
            "nothing-new",
            "an approved determination says the same, or was approved before the event that speaks against it",
            "nothing needs to be done; correct or add evidence where the answer should differ",
        )
    if is_kept(state, asked, determination):
        return refuse(
            "conflict",
            "late-evidence-kept",
            "the agreement keeps what was approved before this evidence came",
            "nothing is payable; the difference is shown beside the approved determination",
        )
    return None


def return_(state: InfusionState, command: ReturnDetermination, surroundings: Surroundings) -> Decided:
    """Sends a proposal back with its reason; the same answer may be proposed again."""
    proposal = open_proposal(state, command)
    if isinstance(proposal, Refusal):
        return proposal
    body = DeterminationReturned(determination_id=command.determination_id, reason=command.reason)
    return draft_now(state, command, (body,), surroundings)


def open_proposal(state: InfusionState, command: ApproveDetermination | ReturnDetermination) -> Proposal | Refusal:
    """The proposal that the command names, while it waits for approval."""
    for proposal in state.proposals.values():
        if proposal.event.determination.determination_id == command.determination_id:
            return proposal
    return refuse(
        "not_found",
        "no-open-proposal",
        "no such determination is waiting for approval",
        "look at the open proposals of the infusion; a newer one may have replaced it",
    )
