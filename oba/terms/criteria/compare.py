"""A measure compared with a number of the agreement (C11): the operator says whether the threshold itself passes."""

from typing import ClassVar, Literal

from pydantic import Field

from oba.terms.block import Block
from oba.terms.criterion_block import CriterionBlock
from oba.terms.measures.any_measure import RateOrLevel
from oba.terms.window import DayCount
from oba.units import NotNegative, Operator


class ConfirmingRepeat(Block):
    """A failure counts once the next admissible result within the days fails as well (C10, settled C5)."""

    within_days: DayCount = Field(ge=1)
    """Last day of the repeat, counted from the day of the failing draw; it may lie outside the window."""
    at_least_days: DayCount = 0
    """First day of the repeat; 0 is any later draw, as C5 has it."""
    passing_repeat: Literal["clears_failure", "leaves_unknown"]
    """What a repeat that passes does: the criterion is then true, or stays unknown."""


class FallBackAssay(Block):
    """Another assay, asked only where the required one gave no admissible result, with a threshold of its own (C12,
    settled C4).
    """

    assay: Literal["one_stage", "chromogenic"]
    operator: Operator
    threshold: NotNegative
    unit: Literal["IU/dL", "%", "IU/mL"]


class Compare(CriterionBlock):
    """`measure operator threshold`, in the unit that the threshold is written in."""

    LATER: ClassVar[frozenset[str]] = CriterionBlock.LATER | {"confirmation", "fall_back"}

    kind: Literal["compare"]
    measure: RateOrLevel
    operator: Operator
    threshold: NotNegative
    unit: Literal["IU/dL", "%", "IU/mL", "bleeds per year", "IU per year", "IU/kg per year", "% of lead-in", "days"]
    confirmation: ConfirmingRepeat | None = None
    """Left out, a failure needs no repeat."""
    fall_back: FallBackAssay | None = None
    """Left out, no other assay is asked."""
