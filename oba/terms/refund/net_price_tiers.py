"""A net price by what was reached; refunded is the base less the net price (C27)."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from oba.problems import WrongField
from oba.terms.block import Block, Name, Part
from oba.terms.named_date import NamedDate
from oba.terms.stated import Stated


class TierReached(Part):
    """The tier that the criterion of one milestone reached."""

    kind: Literal["tier"]
    milestone: Name
    net_prices: dict[Name, Stated] = Field(min_length=1)
    not_met_without_tier: Name
    """The tier that counts where the milestone is not met for another reason than its criterion."""

    @model_validator(mode="after")
    def _is_a_tier(self) -> "TierReached":
        if self.not_met_without_tier not in self.net_prices:
            raise WrongField("not_met_without_tier", "no net price is stated for this tier; name a tier of the table")
        return self


class ResponseRow(Stated):
    """The net price once the response has lasted this many months."""

    from_month: Annotated[int, Field(strict=True, ge=0, le=1_200)]


class MonthsOfResponse(Part):
    """How long the response lasted; without a failure nothing is refunded."""

    kind: Literal["months_of_response"]
    rows: tuple[ResponseRow, ...] = Field(min_length=1, max_length=60)
    boundary: Literal["earlier", "later"]
    """To which row a response belongs that ends on an anniversary itself; Day 0 is in the first row."""
    date: NamedDate

    @model_validator(mode="after")
    def _from_day_0_in_order(self) -> "MonthsOfResponse":
        months = [row.from_month for row in self.rows]
        if months[0] != 0 or months != sorted(set(months)):
            raise WrongField("rows", "the rows do not rise from month 0; begin with month 0 and list each month once")
        return self


class NetPriceTiers(Block):
    """A table of net prices, by tier of a milestone or by months of response."""

    kind: Literal["net_price_tiers"]
    reached: Annotated[TierReached | MonthsOfResponse, Field(discriminator="kind")]
