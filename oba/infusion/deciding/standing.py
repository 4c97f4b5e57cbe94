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
    """Whether two proposals put the same before a second person: the answer, the refund, and all that it triggers."""
    ids = one.determination.determination_id == other.determination.determination_id
    money = (one.refund, one.beneficiary, one.differences) == (other.refund, other.beneficiary, other.differences)
    return ids and money


def stands(state: InfusionState, shelf: Shelf, question: Question, determination: Determination) -> bool:
    """Whether an approved determination says the same and costs the same, or cannot be undone by what came later."""
    issued = state.issued.get((determination.agreement_id, determination.milestone))
    if issued is None:
        return False
    if _by_later_event(issued, determination):
        return same_answer(issued, _without_later_events(issued, question, determination))
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
    """Whether late evidence is reported without reopening what was approved, as the agreement says (settled D6).

    Evidence is late that was recorded after the cure, whenever somebody asks: without it the answer would be another.
    """
    issued = state.issued.get((determination.agreement_id, determination.milestone))
    if question.agreement.late_evidence.rule != "keep" or issued is None or same_answer(issued, determination):
        return False
    return _news(_in_time(state, question)) != _news(determination)


def _in_time(state: InfusionState, question: Question) -> Determination:
    """The answer on what was recorded in time: up to the last day of the cure, in UTC as the log stamps it."""
    after = start_of_day_utc(cure_ends_on(question) + timedelta(days=1))
    known_at = min(question.known_at, after - timedelta(microseconds=1))
    return determine(replace(question, evidence=state.evidence(known_at=known_at, as_of=question.as_of)))


def _news(determination: Determination) -> tuple[str, date | None]:
    return (determination.finding, determination.first_failure_on)


def _by_later_event(issued: Issued, determination: Determination) -> bool:
    """A life event does not undo a determination that was approved before it (settled D5)."""
    return determination.reason == "life_event" and all(
        event.occurred_on > issued.approved_on for event in determination.trace.used
    )


def _without_later_events(issued: Issued, question: Question, determination: Determination) -> Determination:
    """The answer as if the life events after the approval had not happened: only evidence may speak against it."""
    while _by_later_event(issued, determination):
        events = {event.fact_id for event in determination.trace.used}
        question = replace(question, evidence=question.evidence.without(events))
        determination = determine(question)
    return determination
