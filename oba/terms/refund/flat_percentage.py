"""One percentage of the base, once, for the first milestone that is not met (C23)."""

from typing import Literal

from oba.terms.block import Block
from oba.units import Percent


class FlatPercentage(Block):
    """A percentage of the base that is owed once, whatever fails after."""

    kind: Literal["flat_percentage"]
    percent: Percent
