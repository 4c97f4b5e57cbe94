"""What each milestone that is not met costs: a percentage of the base, or an amount (C24)."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Tag

from oba.terms.block import Name
from oba.terms.failure_component import FailureComponent
from oba.terms.stated import Stated
from oba.units import Percent


def _form(row: object) -> str:
    return "stated" if isinstance(row, Mapping | Stated) else "percent"


MilestoneRow: TypeAlias = Annotated[
    Annotated[Percent, Tag("percent")] | Annotated[Stated, Tag("stated")], Discriminator(_form)
]
"""A percentage of the base; or what is stated, where an amount comes before the percentage beside it (fixture F5)."""


class TableByMilestone(FailureComponent):
    """Rows of milestone and what it costs."""

    kind: Literal["table_by_milestone"]
    rows: dict[Name, MilestoneRow]
