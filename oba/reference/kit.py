"""The kit for a body weight: so many vials, so many millilitres, one NDC for each size (docs/concepts/sources.md)."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from oba.problems import Problem
from oba.reference.tables import Therapy

LIGHTEST_KG = 46
"""Where the first row of the table begins; it has the smallest kit."""
ML_PER_KG = 2
ML_PER_VIAL = 10


@dataclass(frozen=True)
class Kit:
    """Dose in mL, vials, mL in the kit, and the NDC of eleven digits."""

    dose_ml: Decimal
    vials: int
    kit_ml: int
    ndc: str


def kit_for(therapy: Therapy, weight_kg: Decimal) -> Kit | Problem:
    """One vial for every part of the weight that has begun; a weight outside the table is `weight-outside-kits`."""
    heaviest = therapy.largest_kit_vials * therapy.kg_per_vial
    if not LIGHTEST_KG <= weight_kg <= heaviest:
        return Problem(
            code="weight-outside-kits",
            message=f"the table of kits runs from {LIGHTEST_KG} to {heaviest} kg",
            remedy="correct the weight, or ask the manufacturer for a kit",
            pointer="/weight_kg",
        )
    begun = int((weight_kg / therapy.kg_per_vial).to_integral_value(rounding=ROUND_CEILING))
    vials = max(therapy.smallest_kit_vials, begun)
    kit_ml = vials * ML_PER_VIAL
    return Kit(weight_kg * ML_PER_KG, vials, kit_ml, f"{therapy.ndc_labeler}-{kit_ml:04d}-{vials:02d}")
