"""A measure compared with a number of the agreement (C11): the operator says whether the threshold itself passes."""

from typing import Literal

from oba.terms.block import Block
from oba.terms.measures.any_measure import RateOrLevel
from oba.units import NotNegative, Operator


class Compare(Block):
    """`measure operator threshold`, in the unit that the threshold is written in."""

    kind: Literal["compare"]
    measure: RateOrLevel
    operator: Operator
    threshold: NotNegative
    unit: Literal["IU/dL", "%", "IU/mL", "bleeds per year"]
