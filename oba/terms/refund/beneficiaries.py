"""Who shares in what a payer is owed: insurer, patient, reinsurer (C34, settled F7)."""

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from oba.problems import WrongField
from oba.terms.block import Block, Part
from oba.units import Code

_PARTS = r"^[1-9][0-9]{0,8}(/[1-9][0-9]{0,8})?$"


def _one_way(written: str) -> str:
    """A share is compared as it is written, so it is written in one way only."""
    if str(Fraction(written)) != written:
        raise ValueError("the fraction is not in its lowest terms; write 100/3 instead of 200/6")
    return written


Share = Annotated[str, Field(strict=True, pattern=_PARTS), AfterValidator(_one_way)]
"""A whole number of parts, or a percentage: "80", or "100/3" for a third of 100 %."""


class BeneficiaryShare(Part):
    """One beneficiary and the share; `payee` stands for the payer whom the refund follows."""

    to: Code
    share: Share


class Beneficiaries(Block):
    """The shares in their order: running totals are rounded, so the last one takes the remainder (settled F7)."""

    written_as: Literal["parts", "percent"]
    shares: tuple[BeneficiaryShare, ...] = Field(min_length=2, max_length=20)

    @model_validator(mode="after")
    def _add_up(self) -> "Beneficiaries":
        names = [share.to for share in self.shares]
        if len(set(names)) < len(names):
            raise WrongField("shares", "one beneficiary is named twice; give each one share")
        sum_of_shares = sum(Fraction(share.share) for share in self.shares)
        if self.written_as == "percent" and sum_of_shares != 100:
            raise WrongField("shares", f"the percentages add up to {sum_of_shares}; they must add up to exactly 100")
        if self.written_as == "parts" and any("/" in share.share for share in self.shares):
            raise WrongField("shares", "parts are whole numbers; write whole numbers, or percentages")
        return self
