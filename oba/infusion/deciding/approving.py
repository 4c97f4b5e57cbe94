"""Approving a determination: in the role that the agreement names, by another person, on ground that still holds."""

from dataclasses import replace
from uuid import UUID

from oba.determination.determination import Determination, Outcome
from oba.determination.determine import determine
from oba.determination.question import Question
from oba.facts.base import Body
from oba.facts.correction import FactCorrected, FactRetracted, FactsMoved
from oba.facts.fix_activity import FixActivityMeasured
from oba.facts.recorded import Recorded
from oba.infusion.commands import ApproveDetermination
from oba.infusion.deciding.determining import open_proposal, question_now
from oba.infusion.deciding.draft import Decided, draft_now
from oba.infusion.deciding.refunding import proposal_of, refund_differences
from oba.infusion.deciding.standing import same_proposal
from oba.infusion.events import DeterminationEndorsed, MilestoneDetermined
from oba.infusion.proposal import Proposal
from oba.infusion.state import InfusionState
from oba.infusion.surroundings import Surroundings
from oba.problems import Refusal, refuse
from oba.refund.refused import RefundRefused
from oba.terms.authority import Authority
from oba.terms.shelf import Shelf


def approve(state: InfusionState, command: ApproveDetermination, surroundings: Surroundings) -> Decided:
    """Makes a proposal count, and draws the refund from it: the difference to what was triggered before."""
    proposal = open_proposal(state, command)
    if isinstance(proposal, Refusal):
        return proposal
    refused = _not_by_this_person(state, command, proposal, surroundings) or _not_on_unverified(proposal)
    if refused is not None:
        return refused
    asked = _still_holding(state, proposal, surroundings)
    if isinstance(asked, Refusal):
        return asked
    determination = proposal.event.determination
    roles = asked.agreement.authority.roles
    if any(role != command.acting_as and role not in proposal.endorsed_by for role in roles):
        return draft_now(state, command, (_endorsed(determination, command.acting_as),), surroundings)
    determined = MilestoneDetermined(
        determination_id=determination.determination_id,
        agreement_id=determination.agreement_id,
        milestone=determination.milestone,
        outcome=_outcome(determination),
        supersedes=proposal.event.supersedes,
    )
    refunds = refund_differences(state, surroundings.shelf, asked, determination)
    assert not isinstance(refunds, RefundRefused), "what was proposed can be worked out"
    return draft_now(state, command, (determined, *refunds), surroundings)


def awaits_the_product(proposal: Proposal, shelf: Shelf) -> bool:
    """Whether no person has to approve a proposal, and nothing stands against it."""
    determination = proposal.event.determination
    authority = shelf.agreements[determination.terms_hash].authority
    return authority.approved_by == "automatic" and not determination.unverified


def _endorsed(determination: Determination, role: str) -> DeterminationEndorsed:
    return DeterminationEndorsed(
        determination_id=determination.determination_id,
        agreement_id=determination.agreement_id,
        milestone=determination.milestone,
        role=role,
    )


def _outcome(determination: Determination) -> Outcome:
    assert determination.finding != "not_yet", "a proposal is never made while evidence may still come"
    return determination.finding


def _not_by_this_person(
    state: InfusionState, command: ApproveDetermination, proposal: Proposal, surroundings: Surroundings
) -> Refusal | None:
    authority = surroundings.shelf.agreements[proposal.event.determination.terms_hash].authority
    refused = _not_in_this_role(command, proposal, authority)
    if refused is not None or authority.approved_by == "automatic":
        return refused
    determination = proposal.event.determination
    evidence_is_theirs = command.actor in _authors(state, determination) or _took_back_what_decides(
        state, command, determination, surroundings
    )
    theirs = (proposal.proposed_by, *proposal.endorsed_by.values())
    if command.actor in theirs or evidence_is_theirs:
        return refuse(
            "forbidden",
            "separation-of-duties",
            "who proposed the determination, or reported, corrected or took back what decides it, cannot approve it",
            "have another person approve it",
        )
    return None


def _not_in_this_role(command: ApproveDetermination, proposal: Proposal, authority: Authority) -> Refusal | None:
    if command.acting_as not in authority.roles:
        return refuse(
            "forbidden",
            "not-authorised",
            "the agreement gives the approval to another role",
            f"have a person with the role {' or '.join(authority.roles)} approve it",
        )
    if command.acting_as in proposal.endorsed_by:
        other = next(role for role in authority.roles if role != command.acting_as)
        return refuse(
            "conflict",
            "already-endorsed",
            "this role has approved the determination already",
            f"have a person with the role {other} approve it",
        )
    return None


def _authors(state: InfusionState, determination: Determination) -> frozenset[str]:
    """Everybody who reported or corrected a decisive fact."""
    decisive = frozenset(determination.decisive_fact_ids)
    return frozenset(event.actor for event in state.events if _fact_of(event) in decisive)


def _took_back_what_decides(
    state: InfusionState, command: ApproveDetermination, determination: Determination, surroundings: Surroundings
) -> bool:
    """Whether the answer would be another if this person had not taken facts back: then their absence decides."""
    others = tuple(event for event in state.events if event.actor != command.actor or not _takes_back(event.body))
    if len(others) == len(state.events):
        return False
    key = (determination.agreement_id, determination.milestone)
    asked = question_now(replace(state, events=others), surroundings, *key)
    return isinstance(asked, Refusal) or determine(asked).determination_id != determination.determination_id


def _takes_back(body: Body) -> bool:
    """A retraction, a move to another infusion, or a result that its laboratory takes back (settled A3)."""
    told = body.content if isinstance(body, FactCorrected) else body
    cancelled = isinstance(told, FixActivityMeasured) and told.state in ("cancelled", "entered_in_error")
    return cancelled or isinstance(body, FactRetracted | FactsMoved)


def _fact_of(event: Recorded[Body]) -> UUID:
    """The fact that the event is about: the first one, where it corrects."""
    return event.body.fact_id if isinstance(event.body, FactCorrected) else event.event_id


def _not_on_unverified(proposal: Proposal) -> Refusal | None:
    unverified = proposal.event.determination.unverified
    if not unverified:
        return None
    return refuse(
        "conflict",
        "unverified-reference",
        f"the determination rests on {', '.join(unverified)}",
        "state the value in the agreement, and propose the determination again",
    )


def _still_holding(state: InfusionState, proposal: Proposal, surroundings: Surroundings) -> Question | Refusal:
    """The question as it stands now, where its answer and refund are still the ones that were proposed."""
    earlier = proposal.event.determination
    asked = question_now(state, surroundings, earlier.agreement_id, earlier.milestone)
    if not isinstance(asked, Refusal):
        now = proposal_of(state, surroundings.shelf, asked, determine(asked))
        if not isinstance(now, RefundRefused) and same_proposal(proposal.event, now):
            return asked
    return refuse(
        "conflict",
        "overtaken-by-evidence",
        "what is known has changed since the determination was proposed, and with it the answer or the refund",
        "propose the determination again and look at the new answer, or return it",
    )
