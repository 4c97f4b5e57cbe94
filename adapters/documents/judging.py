"""An agreement and a facts file judged together, without any store: schedule, outcomes, refunds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from adapters.documents.facts_file import INFUSION_ID
from oba.dates import LAST_DAY
from oba.determination.determination import Determination, RefundLine
from oba.determination.determine import determine
from oba.determination.question import Question
from oba.evidence import FOR_EVER, Evidence, Item, known
from oba.facts.base import Body, Fact
from oba.facts.infused import Infused
from oba.facts.recorded import Recorded
from oba.infusion.enrolment import Enrolment, enrolments_of
from oba.problems import Problem
from oba.reference.tables import Reference
from oba.refund.failure import Failure
from oba.refund.owed import base_amount, owed
from oba.schedule import Phase, phase
from oba.terms.agreement import Agreement
from oba.terms.document import terms_hash


@dataclass(frozen=True)
class Judgement:
    """What an agreement says about one infusion for a pair of clocks; refunds need an enrolment that states a price."""

    agreement: Agreement
    terms_hash: str
    day_0: date
    as_of: date
    known_at: datetime
    determinations: tuple[Determination, ...]
    enrolment: Enrolment | None
    base: int | None
    refunds: tuple[RefundLine, ...]

    def phase_of(self, determination: Determination) -> Phase:
        """Where the calendar stands for a milestone on the day asked about."""
        return phase(determination.obligation, self.as_of)


def judge_facts(
    agreement: Agreement,
    events: tuple[Recorded[Body], ...],
    reference: Reference,
    *,
    as_of: date,
    known_at: datetime | None,
) -> Judgement | tuple[Problem, ...]:
    """Judge every milestone; otherwise the problems that the facts have with each other.

    Without `known_at` everything in the file is known, and the latest recording is named as the instant.
    """
    everything = known(events, known_at=FOR_EVER, as_of=LAST_DAY)
    problems = tuple(_problems(everything))
    if problems:
        return problems
    instant = known_at or max(event.recorded_at for event in events)
    evidence = known(events, known_at=instant, as_of=as_of)
    infused = evidence.infused
    if infused is None:
        return (_not_yet_infused(),)
    determinations = tuple(
        determine(_question(agreement, milestone.id, infused, evidence, reference))
        for milestone in agreement.milestones
    )
    enrolment = next((one for one in enrolments_of(evidence) if one.agreement_id == agreement.id), None)
    base = base_amount(agreement, enrolment.price, infused.fact.dose_share_percent) if enrolment else None
    return Judgement(
        agreement=agreement,
        terms_hash=terms_hash(agreement),
        day_0=infused.occurred_on,
        as_of=as_of,
        known_at=instant,
        determinations=determinations,
        enrolment=enrolment,
        base=base,
        refunds=owed(agreement, base, _failures(determinations)) if base is not None else (),
    )


def _question(
    agreement: Agreement, milestone: str, infused: Item[Infused], evidence: Evidence, reference: Reference
) -> Question:
    return Question(
        infusion_id=INFUSION_ID,
        agreement=agreement,
        terms_hash=terms_hash(agreement),
        milestone=milestone,
        day_0=infused.occurred_on,
        evidence=evidence,
        reference=reference,
        as_of=evidence.as_of,
        known_at=evidence.known_at,
    )


def _failures(determinations: Iterable[Determination]) -> Iterator[Failure]:
    for place, determination in enumerate(determinations):
        if determination.first_failure_on is not None:
            yield Failure(determination.milestone, determination.first_failure_on, place)


def _problems(evidence: Evidence) -> Iterator[Problem]:
    infusions = evidence.of(Infused)
    if not infusions:
        yield _not_yet_infused()
    if len(infusions) > 1:
        yield Problem(
            code="one-per-lifetime",
            message="the file holds two infusions",
            remedy="one facts file is about one infusion: keep one of the two",
        )
    for item in evidence.items if infusions else ():
        if _is_too_early(item, infusions[0].occurred_on):
            yield Problem(
                code="before-day-0",
                message=f"{item.fact.kind} lies before Day 0, and only a baseline, assays and use of products may",
                remedy="correct occurred_on",
            )


def _is_too_early(item: Item[Fact], day_0: date) -> bool:
    return item.fact.TIMING == "from_day_0" and item.occurred_on < day_0


def _not_yet_infused() -> Problem:
    return Problem(
        code="no-infusion",
        message="no infusion is known for these two clocks",
        remedy="add the fact `kind: infused`, or ask for a later day and instant",
    )
