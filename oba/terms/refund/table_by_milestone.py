"""A percentage of the base for each milestone that is not met (C24)."""

from typing import Literal

from oba.terms.block import Name
from oba.terms.failure_component import FailureComponent
from oba.units import Percent


class TableByMilestone(FailureComponent):
    """Rows of milestone and percent of the base."""

    kind: Literal["table_by_milestone"]
    rows: dict[Name, Percent]
