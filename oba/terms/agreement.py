"""An outcomes-based agreement as data: parties, scope, milestones, criteria, missing data, consequences, refund."""

from datetime import date
from typing import ClassVar, Literal, TypeAlias

from pydantic import Field

from oba.dates import Day, MonthEnd, Offset
from oba.money import Currency
from oba.terms.ambiguity import Ambiguity
from oba.terms.authority import Authority
from oba.terms.block import Block, Name, Part, Sentence
from oba.terms.business_days import BusinessDays
from oba.terms.consequences import Consequences
from oba.terms.criteria.any_criterion import Criterion
from oba.terms.eligibility import Eligibility
from oba.terms.evidence_rules import EvidenceRules
from oba.terms.milestone import Milestone, RecurringMilestone, members_of
from oba.terms.missing_data import MissingData
from oba.terms.party import Party
from oba.terms.refund.any_component import RefundTerms
from oba.terms.refund.base import PriceBasis
from oba.terms.settlement.population import PopulationRule
from oba.terms.settlement.settlement_terms import SettlementTerms
from oba.terms.shared_results import SharedResults
from oba.terms.source import DocumentLabel, SourceNote
from oba.units import Code

GoverningVersion: TypeAlias = Literal["at_infusion", "at_milestone", "at_determination"]
"""The day whose version judges: Day 0, the due date of the milestone, or the day of its determination (C03)."""


class Parties(Part):
    """Who signed: the manufacturer, and the payers whose infusions may be enrolled."""

    LATER: ClassVar[frozenset[str]] = frozenset({"others"})

    manufacturer: Code
    payers: tuple[Code, ...] = Field(min_length=1)
    others: tuple[Party, ...] = Field(default=(), max_length=20)
    """Whoever else takes part, in which role (C01)."""


class Therapy(Part):
    """The eligible treatment: product of the reference table and its HCPCS code."""

    product: Code
    hcpcs: Code


class LateEvidence(Block):
    """What evidence does that was recorded after the close of window, grace and cure (settled D6)."""

    rule: Literal["reopen", "keep"]


class Agreement(Part):
    """One version of an agreement; its content hash is the version's name, and it is never edited."""

    LATER: ClassVar[frozenset[str]] = frozenset(
        {
            "settlement",
            "population",
            "eligibility",
            "evidence",
            "recurring",
            "horizon",
            "business_days",
            "retroactive_from",
            "ambiguities",
            "shared_results",
        }
    )

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
    governing_version: GoverningVersion
    month_end: MonthEnd
    adults_only: bool = Field(strict=True)
    price: PriceBasis
    authority: Authority
    milestones: tuple[Milestone, ...] = Field(max_length=60)
    criteria: dict[Name, Criterion]
    missing_data: MissingData
    consequences: Consequences
    late_evidence: LateEvidence
    refund: RefundTerms
    evidence: EvidenceRules | None = None
    """Left out, every source may report everything, and a determination rests on whatever was recorded."""
    recurring: tuple[RecurringMilestone, ...] = Field(default=(), max_length=20)
    """Series of milestones beside the single ones (C09)."""
    eligibility: Eligibility | None = None
    """Left out, therapy, age and payer alone say who may be enrolled (C02)."""
    horizon: Offset | None = None
    """How long after Day 0 anything is judged; open-ended windows close on its last day."""
    business_days: BusinessDays | None = None
    """Left out, no deadline moves (settled B4)."""
    shared_results: SharedResults | None = None
    """Left out, windows share no day (settled B6)."""
    retroactive_from: Day | None = None
    """The day before the effective date from which the version is taken to have held; both parties sign it (C03)."""
    ambiguities: tuple[Ambiguity, ...] = Field(default=(), max_length=20)
    """Where the contract can be read in several ways, each way by name; the terms stand as the governing one (C52)."""

    @property
    def begins_on(self) -> date:
        """The first day on which the version holds."""
        return self.retroactive_from or self.effective_on

    settlement: SettlementTerms | None = None
    """Left out, the agreement gives no rights about claims, invoices, disputes, audits or disclosure (C46-C50)."""
    population: tuple[PopulationRule, ...] = Field(default=(), max_length=10)
    """Rules over all infusions, applied by the statement (C22, decided point 9)."""

    @property
    def every_milestone(self) -> tuple[Milestone, ...]:
        """The single milestones and the members of every series, in the order of the document."""
        return (*self.milestones, *members_of(self.recurring)) if self.recurring else self.milestones

    def milestone(self, milestone_id: str) -> Milestone:
        """The milestone of that id; KeyError when the agreement has none."""
        for milestone in self.every_milestone:
            if milestone.id == milestone_id:
                return milestone
        raise KeyError(milestone_id)
