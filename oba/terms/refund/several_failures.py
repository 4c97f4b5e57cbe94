"""What several milestones that are not met cost together (C31, settled F4)."""

from typing import ClassVar, Literal

from pydantic import Field

from oba.terms.block import Block


class SeveralFailures(Block):
    """What several milestones that are not met cost together; `same_day` orders failures of one day."""

    LATER: ClassVar[frozenset[str]] = Block.LATER | {"repeat", "latch_counts"}

    rule: Literal["cumulative", "highest_of", "first_only"]
    same_day: Literal["highest", "all", "milestone_order"]
    repeat: Literal["each_milestone", "once_per_loss"] | None = None
    """Whether one loss that lasts over several milestones is refunded at each; left out, at each."""
    latch_counts: bool | None = Field(default=None, strict=True)
    """Whether a milestone that fails only because an earlier failure stands costs anything; left out, it does not."""
