"""The single administration: Day 0 of everything (settled A6). Its start is the event's `occurred_at`."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from oba.dates import Instant
from oba.facts.base import Fact
from oba.units import Code, Digest, NotNegative, Positive


class Infused(Fact):
    """The therapy was given; share of the dose in percent of the intended dose, weight in kg, volume in mL."""

    kind: Literal["infused"] = "infused"
    product: Code
    htc_id: Code
    time_zone: Code
    patient_token: UUID
    adult_on_day_0: bool = Field(strict=True)
    ended_at: Instant | None = None
    weight_kg: Positive = Field(le=400)
    volume_ml: Positive
    vials: int = Field(strict=True, ge=1, le=100)
    kit_lot_digests: tuple[Digest, ...] = Field(min_length=1, max_length=10)
    ndc: str = Field(strict=True, pattern=r"^[0-9]{5}-[0-9]{4}-[0-9]{2}$")
    dose_share_percent: NotNegative = Field(le=100)

    def says(self) -> str:
        return f"{self.product} infused, {self.dose_share_percent} % of the dose"

    def flags(self) -> tuple[str, ...]:
        return ("partial_dose",) if self.dose_share_percent < 100 else ()
