"""What the answers share: clocks, evidence, settings and documents of a vector."""

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from adapters.documents.shelf import shipped_reference
from oba.dates import LAST_DAY
from oba.determination.admission import known_until
from oba.determination.determination import Determination
from oba.determination.determine import determine
from oba.determination.question import Question, Waiver
from oba.evidence import FOR_EVER, Evidence, known
from oba.identity import derived_id
from oba.measures.measured import Measured, Setting, shown_interval
from oba.refund.failure import Failure
from oba.schedule import Obligation, milestone_obligation
from oba.terms.agreement import Agreement
from oba.terms.document import read_document, terms_hash
from oba.terms.milestone import Milestone
from tests.support.agreements import an_agreement
from tests.support.events import INFUSION
from tests.support.vectors.questions import OutcomeVector, SupersedingVector
from tests.support.vectors.questions_of_lives import LifeVector
from tests.support.vectors.reading import Told
from tests.support.vectors.vector import Clocks, TimedVector, Timing, Vector


def failure_on(agreement: Agreement, milestone: str, on: date) -> Failure:
    return Failure(milestone, on, [one.id for one in agreement.milestones].index(milestone))


def determined(
    vector: OutcomeVector | SupersedingVector | LifeVector,
    told: Told,
    terms: dict[str, Any],
    milestone: str,
    clocks: Clocks,
) -> Determination:
    return determine(_question(vector, told, agreement_of(terms), milestone, clocks))


def _question(
    vector: OutcomeVector | SupersedingVector | LifeVector,
    told: Told,
    agreement: Agreement,
    milestone: str,
    clocks: Clocks,
) -> Question:
    """The question about a milestone, on what was recorded by the agreement's cut-off where it has one."""
    waived = vector.waived if isinstance(vector, OutcomeVector | LifeVector) else ()
    asked = vector if isinstance(vector, OutcomeVector) and vector.milestone == milestone else None
    question = Question(
        infusion_id=INFUSION,
        agreement=agreement,
        terms_hash=terms_hash(agreement),
        milestone=milestone,
        day_0=vector.day_0,
        evidence=known(told.events, known_at=clocks.known_at, as_of=clocks.as_of),
        reference=shipped_reference(),
        as_of=clocks.as_of,
        known_at=clocks.known_at,
        waiver=Waiver(event_id=derived_id("test", "waiver"), clause="3.9") if milestone in waived else None,
        reminded_on=asked.reminded_on if asked is not None else None,
        payer_at_infusion=vector.payer_on_day_0 if isinstance(vector, OutcomeVector | LifeVector) else None,
        other=lambda other: _question(vector, told, agreement, other, clocks),
    )
    if agreement.evidence is None:
        return question
    until = known_until(agreement.evidence.cut_off, question, clocks.known_at)
    return replace(question, evidence=known(told.events, known_at=until, as_of=clocks.as_of))


def agreement_of(content: dict[str, Any]) -> Agreement:
    agreement = sound_document(content)
    assert isinstance(agreement, Agreement)
    return agreement


def sound_document(content: dict[str, Any]) -> object:
    """The document; a vector about outcomes or money rests on one that the reader takes."""
    read = read_document(content)
    assert not isinstance(read, tuple), "\n".join(str(problem) for problem in read)
    return read


def clocks_of(vector: Vector) -> Clocks:
    return Clocks(as_of=vector.as_of or LAST_DAY, known_at=vector.known_at or FOR_EVER)


def evidence_of(vector: Vector, told: Told) -> Evidence:
    clocks = clocks_of(vector)
    return known(told.events, known_at=clocks.known_at, as_of=clocks.as_of)


def setting_of(vector: TimedVector, timing: Timing, told: Told) -> Setting:
    dates = obligation_of(timing, vector.day_0)
    return Setting(
        evidence=evidence_of(vector, told),
        obligation=dates,
        reference=shipped_reference(),
        closed=(vector.as_of or LAST_DAY) > dates.grace_ends_on,
        month_end=timing.month_end,
    )


def obligation_of(timing: Timing, day_0: date) -> Obligation:
    milestone = Milestone(
        id="asked",
        clause="3.1",
        role="judged",
        due=timing.due,
        window=timing.window,
        grace_days=timing.grace_days,
        cure_days=timing.cure_days,
        report_by_days=timing.report_by_days,
        criterion="asked",
    )
    return milestone_obligation(_calendar(timing.month_end), milestone, day_0)


@cache
def _calendar(month_end: str) -> Agreement:
    return an_agreement("calendar", "PAYER-1").model_copy(update={"month_end": month_end})


def shown(measured: Measured) -> str:
    return "unknown" if measured.value is None else shown_interval(measured.value)


def name_of(told: Told, fact_id: UUID) -> str:
    return told.names.get(str(fact_id), str(fact_id))
