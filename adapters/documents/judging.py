"""An agreement and a facts file judged together, without any store: schedule, outcomes, refunds."""

from collections.abc import Iterator, Mapping
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
from oba.infusion.reckoning import Reckoned, reckon
from oba.problems import Problem
from oba.readings import NamedReading, readings_of
from oba.reference.tables import Reference
from oba.refund.base import base_of
from oba.refund.instalment_states import InstalmentFound
from oba.refund.refused import RefundRefused
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
    money: Reckoned | RefundRefused | None
    """None where no price is known."""

    @property
    def refunds(self) -> tuple[RefundLine, ...]:
        """Every line that is owed; none where no amount can be stated."""
        return self.money.lines if isinstance(self.money, Reckoned) else ()

    @property
    def refused(self) -> tuple[Problem, ...]:
        """Why no refund can be worked out; then there are no lines, and no amount is stated."""
        return self.money.problems if isinstance(self.money, RefundRefused) else ()

    @property
    def beneficiaries(self) -> Mapping[str, int]:
        """What each beneficiary is owed in total, in cents (C34)."""
        return self.money.by_beneficiary if isinstance(self.money, Reckoned) else {}

    @property
    def instalments(self) -> tuple[InstalmentFound, ...]:
        """Every part of a price that is paid in parts, with its state (C26, settled F1)."""
        return self.money.instalments if isinstance(self.money, Reckoned) else ()

    @property
    def instalments_paid(self) -> int:
        """What the parts that are paid come to, before refunds, in cents; 0 where nothing is paid in parts."""
        return sum(part.amount for part in self.instalments if part.state == "paid")

    @property
    def refund_total(self) -> int:
        """What is owed for all milestones together, in cents; 0 where no price is known."""
        return sum(line.amount for line in self.refunds)

    @property
    def stated_total(self) -> int | None:
        """The same; None where no price is known, or no amount can be worked out."""
        return None if self.base is None or self.refused else self.refund_total

    def phase_of(self, determination: Determination) -> Phase:
        """Where the calendar stands for a milestone on the day asked about."""
        return phase(determination.obligation, self.as_of)


@dataclass(frozen=True)
class ReadJudgement:
    """The same facts under one reading of the clauses that can be read in several ways (C52)."""

    reading: NamedReading
    judgement: Judgement


def judge_readings(
    agreement: Agreement,
    events: tuple[Recorded[Body], ...],
    reference: Reference,
    *,
    as_of: date,
    known_at: datetime | None,
) -> tuple[ReadJudgement, ...]:
    """Facts that could be judged once, under every reading; none where the agreement has no ambiguities."""
    readings = readings_of(agreement) if agreement.ambiguities else ()
    judged = ((one, judge_facts(one.agreement, events, reference, as_of=as_of, known_at=known_at)) for one in readings)
    return tuple(ReadJudgement(one, found) for one, found in judged if isinstance(found, Judgement))


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
    enrolment = next((one for one in enrolments_of(evidence) if one.agreement_id == agreement.id), None)
    determinations = tuple(
        determine(asked)
        for milestone in agreement.every_milestone
        if (asked := _question(agreement, milestone.id, infused, evidence, reference, enrolment)).is_anchored
    )
    return Judgement(
        agreement=agreement,
        terms_hash=terms_hash(agreement),
        day_0=infused.occurred_on,
        as_of=as_of,
        known_at=instant,
        determinations=determinations,
        enrolment=enrolment,
        base=base_of(agreement, enrolment.price, infused) if enrolment else None,
        money=_money(agreement, determinations, evidence, enrolment),
    )


def _question(
    agreement: Agreement,
    milestone: str,
    infused: Item[Infused],
    evidence: Evidence,
    reference: Reference,
    enrolment: Enrolment | None,
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
        payer_at_infusion=enrolment.payer_id if enrolment else None,
        enrolled_on=enrolment.enrolled_on if enrolment else None,
    )


def _money(
    agreement: Agreement, determinations: tuple[Determination, ...], evidence: Evidence, enrolment: Enrolment | None
) -> Reckoned | RefundRefused | None:
    """What is owed as if every answer were approved on the day that is asked about; None without a price."""
    if enrolment is None:
        return None
    return reckon(
        agreement,
        determinations,
        evidence,
        payer_at_infusion=enrolment.payer_id,
        price=enrolment.price,
        infusion_id=INFUSION_ID,
        approved_on=evidence.as_of,
    )


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
