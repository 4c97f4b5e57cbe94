"""A bleeding rate compared with the rate of the lead-in (C14)."""

from typing import Literal

from oba.terms.criterion_block import CriterionBlock
from oba.terms.measures.bleeding_rate import BleedingRate
from oba.units import Operator, Positive


class CompareWithBaseline(CriterionBlock):
    """`rate operator factor x lead-in rate`; a factor of 1 with `<=` is "not above baseline"."""

    kind: Literal["compare_with_baseline"]
    measure: BleedingRate
    operator: Operator
    factor: Positive
