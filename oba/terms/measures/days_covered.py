"""On how many days of a period a payer covered the patient (C41)."""

from typing import Annotated, Literal

from pydantic import Field

from oba.terms.block import Block, Part
from oba.terms.period import Period
from oba.units import Code


class ByPayerAtInfusion(Part):
    """Days covered by who covered on Day 0."""

    kind: Literal["payer_at_infusion"]


class ByNamedPayer(Part):
    """Days covered by this payer."""

    kind: Literal["named_payer"]
    payer: Code


class ByAnyPayer(Part):
    """Days covered by anybody."""

    kind: Literal["any_payer"]


class DaysCovered(Block):
    """Whole local days of the period; the first day of a new cover belongs to it (settled A7)."""

    kind: Literal["days_covered"]
    covered_by: Annotated[ByPayerAtInfusion | ByNamedPayer | ByAnyPayer, Field(discriminator="kind")]
    period: Period
