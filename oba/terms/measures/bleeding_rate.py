"""New bleeds over observed days, annualised (C15). No attestation, no zero."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from oba.terms.block import Block, Part
from oba.terms.excluded_span import ExcludedSpan
from oba.terms.period import Period
from oba.terms.window import DayCount
from oba.units import NotNegative

Annualisation: TypeAlias = Literal["365", "365.25", "actual"]
BleedCount: TypeAlias = Literal["all", "treated", "spontaneous", "joint", "adjudicated"]


class ImputeRate(Part):
    """Days on prophylaxis count as so many bleeds a year, and the bleeds on them do not count (settled C7)."""

    kind: Literal["impute_rate"]
    bleeds_per_year: NotNegative


class BleedingRate(Block):
    """A yearly rate of bleeds of one kind over the attested days of a period.

    To treat time on prophylaxis as a failure is a criterion of its own, `treat_as_failure` (settled C7).
    """

    LATER: ClassVar[frozenset[str]] = frozenset({"excluded", "count_lower_bound"})

    kind: Literal["bleeding_rate"]
    count: BleedCount
    """`adjudicated`: bleeds that were adjudicated as such."""
    merge_hours: Annotated[int, Field(strict=True, ge=0, le=720)]
    include_surgical: bool = Field(strict=True)
    period: Period
    annualisation: Annualisation
    minimum_days: DayCount
    time_on_prophylaxis: Literal["count_as_observed", "exclude_time"] | ImputeRate
    minimum_lead_in_days: DayCount
    """A lead-in shorter than this makes a comparison with the baseline unknown (settled C8)."""
    excluded: tuple[ExcludedSpan, ...] = Field(default=(), max_length=20)
    """Days that are not observed, whoever attests them; none where it is left out."""
    count_lower_bound: bool = Field(default=False, strict=True)
    """Where the log is not attested, its bleeds over all days of the period are the least that the rate can be; left
    out, an unattested log decides nothing (settled C6).
    """
