"""Tiers by count (C19): how many parts are true decides which tier is reached, and each tier is met or not."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from oba.problems import WrongField
from oba.terms.block import Name, Part
from oba.terms.criterion_block import CriterionBlock

PartCount = Annotated[int, Field(strict=True, ge=0, le=20)]


class Tier(Part):
    """One tier: reached when at least that many parts are true and no higher tier is."""

    name: Name
    at_least: PartCount
    outcome: Literal["met", "not_met"]
    """What the milestone is when this tier is reached."""


class TierBlock(CriterionBlock):
    """The tiers of a criterion, written from the lowest, which begins at 0, to the highest."""

    kind: Literal["tiers"]
    rows: tuple[Tier, ...] = Field(min_length=2, max_length=21)

    @model_validator(mode="after")
    def _every_count_reaches_one_tier(self) -> "TierBlock":
        counts = [tier.at_least for tier in self.rows]
        if counts[0] != 0 or counts != sorted(set(counts)):
            raise WrongField(
                "rows", "the tiers do not rise from 0; write them from the lowest, with at_least 0, to the highest"
            )
        if len({tier.name for tier in self.rows}) < len(self.rows):
            raise WrongField("rows", "two tiers have one name; rename one")
        outcomes = [tier.outcome for tier in self.rows]
        if outcomes != sorted(outcomes, reverse=True) or len(set(outcomes)) < 2:
            raise WrongField("rows", "met tiers stand above not_met ones, and there is one of each; correct outcome")
        return self

    @property
    def parts_to_meet(self) -> int:
        """The fewest true parts with which the milestone is met."""
        return min(tier.at_least for tier in self.rows if tier.outcome == "met")

    def tier_of(self, true_parts: int) -> Tier:
        """The highest tier that so many true parts reach."""
        return [tier for tier in self.rows if tier.at_least <= true_parts][-1]
