"""What the engine is asked about an infusion: one question for each milestone of each agreement."""

from datetime import date, datetime

from oba.determination.determination import Determination
from oba.determination.determine import determine
from oba.determination.question import Question, Waiver
from oba.evidence import Evidence
from oba.facts.coverage import CoverageChanged
from oba.facts.infused import Infused
from oba.identity import content_hash
from oba.infusion.events import MilestoneDetermined, MilestoneWaived, ReminderSent
from oba.infusion.places import Place, places
from oba.infusion.state import InfusionState, Key
from oba.reference.tables import Reference
from oba.refund.failure import Failure
from oba.refund.owed import base_amount
from oba.terms.agreement import Agreement
from oba.terms.consequences import PayerAtFailure
from oba.terms.shelf import Shelf


def questions(
    state: InfusionState, shelf: Shelf, reference: Reference, *, as_of: date, known_at: datetime
) -> tuple[Question, ...]:
    """The questions as known at an instant, by agreement and due date; none before the infusion is known."""
    evidence = state.evidence(known_at=known_at, as_of=as_of)
    return tuple(_question(state, place, reference, evidence, known_at) for place in places(state, shelf, evidence))


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


def determinations(
    state: InfusionState, shelf: Shelf, reference: Reference, *, as_of: date, known_at: datetime
) -> tuple[Determination, ...]:
    """All answers for a pair of clocks."""
    return tuple(determine(one) for one in questions(state, shelf, reference, as_of=as_of, known_at=known_at))


def failure_of(determination: Determination, agreement: Agreement) -> Failure | None:
    """The determination as the refund sees it; None unless it is not met.

    ValueError when the agreement has no such milestone.
    """
    if determination.finding != "not_met" or determination.first_failure_on is None:
        return None
    return Failure(
        milestone=determination.milestone,
        first_failure_on=determination.first_failure_on,
        place=[milestone.id for milestone in agreement.milestones].index(determination.milestone),
    )


def request_payers(state: InfusionState) -> frozenset[str]:
    """The payers that covered the patient on Day 0, as the enrolments show."""
    return frozenset(enrolment.payer_id for enrolment in state.enrolments())


def _question(
    state: InfusionState, place: Place, reference: Reference, evidence: Evidence, known_at: datetime
) -> Question:
    infused = evidence.infused
    assert infused is not None, "a milestone without an infusion has no place"
    key = (place.agreement.id, place.milestone)
    return Question(
        infusion_id=state.infusion_id,
        agreement=place.agreement,
        terms_hash=place.enrolment.terms_hash,
        milestone=place.milestone,
        day_0=infused.occurred_on,
        evidence=evidence,
        reference=reference,
        as_of=evidence.as_of,
        known_at=known_at,
        waiver=_waiver(state, key, known_at),
        reminded_on=_reminded_on(state, key, known_at, evidence.as_of),
        stake=_stake(place, infused.fact, evidence),
        enrolment_taken_back=place.taken_back,
    )


def _stake(place: Place, infused: Infused, evidence: Evidence) -> str:
    """What hangs on the answer besides its reasons: the base, and the payers whom a refund may follow."""
    base = base_amount(place.agreement, place.enrolment.price, infused.dose_share_percent)
    follows = place.agreement.consequences.change_of_payer.follows
    covers = evidence.of(CoverageChanged) if isinstance(follows, PayerAtFailure) else ()
    return content_hash(
        [base, place.enrolment.payer_id, [[cover.occurred_on.isoformat(), cover.fact.payer_id] for cover in covers]]
    )


def _waiver(state: InfusionState, key: Key, known_at: datetime) -> Waiver | None:
    """The waiver as known; one that came after a determination was approved changes nothing (settled F10)."""
    for event in state.events:
        match event.body:
            case MilestoneDetermined() as approved if (approved.agreement_id, approved.milestone) == key:
                return None
            case MilestoneWaived() as waived if (waived.agreement_id, waived.milestone) == key:
                known = event.recorded_at <= known_at
                return Waiver(event_id=event.event_id, clause=waived.clause) if known else None
            case _:
                pass
    return None


def _reminded_on(state: InfusionState, key: Key, known_at: datetime, as_of: date) -> date | None:
    """The day of the first reminder for the milestone, as known and as of the day that is asked about."""
    return next(
        (
            event.occurred_on
            for event in state.events
            if isinstance(event.body, ReminderSent)
            and (event.body.agreement_id, event.body.milestone) == key
            and event.recorded_at <= known_at
            and event.occurred_on <= as_of
        ),
        None,
    )
