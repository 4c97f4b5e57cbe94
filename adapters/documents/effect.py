"""What two agreements make of the same facts: every outcome, date and amount that differs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from adapters.documents.facts_file import read_facts
from adapters.documents.judging import Judgement, judge_facts
from adapters.documents.what_if_lives import Life
from oba.dates import LAST_DAY
from oba.determination.determination import Determination
from oba.facts.recorded import Recorded
from oba.money import write_amount_for_reading
from oba.problems import Problem
from oba.reference.tables import Reference
from oba.terms.agreement import Agreement
from oba.terms.document import terms_hash

NOT_THERE = "no such milestone"


@dataclass(frozen=True)
class Changed:
    """One thing that differs: a milestone, or the total of the refunds; what either agreement says of it."""

    life: str
    what: str
    before: str
    after: str


def effect(
    before: Agreement, after: Agreement, life: Life, reference: Reference, *, as_of: date = LAST_DAY
) -> tuple[Changed, ...] | tuple[Problem, ...]:
    """What differs when both agreements judge a life; where no day is given, after all its deadlines.

    Problems where its facts cannot be read or contradict each other.
    """
    judged = [judge_life(agreement, life, reference, as_of=as_of) for agreement in (before, after)]
    for one in judged:
        if isinstance(one, tuple):
            return one
    return tuple(_changed(life.name, *(one for one in judged if isinstance(one, Judgement))))


def judge_life(
    agreement: Agreement, life: Life, reference: Reference, *, as_of: date, known_at: datetime | None = None
) -> Judgement | tuple[Problem, ...]:
    """A life under an agreement; an enrolment that names none is one under this version."""
    enrolment = {"agreement_id": agreement.id, "terms_hash": terms_hash(agreement), "currency": agreement.currency}
    events = read_facts(life.facts, enrolment=enrolment)
    problems = tuple(one for one in events if isinstance(one, Problem))
    if problems:
        return problems
    recorded = tuple(one for one in events if isinstance(one, Recorded))
    judged = judge_facts(agreement, recorded, reference, as_of=as_of, known_at=known_at)
    if isinstance(judged, tuple):
        return tuple(problem.model_copy(update={"file": life.facts.file}) for problem in judged)
    return judged


def _changed(life: str, before: Judgement, after: Judgement) -> Iterator[Changed]:
    outcomes = [{one.milestone: _outcome(one) for one in judgement.determinations} for judgement in (before, after)]
    for milestone in dict.fromkeys((*outcomes[0], *outcomes[1])):
        said = [found.get(milestone, NOT_THERE) for found in outcomes]
        if said[0] != said[1]:
            yield Changed(life, milestone, *said)
    amounts = [_refunds(judgement) for judgement in (before, after)]
    if amounts[0] != amounts[1]:
        yield Changed(life, "refunds", *amounts)
    paid_to = [_paid_to(judgement) for judgement in (before, after)]
    if all(paid_to) and paid_to[0] != paid_to[1]:
        yield Changed(life, "paid to", *paid_to)


def _outcome(determination: Determination) -> str:
    said = determination.finding.replace("_", " ")
    failed_on = determination.first_failure_on
    return f"{said}, first failure {failed_on}" if failed_on is not None else said


def _refunds(judgement: Judgement) -> str:
    if judgement.base is None:
        return "no price is known"
    if judgement.refused:
        return "cannot be worked out"
    return f"{write_amount_for_reading(judgement.refund_total)} {judgement.agreement.currency}"


def _paid_to(judgement: Judgement) -> str:
    """Who is owed anything, whatever it is; nothing where nobody is."""
    return ", ".join(sorted(name for name, cents in judgement.beneficiaries.items() if cents))
