"""Proposing, approving and returning determinations, and waiving milestones: two persons, and never on shaky ground."""

from datetime import datetime

from oba.determination import Determination, Outcome, RefundLine, determine
from oba.facts.base import Body
from oba.infusion.commands import ApproveDetermination, ProposeDetermination, ReturnDetermination, WaiveMilestone
from oba.infusion.deciding.draft import Decided, draft_now
from oba.infusion.events import (
    DeterminationProposed,
    DeterminationReturned,
    MilestoneDetermined,
    MilestoneWaived,
    RefundAdjusted,
    RefundTriggered,
)
from oba.infusion.questions import failure_of, question
from oba.infusion.state import Enrolment, InfusionState, Issued, Proposal
from oba.infusion.surroundings import Surroundings
from oba.money import Currency
from oba.problems import Refusal, refuse
from oba.refund.failure import Failure
from oba.refund.owed import base_amount, beneficiary, owed
from oba.terms.agreement import Agreement


def determination_now(
    state: InfusionState, surroundings: Surroundings, agreement_id: str, milestone: str
) -> Determination | Refusal:
    """The engine's answer as known now, as of today at the HTC."""
    asked = question(
        state,
        surroundings.shelf,
        surroundings.reference,
        agreement_id,
        milestone,
        as_of=surroundings.today,
        known_at=known_now(state, surroundings),
    )
    if asked is None:
        return refuse(
            "not_found",
            "unknown-milestone",
            "the infusion has no such milestone under that agreement",
            "name an agreement and a milestone of the infusion's schedule",
        )
    return determine(asked)


def known_now(state: InfusionState, surroundings: Surroundings) -> datetime:
    """Now, and never before the last event of the stream: the log's clock may run a moment ahead."""
    return max([surroundings.now, *(event.recorded_at for event in state.events[-1:])])


def propose(state: InfusionState, command: ProposeDetermination, surroundings: Surroundings) -> Decided:
    """Puts the engine's answer before a second person; nothing is proposed while evidence may still come."""
    determination = determination_now(state, surroundings, command.agreement_id, command.milestone)
    if isinstance(determination, Refusal):
        return determination
    refused = _not_proposable(state, determination)
    if refused is not None:
        return refused
    agreement = surroundings.shelf.agreements[determination.terms_hash]
    enrolment = _enrolment(state, command.agreement_id)
    failures = _failures(state, agreement, determination)
    lines = owed(agreement, _base(state, agreement, enrolment), failures)
    issued = state.issued.get((command.agreement_id, command.milestone))
    body = DeterminationProposed(
        determination=determination,
        refund=tuple(line for line in lines if line.milestone == command.milestone),
        currency=agreement.currency,
        beneficiary=_beneficiary(state, agreement, enrolment, determination),
        supersedes=issued.proposal.event.determination.determination_id if issued else None,
    )
    return draft_now(state, command, (body,), surroundings)


def _not_proposable(state: InfusionState, determination: Determination) -> Refusal | None:
    if determination.finding == "not_yet":
        wanted = "; ".join(one.what for one in determination.wanted)
        return refuse(
            "conflict",
            "not-yet-decidable",
            determination.trace.sentence,
            f"record what is missing: {wanted}" if wanted else "wait until the window and its grace have closed",
        )
    key = (determination.agreement_id, determination.milestone)
    proposal, issued = state.proposals.get(key), state.issued.get(key)
    if proposal is not None and proposal.event.determination.determination_id == determination.determination_id:
        return refuse("conflict", "already-proposed", "this answer is proposed already", "approve or return it")
    if issued is not None and same_answer(issued, determination):
        return refuse(
            "conflict",
            "nothing-new",
            "an approved determination says the same",
            "nothing needs to be done; correct or add evidence where the answer should differ",
        )
    return None


def same_answer(issued: Issued, determination: Determination) -> bool:
    """Whether an approved determination says the same: finding, first failure and version of the terms."""
    earlier = issued.proposal.event.determination
    return (earlier.finding, earlier.first_failure_on, earlier.terms_hash) == (
        determination.finding,
        determination.first_failure_on,
        determination.terms_hash,
    )


def approve(state: InfusionState, command: ApproveDetermination, surroundings: Surroundings) -> Decided:
    """Makes a proposal count, and draws the refund from it: the difference to what was triggered before."""
    proposal = _open_proposal(state, command)
    if isinstance(proposal, Refusal):
        return proposal
    determination = proposal.event.determination
    refused = _not_approvable(state, command, proposal, surroundings)
    if refused is not None:
        return refused
    agreement = surroundings.shelf.agreements[determination.terms_hash]
    determined = MilestoneDetermined(
        determination_id=determination.determination_id,
        agreement_id=determination.agreement_id,
        milestone=determination.milestone,
        outcome=_outcome(determination),
        supersedes=proposal.event.supersedes,
    )
    refunds = _refund_differences(state, agreement, determination)
    return draft_now(state, command, (determined, *refunds), surroundings)


def _outcome(determination: Determination) -> Outcome:
    assert determination.finding != "not_yet", "a proposal is never made while evidence may still come"
    return determination.finding


def _not_approvable(
    state: InfusionState, command: ApproveDetermination, proposal: Proposal, surroundings: Surroundings
) -> Refusal | None:
    determination = proposal.event.determination
    agreement = surroundings.shelf.agreements[determination.terms_hash]
    if command.acting_as != agreement.authority.approved_by:
        return refuse(
            "forbidden",
            "not-authorised",
            "the agreement gives the approval to another role",
            f"have a person with the role {agreement.authority.approved_by} approve it",
        )
    if command.actor == proposal.proposed_by or command.actor in _evidence_authors(state, determination):
        return refuse(
            "forbidden",
            "separation-of-duties",
            "who proposed the determination or recorded its decisive evidence cannot approve it",
            "have another person approve it",
        )
    if determination.unverified:
        return refuse(
            "conflict",
            "unverified-reference",
            f"the determination rests on {', '.join(determination.unverified)}",
            "state the value in the agreement, and propose the determination again",
        )
    now = determination_now(state, surroundings, determination.agreement_id, determination.milestone)
    if isinstance(now, Refusal) or now.determination_id != determination.determination_id:
        return refuse(
            "conflict",
            "overtaken-by-evidence",
            "the evidence has changed since the determination was proposed",
            "propose the determination again and look at the new answer",
        )
    return None


def _evidence_authors(state: InfusionState, determination: Determination) -> frozenset[str]:
    decisive = set(determination.decisive_fact_ids)
    return frozenset(item.actor for item in state.everything.items if item.fact_id in decisive)


def return_(state: InfusionState, command: ReturnDetermination, surroundings: Surroundings) -> Decided:
    """Sends a proposal back with its reason; the same answer may be proposed again."""
    proposal = _open_proposal(state, command)
    if isinstance(proposal, Refusal):
        return proposal
    body = DeterminationReturned(determination_id=command.determination_id, reason=command.reason)
    return draft_now(state, command, (body,), surroundings)


def waive(state: InfusionState, command: WaiveMilestone, surroundings: Surroundings) -> Decided:
    """Waives a milestone with a second person's approval; an approved determination stays (settled F10)."""
    asked = determination_now(state, surroundings, command.agreement_id, command.milestone)
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


def _open_proposal(state: InfusionState, command: ApproveDetermination | ReturnDetermination) -> Proposal | Refusal:
    for proposal in state.proposals.values():
        if proposal.event.determination.determination_id == command.determination_id:
            return proposal
    return refuse(
        "not_found",
        "no-open-proposal",
        "no such determination is waiting for approval",
        "look at the open proposals of the infusion; a newer one may have replaced it",
    )


def _enrolment(state: InfusionState, agreement_id: str) -> Enrolment:
    return next(one for one in reversed(state.enrolments()) if one.agreement_id == agreement_id)


def _base(state: InfusionState, agreement: Agreement, enrolment: Enrolment) -> int:
    return base_amount(agreement, enrolment.price, state.dose_share_percent)


def _failures(state: InfusionState, agreement: Agreement, latest: Determination) -> tuple[Failure, ...]:
    """The failures that count once the latest determination is approved."""
    standing = {
        key: issued.proposal.event.determination for key, issued in state.issued.items() if key[0] == agreement.id
    }
    standing[agreement.id, latest.milestone] = latest
    found = [failure_of(determination, agreement) for determination in standing.values()]
    return tuple(failure for failure in found if failure is not None)


def _beneficiary(state: InfusionState, agreement: Agreement, enrolment: Enrolment, determination: Determination) -> str:
    failure = failure_of(determination, agreement)
    return beneficiary(agreement, enrolment.payer_id, failure, state.everything)


def _refund_differences(state: InfusionState, agreement: Agreement, latest: Determination) -> list[Body]:
    """What is owed now less what was triggered before, by milestone and payee (settled F9)."""
    enrolment = _enrolment(state, agreement.id)
    failures = _failures(state, agreement, latest)
    lines = owed(agreement, _base(state, agreement, enrolment), failures)
    payees = {
        failure.milestone: beneficiary(agreement, enrolment.payer_id, failure, state.everything) for failure in failures
    }
    now: dict[tuple[str, str], int] = {}
    for line in lines:
        key = (line.milestone, payees[line.milestone])
        now[key] = now.get(key, 0) + line.amount
    before = {(key[1], key[2]): cents for key, cents in state.triggered.items() if key[0] == agreement.id}
    return [
        _difference(state, agreement.id, agreement.currency, latest, key, now.get(key, 0), before, lines)
        for key in sorted(now.keys() | before.keys())
        if now.get(key, 0) != before.get(key, 0)
    ]


def _difference(
    state: InfusionState,
    agreement_id: str,
    currency: Currency,
    latest: Determination,
    key: tuple[str, str],
    owed_now: int,
    before: dict[tuple[str, str], int],
    lines: tuple[RefundLine, ...],
) -> Body:
    milestone, payee = key
    issued = state.issued.get((agreement_id, milestone))
    if key not in before and owed_now > 0 and issued is None:
        return RefundTriggered(
            determination_id=latest.determination_id,
            agreement_id=agreement_id,
            milestone=milestone,
            clause=next(line.clause for line in lines if line.milestone == milestone),
            amount=owed_now,
            currency=currency,
            beneficiary=payee,
        )
    return RefundAdjusted(
        determination_id=latest.determination_id,
        supersedes=issued.proposal.event.determination.determination_id if issued else latest.determination_id,
        agreement_id=agreement_id,
        milestone=milestone,
        difference=owed_now - before.get(key, 0),
        currency=currency,
        beneficiary=payee,
    )
