"""What the engine is asked about an infusion: one question for each milestone of each agreement."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

from oba.determination.admission import known_until
from oba.determination.determination import Determination
from oba.determination.determine import determine
from oba.determination.question import Question, Waiver
from oba.evidence import Evidence, Item
from oba.facts.coverage import AgreementAssumedByPayer, CoverageChanged
from oba.facts.infused import Infused
from oba.identity import content_hash
from oba.infusion.events import MilestoneDetermined, MilestoneWaived, ReminderSent
from oba.infusion.places import Place, places
from oba.infusion.state import InfusionState, Key
from oba.reference.tables import Reference
from oba.refund.base import base_of
from oba.refund.failure import Failure
from oba.refund.offsets import received_of
from oba.terms.agreement import Agreement
from oba.terms.refund.change_of_payer import PayerAtInfusion, Transfers
from oba.terms.shelf import Shelf


def questions(
    state: InfusionState, shelf: Shelf, reference: Reference, *, as_of: date, known_at: datetime
) -> tuple[Question, ...]:
    """The questions as known at an instant, by agreement and due date; none before the infusion is known."""
    evidence = state.evidence(known_at=known_at, as_of=as_of)
    found: dict[Key, Question] = {}

    def asking(agreement_id: str) -> Callable[[str], Question | None]:
        return lambda milestone: found.get((agreement_id, milestone))

    for place in places(state, shelf, evidence):
        asked = _question(state, place, reference, evidence, known_at)
        found[place.key] = _up_to_the_cut_off(state, replace(asked, other=asking(place.agreement.id)))
    return tuple(found.values())


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
        place=[milestone.id for milestone in agreement.every_milestone].index(determination.milestone),
        due_on=determination.obligation.due_on,
        confirmed_on=determination.confirmed_on,
        failed_parts=determination.failed_parts,
        tier=determination.tier,
        share=Fraction(determination.share) if determination.share is not None else Fraction(1),
        latched_from=determination.latched_from,
        costs=determination.costs,
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
        terms_hash=place.terms_hash,
        milestone=place.milestone,
        day_0=infused.occurred_on,
        evidence=evidence,
        reference=reference,
        as_of=evidence.as_of,
        known_at=known_at,
        waiver=_waiver(state, key, known_at, evidence.as_of),
        reminded_on=_reminded_on(state, key, known_at, evidence.as_of),
        stake=_stake(place, infused, evidence),
        enrolment_taken_back=place.taken_back,
        payer_at_infusion=place.enrolment.payer_id,
        enrolled_on=place.enrolment.enrolled_on,
        approved_dates=place.approved_dates,
    )


def _up_to_the_cut_off(state: InfusionState, asked: Question) -> Question:
    """The question on what had been recorded by the agreement's cut-off, where it has one and it has passed (C44)."""
    rules = asked.agreement.evidence
    if rules is None or not asked.is_anchored:
        return asked
    until = known_until(rules.cut_off, asked, asked.known_at)
    return (
        replace(asked, evidence=state.evidence(known_at=until, as_of=asked.as_of)) if until < asked.known_at else asked
    )


def _stake(place: Place, infused: Item[Infused], evidence: Evidence) -> str:
    """What hangs on the answer besides its reasons: the base, the payers whom a refund may follow, and offsets."""
    agreement = place.agreement
    base = base_of(agreement, place.enrolment.price, infused)
    follows = agreement.consequences.change_of_payer.follows
    covers = () if isinstance(follows, PayerAtInfusion) else evidence.of(CoverageChanged)
    assumed = evidence.of(AgreementAssumedByPayer) if isinstance(follows, Transfers) else ()
    received = received_of(evidence, agreement.id) if agreement.refund.offsets is not None else ()
    further = [
        [[one.occurred_on.isoformat(), one.fact.payer_id] for one in assumed if one.fact.agreement_id == agreement.id],
        [[one.received_from, one.cents] for one in received],
    ]
    return content_hash(
        [
            base,
            place.enrolment.payer_id,
            [[cover.occurred_on.isoformat(), cover.fact.payer_id] for cover in covers],
            *(further if any(further) else ()),
        ]
    )


def _waiver(state: InfusionState, key: Key, known_at: datetime, as_of: date) -> Waiver | None:
    """The waiver as known and as of the day that is asked about (settled A4); one that came after a determination was
    approved changes nothing (settled F10).
    """
    for event in state.events:
        match event.body:
            case MilestoneDetermined() as approved if (approved.agreement_id, approved.milestone) == key:
                return None
            case MilestoneWaived() as waived if (waived.agreement_id, waived.milestone) == key:
                known = event.recorded_at <= known_at and event.occurred_on <= as_of
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
