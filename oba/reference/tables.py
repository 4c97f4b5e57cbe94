"""The reference tables: FIX products with their half-lives, and the therapies that can be infused."""

from decimal import Decimal
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from oba.dates import Day
from oba.identity import content_hash
from oba.units import Code, Positive


class Row(BaseModel):
    """A row with its source; tag V verified, S public document, R recalled, D design choice
    (docs/concepts/sources.md).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tag: Literal["V", "S", "R", "D"]
    source: str = Field(min_length=1)
    dated: Day


class FixProduct(Row):
    """A FIX product and the one half-life in hours that counts for its washout (settled C2)."""

    product: Code
    hcpcs: Code
    half_life_hours: Positive


class Therapy(Row):
    """A gene therapy: HCPCS code and the table of kits by NDC."""

    product: Code
    hcpcs: Code
    ndc_labeler: Code
    smallest_kit_vials: int
    largest_kit_vials: int
    kg_per_vial: Positive


class Reference(BaseModel):
    """All reference tables of a release; their hash is named by every determination."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fix_products: tuple[FixProduct, ...]
    therapies: tuple[Therapy, ...]

    def fix_product(self, product: str) -> FixProduct | None:
        """The row of a FIX product, or None when the table does not know it."""
        return next((row for row in self.fix_products if row.product == product), None)

    def therapy(self, product: str) -> Therapy | None:
        """The row of a therapy, or None when the table does not know it."""
        return next((row for row in self.therapies if row.product == product), None)

    @property
    def longest_half_life(self) -> FixProduct:
        """The row that an unknown product is judged by (settled C2)."""
        return max(self.fix_products, key=lambda row: (row.half_life_hours, row.product))

    @property
    def hash(self) -> str:
        """The content hash of all tables."""
        return _hash_of(self)


@lru_cache(maxsize=8)
def _hash_of(reference: Reference) -> str:
    return content_hash(reference)


def half_life_name(row: FixProduct) -> str:
    """How a half-life is named where an answer rests on it: `half-life of IDELVION 102 h [V]`."""
    return f"half-life of {row.product} {Decimal(row.half_life_hours).normalize():f} h [{row.tag}]"
