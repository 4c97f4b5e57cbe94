"""Whether the patient returned to continuous FIX prophylaxis (C17, settled C9)."""

from typing import Annotated, Literal

from pydantic import Field

from oba.terms.block import Block, Part
from oba.terms.window import DayCount


class Always(Part):
    """Every spell counts as a return, however short."""

    kind: Literal["always"]


class Never(Part):
    """A spell that ended is not a return."""

    kind: Literal["never"]


class FromDays(Part):
    """A spell counts once it has lasted this many days."""

    kind: Literal["from_days"]
    days: DayCount


class Prophylaxis(Block):
    """Return = a documented schedule begun on or after Day 0, or the n-th unlinked dose within so many days."""

    kind: Literal["prophylaxis"]
    doses: Annotated[int, Field(strict=True, ge=2, le=50)]
    within_days: DayCount
    """The first and the last of the doses are at most this many days apart (27 for four doses in 28 days)."""
    bridging_days: DayCount
    """Days after Day 0 during which a schedule begun before Day 0 is not a return."""
    temporary_spell: Annotated[Always | Never | FromDays, Field(discriminator="kind")]
