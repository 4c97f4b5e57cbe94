"""Whether a failure stands (C21): for ever, or until so many successive passes cure it in time (settled D2)."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from oba.terms.block import Part
from oba.terms.criteria.sustained import UnknownBetween

Passes = Annotated[int, Field(strict=True, ge=1, le=60)]


class AtOnce(Part):
    """A single failure stands."""

    kind: Literal["at_once"]


class InARow(Part):
    """Only k failures in a row stand; until the k-th confirms them they are none (C20)."""

    kind: Literal["in_a_row"]
    k: int = Field(strict=True, ge=2, le=60)
    unknown_between: UnknownBetween


LatchedFailure: TypeAlias = Annotated[AtOnce | InARow, Field(discriminator="kind")]


class Never(Part):
    """A failure stands for ever."""

    kind: Literal["never"]


class SuccessivePasses(Part):
    """So many successive passes cure a failure, the last of them within the months counted from it (settled D2)."""

    kind: Literal["successive_passes"]
    passes: Passes
    within_months: int = Field(strict=True, ge=1, le=1_200)
    """The clamped anniversary of the failure is the last day (settled B5)."""
    counted_from: Literal["first_failure", "confirmation"]
    """The day of the failure: the first of a run, or the one that confirmed it; of a single failure both are one."""


class SuccessivePassesAnyTime(Part):
    """So many successive passes cure a failure, however late."""

    kind: Literal["successive_passes_at_any_time"]
    passes: Passes


Cure: TypeAlias = Annotated[Never | SuccessivePasses | SuccessivePassesAnyTime, Field(discriminator="kind")]
