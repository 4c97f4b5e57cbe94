"""The list of refund components that the language knows, and how they act together (C31, settled F4, F7)."""

from typing import Annotated, ClassVar, TypeAlias

from pydantic import Field

from oba.money import Rounding
from oba.terms.block import Part
from oba.terms.failure_component import Indexation
from oba.terms.refund.base import JointLimit
from oba.terms.refund.beneficiaries import Beneficiaries
from oba.terms.refund.caps import Cap
from oba.terms.refund.clawback import Clawback
from oba.terms.refund.deductibles import Deductible, MinimumPayable, MinimumRefund
from oba.terms.refund.flat_amount import FlatAmount
from oba.terms.refund.flat_percentage import FlatPercentage
from oba.terms.refund.guaranteed import Guaranteed
from oba.terms.refund.instalments import Instalments
from oba.terms.refund.net_price_tiers import NetPriceTiers
from oba.terms.refund.offsets import Offsets
from oba.terms.refund.pro_rata import ProRata
from oba.terms.refund.several_failures import SeveralFailures
from oba.terms.refund.table_by_milestone import TableByMilestone
from oba.terms.refund.table_by_period import TableByPeriod
from oba.terms.refund.volume import Volume
from oba.terms.refund.weights import Weights

OutcomeComponent: TypeAlias = TableByMilestone | TableByPeriod | FlatPercentage | FlatAmount | ProRata | Weights
"""Each line is that of one failure; the rule for several failures chooses among failures with these lines (C31)."""
StandingComponent: TypeAlias = Guaranteed | Volume | NetPriceTiers | Instalments
"""Worked out from everything that was determined, beside the rule for several failures; a line may name a milestone
that did not fail."""

Component: TypeAlias = Annotated[OutcomeComponent | StandingComponent, Field(discriminator="kind")]


class RefundTerms(Part):
    """All that decides an amount: components, several failures, the one rounding of each component line, and what is
    taken off: offsets, floors, caps; then whose it is, and what becomes of it when its failure is taken back.
    """

    LATER: ClassVar[frozenset[str]] = Part.LATER | {
        "offsets",
        "deductible",
        "minimum_payable",
        "minimum_refund",
        "caps",
        "beneficiaries",
        "clawback",
        "joint_limit_with",
        "indexed_limits",
    }

    components: tuple[Component, ...] = Field(min_length=1, max_length=20)
    several_failures: SeveralFailures
    rounding: Rounding
    offsets: Offsets | None = None
    deductible: Deductible | None = None
    minimum_payable: MinimumPayable | None = None
    minimum_refund: MinimumRefund | None = None
    caps: tuple[Cap, ...] = Field(default=(), max_length=20)
    beneficiaries: Beneficiaries | None = None
    """Left out, the payer whom the refund follows has it all."""
    clawback: Clawback | None = None
    """Left out, a refund whose failure is taken back is credited in full."""
    joint_limit_with: JointLimit | None = None
    """The other agreements over the same infusion with which the base guard is shared (settled F9)."""
    indexed_limits: Indexation | None = None
    """Left out, caps and the base guard use the numbers of Day 0, whatever a component indexes (settled F5)."""
