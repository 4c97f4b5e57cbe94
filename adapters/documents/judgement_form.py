"""The form of `oba determine --json`, published as a JSON Schema: the same tree that people read, for programs."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from adapters.documents.judging import Judgement, ReadJudgement
from adapters.documents.schema import DIALECT
from oba.dates import Day, Instant
from oba.determination.determination import Determination, Finding, RefundLine
from oba.money import Amount, Currency
from oba.problems import Problem
from oba.refund.instalment_states import InstalmentFound, InstalmentState
from oba.schedule import Phase
from oba.terms.source import DocumentLabel
from oba.units import Digest


class JudgedMilestone(Determination):
    """A determination with all its reasons, and where the calendar stands for its milestone."""

    phase: Phase


class JudgedInstalment(BaseModel):
    """One part of a price that is paid in parts: a state, and no refund (C26)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    due_on: Day
    amount: Amount
    state: InstalmentState
    because: str


class ReadingForm(BaseModel):
    """What one reading of the clauses that have several finds and pays; the first is the governing one (C52)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reading: str
    clause: str | None
    findings: dict[str, Finding]
    refund_total: Amount | None


class JudgementForm(BaseModel):
    """What an agreement says about one infusion for a pair of clocks; without a price no refund is computed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agreement_id: str
    label: DocumentLabel
    terms_hash: Digest
    day_0: Day
    as_of: Day
    known_at: Instant
    milestones: tuple[JudgedMilestone, ...]
    currency: Currency
    base: Amount | None
    refunds: tuple[RefundLine, ...]
    refund_total: Amount | None
    refund_refused: tuple[Problem, ...] = ()
    """Why no refund can be worked out; then no amount is stated."""
    beneficiaries: dict[str, Amount] = Field(default_factory=dict)
    """What each beneficiary is owed in total (C34)."""
    instalments: tuple[JudgedInstalment, ...] = ()
    readings: tuple[ReadingForm, ...] = ()
    """Where clauses can be read in several ways: what each reading finds and pays."""


def plain_judgement(judgement: Judgement, readings: Iterable[ReadJudgement] = ()) -> dict[str, Any]:
    """A judgement, and those of all readings, as plain content in that form."""
    milestones = tuple(
        JudgedMilestone(phase=judgement.phase_of(one), **{name: getattr(one, name) for name in type(one).model_fields})
        for one in judgement.determinations
    )
    form = JudgementForm(
        agreement_id=judgement.agreement.id,
        label=judgement.agreement.label,
        terms_hash=judgement.terms_hash,
        day_0=judgement.day_0,
        as_of=judgement.as_of,
        known_at=judgement.known_at,
        milestones=milestones,
        currency=judgement.agreement.currency,
        base=judgement.base,
        refunds=judgement.refunds,
        refund_total=judgement.stated_total,
        refund_refused=judgement.refused,
        beneficiaries=dict(judgement.beneficiaries),
        instalments=tuple(_instalment(part) for part in judgement.instalments),
        readings=tuple(_reading(one) for one in readings),
    )
    return form.model_dump(mode="json")


def _instalment(part: InstalmentFound) -> JudgedInstalment:
    return JudgedInstalment(id=part.id, due_on=part.due_on, amount=part.amount, state=part.state, because=part.because)


def _reading(one: ReadJudgement) -> ReadingForm:
    return ReadingForm(
        reading=one.reading.name,
        clause=one.reading.ambiguity.clause if one.reading.ambiguity is not None else None,
        findings={found.milestone: found.finding for found in one.judgement.determinations},
        refund_total=one.judgement.stated_total,
    )


def judgement_schema() -> dict[str, Any]:
    """The JSON Schema of that form."""
    return {"$schema": DIALECT, **JudgementForm.model_json_schema(), "title": "Answer of oba determine (CC-BY-4.0)"}
