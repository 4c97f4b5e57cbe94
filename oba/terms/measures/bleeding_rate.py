"""New bleeds over observed days, annualised (C15). No attestation, no zero."""

from typing import Annotated, Literal

from pydantic import Field

from oba.terms.block import Block
from oba.terms.period import Period
from oba.terms.window import DayCount


class BleedingRate(Block):
    """A yearly rate of bleeds of one kind over the attested days of a period."""

    kind: Literal["bleeding_rate"]
    count: Literal["all", "treated", "spontaneous", "joint"]
    merge_hours: Annotated[int, Field(strict=True, ge=0, le=720)]
    include_surgical: bool = Field(strict=True)
    period: Period
    annualisation: Literal["365", "365.25", "actual"]
    minimum_days: DayCount
    time_on_prophylaxis: Literal["count_as_observed", "exclude_time"]
    minimum_lead_in_days: DayCount
    """A lead-in shorter than this makes a comparison with the baseline unknown (settled C8)."""
