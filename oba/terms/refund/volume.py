"""A refund by the number of units, whatever their outcomes (C33, settled F13)."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from oba.problems import WrongField
from oba.terms.block import Block, Name
from oba.terms.stated import Stated


class VolumeTier(Stated):
    """What is refunded for a unit from this number on."""

    from_unit: Annotated[int, Field(strict=True, ge=1, le=1_000_000)]


class Volume(Block):
    """Tiers of units, counted by day of infusion and id, and counted anew whenever it is asked."""

    kind: Literal["volume"]
    milestone: Name
    """The milestone with whose determination the line of one infusion is triggered."""
    counts: Literal["marginal", "all_units"]
    """`marginal`: a unit has the tier of its own number; `all_units`: every unit has the tier of the last one."""
    tiers: tuple[VolumeTier, ...] = Field(min_length=1, max_length=60)

    @model_validator(mode="after")
    def _in_order(self) -> "Volume":
        units = [tier.from_unit for tier in self.tiers]
        if units != sorted(set(units)):
            raise WrongField("tiers", "the tiers do not rise; list each number of units once, the smallest first")
        return self
