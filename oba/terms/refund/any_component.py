"""The list of refund components that the language knows, and how they act together (C31, settled F4, F7)."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from oba.money import Rounding
from oba.terms.block import Block, Part
from oba.terms.refund.flat_percentage import FlatPercentage
from oba.terms.refund.table_by_milestone import TableByMilestone

Component: TypeAlias = Annotated[TableByMilestone | FlatPercentage, Field(discriminator="kind")]


class SeveralFailures(Block):
    """What several milestones that are not met cost together; `same_day` orders failures of one day."""

    rule: Literal["cumulative", "highest_of", "first_only"]
    same_day: Literal["highest", "all", "milestone_order"]


class RefundTerms(Part):
    """All that decides an amount: components, several failures, and the one rounding of each component line."""

    components: tuple[Component, ...] = Field(min_length=1, max_length=20)
    several_failures: SeveralFailures
    rounding: Rounding
