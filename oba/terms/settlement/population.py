"""Rules over all infusions: success rate of a cohort, pooled price, total expenditure (C22, settled D7)."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from oba.dates import Day
from oba.money import Amount
from oba.problems import WrongField
from oba.terms.block import Block, Name, Part
from oba.units import Percent


class CohortSuccess(Block):
    """A refund for the whole cohort where fewer than the needed share of it succeeded by the cut-off."""

    kind: Literal["cohort_success"]
    milestone: Name
    cut_off_on: Day
    needed_percent: Percent
    refund_percent: Percent
    """Of the sum of the bases of all judged infusions."""


class PooledPrice(Block):
    """Every infusion is paid at one price: all bases, less a refund for those that failed, spread over all."""

    kind: Literal["pooled_price"]
    milestone: Name
    cut_off_on: Day
    refund_percent: Percent
    """Of the base of each infusion that failed."""


class PriceTier(Part):
    """From a success rate on, the share of the price that later infusions are charged."""

    from_percent: Percent
    price_percent: Percent


class ProspectiveAdjustment(Block):
    """The success rate by the cut-off sets the price of infusions after it; nothing is refunded."""

    kind: Literal["prospective_adjustment"]
    milestone: Name
    cut_off_on: Day
    tiers: Annotated[tuple[PriceTier, ...], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _from_zero_up(self) -> "ProspectiveAdjustment":
        edges = [tier.from_percent for tier in self.tiers]
        if edges[0] != 0 or sorted(set(edges)) != edges:
            raise WrongField("tiers", "the tiers leave a rate without a price; begin with 0 and write them upwards")
        return self


class ExpenditureCap(Block):
    """What all infusions together cost above a total comes back."""

    kind: Literal["expenditure_cap"]
    cut_off_on: Day
    total: Amount = Field(gt=0)


PopulationRule: TypeAlias = Annotated[
    CohortSuccess | PooledPrice | ProspectiveAdjustment | ExpenditureCap, Field(discriminator="kind")
]
