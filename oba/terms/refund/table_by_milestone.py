"""A percentage of the base for each milestone that is not met (C24)."""

from typing import Literal

from oba.terms.block import Block, Name
from oba.units import Percent


class TableByMilestone(Block):
    """Rows of milestone and percent of the base."""

    kind: Literal["table_by_milestone"]
    rows: dict[Name, Percent]
