"""Until when a refund may be claimed, by whom, and what becomes of it afterwards (C46, settled B4)."""

from typing import Annotated, Literal

from pydantic import Field

from oba.terms.block import Block

Days = Annotated[int, Field(strict=True, ge=1, le=3_660)]


class ClaimWindow(Block):
    """A claim is in time from the day after its anchor to the last of `days`; what is not claimed lapses or stays."""

    claimed_by: Literal["payer", "nobody"]
    """`nobody`: the manufacturer pays without being asked, and nothing lapses."""
    counts_from: Literal["approval", "milestone_due"]
    days: Days
    first_request_within_days: Days | None = None
    """A first request must have come within so many days of the anchor; None asks for none."""
    unclaimed: Literal["lapses", "stays_owed"]
