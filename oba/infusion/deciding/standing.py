"""Whether the engine's answer is news: what is approved stands until something speaks against it that counts."""

from oba.determination.determination import Determination
from oba.determination.question import Question
from oba.infusion.deciding.refunding import proposal_of, refund_differences
from oba.infusion.events import DeterminationProposed
from oba.infusion.state import InfusionState, Issued
from oba.terms.shelf import Shelf


def is_news(state: InfusionState, shelf: Shelf, question: Question, determination: Determination) -> bool:
    """Whether the answer should be put before a second person: decided, and not proposed, returned or approved yet."""
    if determination.finding == "not_yet" or determination.determination_id in state.returned:
        return False
    if stands(state, shelf, question, determination):
        return False
    return not is_proposed(state, proposal_of(state, shelf, question, determination))


def is_proposed(state: InfusionState, proposal: DeterminationProposed) -> bool:
    """Whether the same answer with the same refund is waiting for approval."""
    determination = proposal.determination
    waiting = state.proposals.get((determination.agreement_id, determination.milestone))
    return waiting is not None and same_proposal(waiting.event, proposal)


def same_proposal(one: DeterminationProposed, other: DeterminationProposed) -> bool:
    """Whether two proposals put the same before a second person: the answer, the refund and its payee."""
    ids = one.determination.determination_id == other.determination.determination_id
    return ids and (one.refund, one.beneficiary) == (other.refund, other.beneficiary)


def stands(state: InfusionState, shelf: Shelf, question: Question, determination: Determination) -> bool:
    """Whether an approved determination says the same and costs the same, or cannot be undone by what came later."""
    issued = state.issued.get((determination.agreement_id, determination.milestone))
    if issued is None:
        return False
    if _by_later_event(issued, determination):
        return True
    differences = refund_differences(state, shelf, question, determination)
    costs_the_same = all(one.milestone != determination.milestone for one in differences)
    return costs_the_same and same_answer(issued, determination)


def same_answer(issued: Issued, determination: Determination) -> bool:
    """Whether an approved determination says the same: finding, first failure and version of the terms."""
    earlier = issued.proposal.event.determination
    return (earlier.finding, earlier.first_failure_on, earlier.terms_hash) == (
        determination.finding,
        determination.first_failure_on,
        determination.terms_hash,
    )


def is_kept(state: InfusionState, question: Question, determination: Determination) -> bool:
    """Whether late evidence is reported without reopening what was approved, as the agreement says (settled D6)."""
    issued = state.issued.get((determination.agreement_id, determination.milestone))
    late = question.as_of > determination.obligation.cure_ends_on
    keeps = question.agreement.late_evidence.rule == "keep"
    return late and keeps and issued is not None and not same_answer(issued, determination)


def _by_later_event(issued: Issued, determination: Determination) -> bool:
    """A life event does not undo a determination that was approved before it (settled D5)."""
    return determination.reason == "life_event" and all(
        event.occurred_on > issued.approved_on for event in determination.trace.used
    )
