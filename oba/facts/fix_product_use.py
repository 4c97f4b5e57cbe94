"""Exogenous FIX that was given: it contaminates later samples, and it counts as use."""

from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

from oba.facts.base import Fact, Timing
from oba.units import Code, Positive

UsePurpose: TypeAlias = Literal["prophylaxis", "bleed", "surgery", "other"]


class FixProductUsed(Fact):
    """A dose of a FIX product in IU, with its purpose and, where it has one, the bleed it treated."""

    TIMING: ClassVar[Timing] = "any_day"
    kind: Literal["fix_product_used"] = "fix_product_used"
    product: Code | None
    """None where the product is not known; its washout is then the longest (settled C2)."""
    iu: Positive
    purpose: UsePurpose
    bleed_fact_id: UUID | None = None

    def says(self) -> str:
        return f"{self.iu} IU {self.product or 'of an unknown FIX product'} for {self.purpose}"
