"""What the engine is asked about an infusion: one question for each milestone of each enrolment."""

from collections.abc import Iterator
from datetime import date, datetime

from oba.determination import Determination, Question, Waiver, determine
from oba.evidence import Evidence
from oba.infusion.events import MilestoneWaived, ReminderSent
from oba.infusion.state import Enrolment, InfusionState, enrolments_of
from oba.reference.tables import Reference
from oba.refund.failure import Failure
from oba.schedule import milestone_obligation
from oba.terms.agreement import Agreement
from oba.terms.shelf import Shelf


def questions(
    state: InfusionState, shelf: Shelf, reference: Reference, *, as_of: date, known_at: datetime
) -> tuple[Question, ...]:
    """The questions as known at an instant, by agreement and due date; none before the infusion is known."""
    evidence = state.evidence(known_at=known_at, as_of=as_of)
    if evidence.infused is None:
        return ()
    return tuple(
        question
        for enrolment in enrolments_of(evidence)
        for question in _of_enrolment(state, enrolment, shelf, reference, evidence)
    )


def question(
    state: InfusionState,
    shelf: Shelf,
    reference: Reference,
    agreement_id: str,
    milestone: str,
    *,
    as_of: date,
    known_at: datetime,
) -> Question | None:
    """The one question about a milestone under an agreement; None where the infusion has no such milestone."""
    for one in questions(state, shelf, reference, as_of=as_of, known_at=known_at):
        if (one.agreement.id, one.milestone) == (agreement_id, milestone):
            return one
    return None


def failure_of(determination: Determination, agreement: Agreement) -> Failure | None:
    """The determination as the refund sees it; None unless it is not met."""
    if determination.finding != "not_met" or determination.first_failure_on is None:
        return None
    return Failure(
        milestone=determination.milestone,
        first_failure_on=determination.first_failure_on,
        place=[milestone.id for milestone in agreement.milestones].index(determination.milestone),
    )


def determinations(
    state: InfusionState, shelf: Shelf, reference: Reference, *, as_of: date, known_at: datetime
) -> tuple[Determination, ...]:
    """All answers for a pair of clocks."""
    return tuple(determine(one) for one in questions(state, shelf, reference, as_of=as_of, known_at=known_at))


def _of_enrolment(
    state: InfusionState, enrolment: Enrolment, shelf: Shelf, reference: Reference, evidence: Evidence
) -> Iterator[Question]:
    assert evidence.infused is not None
    agreement = shelf.agreements[enrolment.terms_hash]
    day_0 = evidence.infused.occurred_on
    obligations = [(milestone, milestone_obligation(agreement, milestone, day_0)) for milestone in agreement.milestones]
    for milestone, obligation in sorted(obligations, key=lambda pair: pair[1].due_on):
        if enrolment.ended_on is not None and obligation.due_on > enrolment.ended_on:
            continue
        yield Question(
            infusion_id=state.infusion_id,
            agreement=agreement,
            terms_hash=enrolment.terms_hash,
            milestone=milestone.id,
            day_0=day_0,
            evidence=evidence,
            reference=reference,
            as_of=evidence.as_of,
            known_at=evidence.known_at,
            waiver=_waiver(state, agreement.id, milestone.id, evidence.known_at),
            reminded_on=_reminded_on(state, agreement.id, milestone.id, evidence.known_at),
        )


def _waiver(state: InfusionState, agreement_id: str, milestone: str, known_at: datetime) -> Waiver | None:
    event = state.waivers.get((agreement_id, milestone))
    if event is None or event.recorded_at > known_at or not isinstance(event.body, MilestoneWaived):
        return None
    return Waiver(event_id=event.event_id, clause=event.body.clause)


def _reminded_on(state: InfusionState, agreement_id: str, milestone: str, known_at: datetime) -> date | None:
    """The day of the first reminder for the milestone, as known."""
    for event in state.events:
        sent = event.body
        if not isinstance(sent, ReminderSent) or event.recorded_at > known_at:
            continue
        if (sent.agreement_id, sent.milestone) == (agreement_id, milestone):
            return event.occurred_on
    return None


def request_payers(state: InfusionState) -> frozenset[str]:
    """The payers that covered the patient on Day 0, as the enrolments show."""
    return frozenset(enrolment.payer_id for enrolment in state.enrolments())
