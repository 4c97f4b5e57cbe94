"""The form of `oba determine --json`, published as a JSON Schema: the same tree that people read, for programs."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from adapters.documents.judging import Judgement
from oba.dates import Day, Instant
from oba.determination.determination import Determination, RefundLine
from oba.money import Amount, Currency
from oba.problems import Problem
from oba.schedule import Phase
from oba.terms.source import DocumentLabel
from oba.units import Digest


class JudgedMilestone(Determination):
    """A determination with all its reasons, and where the calendar stands for its milestone."""

    phase: Phase


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


def plain_judgement(judgement: Judgement) -> dict[str, Any]:
    """A judgement as plain content in that form."""
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
        refund_total=judgement.refund_total if judgement.base is not None and not judgement.refused else None,
        refund_refused=judgement.refused,
        beneficiaries=dict(judgement.beneficiaries),
    )
    return form.model_dump(mode="json")


def judgement_schema() -> dict[str, Any]:
    """The JSON Schema of that form."""
    return JudgementForm.model_json_schema()
