"""An outcomes-based agreement as data: parties, scope, milestones, criteria, missing data, consequences, refund."""

from typing import Literal

from pydantic import Field

from oba.dates import Day, MonthEnd
from oba.money import Currency
from oba.terms.block import Block, Name, Part, Sentence
from oba.terms.consequences import Consequences
from oba.terms.criteria.any_criterion import Criterion
from oba.terms.milestone import Milestone
from oba.terms.missing_data import MissingData
from oba.terms.refund.any_component import RefundTerms
from oba.terms.source import DocumentLabel, SourceNote
from oba.units import Code


class Parties(Part):
    """Who signed: the manufacturer, and the payers whose infusions may be enrolled."""

    manufacturer: Code
    payers: tuple[Code, ...] = Field(min_length=1)


class Therapy(Part):
    """The eligible treatment: product of the reference table and its HCPCS code."""

    product: Code
    hcpcs: Code


class PriceBasis(Block):
    """What the refund is a share of (C05); tax excluded."""

    kind: Literal["list_price_at_infusion", "acquisition_cost", "amount_paid"]
    dose_share: Literal["multiplies", "ignored"]
    """Whether a partial dose reduces the base (settled F5)."""


class Authority(Block):
    """Whose approval makes a determination count (C45)."""

    approved_by: Literal["approver", "payer_approver"]


class LateEvidence(Block):
    """What evidence does that was recorded after the close of window, grace and cure (settled D6)."""

    rule: Literal["reopen", "keep"]


class Agreement(Part):
    """One version of an agreement; its content hash is the version's name, and it is never edited."""

    kind: Literal["agreement"]
    id: Name
    title: Sentence
    label: DocumentLabel
    sources: tuple[SourceNote, ...] = Field(min_length=1)
    parties: Parties
    therapy: Therapy
    currency: Currency
    signed_on: Day
    effective_on: Day
    ends_on: Day | None = None
    governing_version: Literal["at_infusion"]
    month_end: MonthEnd
    adults_only: bool = Field(strict=True)
    price: PriceBasis
    authority: Authority
    milestones: tuple[Milestone, ...] = Field(min_length=1, max_length=60)
    criteria: dict[Name, Criterion]
    missing_data: MissingData
    consequences: Consequences
    late_evidence: LateEvidence
    refund: RefundTerms

    def milestone(self, milestone_id: str) -> Milestone:
        """The milestone of that id; KeyError when the agreement has none."""
        for milestone in self.milestones:
            if milestone.id == milestone_id:
                return milestone
        raise KeyError(milestone_id)
