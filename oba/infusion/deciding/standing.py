"""Whether the engine's answer is news: what is approved stands until something speaks against it that counts."""

from dataclasses import replace
from datetime import date, timedelta

from oba.dates import start_of_day_utc
from oba.determination.determination import Determination
from oba.determination.determine import determine
from oba.determination.question import Question, cure_ends_on
from oba.infusion.deciding.refunding import proposal_of, refund_differences
from oba.infusion.events import DeterminationProposed
from oba.infusion.proposal import Issued
from oba.infusion.state import InfusionState
from oba.refund.refused import RefundRefused
from oba.terms.shelf import Shelf


def is_news(state: InfusionState, shelf: Shelf, question: Question, determination: Determination) -> bool:
    """Whether the answer should be put before a second person: decided, and not proposed, returned or approved yet."""
    if determination.finding == "not_yet" or determination.determination_id in state.returned:
        return False
    if stands(state, shelf, question, determination):
        return False
    proposal = proposal_of(state, shelf, question, determination)
    return not isinstance(proposal, RefundRefused) and not is_proposed(state, proposal)


def is_proposed(state: InfusionState, proposal: DeterminationProposed) -> bool:
    """Whether the same answer with the same refund is waiting for approval."""
    determination = proposal.determination
    waiting = state.proposals.get((determination.agreement_id, determination.milestone))
    return waiting is not None and same_proposal(waiting.event, proposal)


def same_proposal(one: DeterminationProposed, other: DeterminationProposed) -> bool:
    """Whether two proposals put the same before a second person: the answer, the refund, and all that it triggers."""
    ids = one.determination.determination_id == other.determination.determination_id
    return ids and _money(one) == _money(other)


def _money(proposal: DeterminationProposed) -> tuple[object, ...]:
    return (proposal.refund, proposal.beneficiary, proposal.payees, proposal.differences)


def stands(state: InfusionState, shelf: Shelf, question: Question, determination: Determination) -> bool:
    """Whether an approved determination says the same and costs the same, or cannot be undone by what came later.

    A life event does not undo a determination that was approved before it: only evidence may speak against that one
    (settled D5).
    """
    issued = state.issued.get((determination.agreement_id, determination.milestone))
    if issued is None:
        return False
    if determination.reason == "life_event":
        earlier = determine(replace(question, life_events_until=issued.approved_on))
        if earlier.determination_id != determination.determination_id:
            return same_answer(issued, earlier)
    differences = refund_differences(state, shelf, question, determination)
    if isinstance(differences, RefundRefused):
        return False
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
    """Whether late evidence is reported without reopening what was approved, as the agreement says (settled D6).

    Evidence is late that was recorded after the cure, whenever somebody asks: without it the answer would be another.
    What was referred or deferred is decided later by its nature, and never late.
    """
    issued = state.issued.get((determination.agreement_id, determination.milestone))
    if question.agreement.late_evidence.rule != "keep" or issued is None or same_answer(issued, determination):
        return False
    in_time = _in_time(state, question)
    if in_time.finding == "not_evaluable" and determination.reason != "criterion":
        return False
    return _news(in_time) != _news(determination)


def _in_time(state: InfusionState, question: Question) -> Determination:
    """The answer on what was recorded in time: up to the last day of the cure, in UTC as the log stamps it."""
    after = start_of_day_utc(cure_ends_on(question) + timedelta(days=1))
    known_at = min(question.known_at, question.evidence.known_at, after - timedelta(microseconds=1))
    return determine(replace(question, evidence=state.evidence(known_at=known_at, as_of=question.as_of)))


def _news(determination: Determination) -> tuple[str, date | None]:
    return (determination.finding, determination.first_failure_on)
