"""Whether the patient has an inhibitor of FIX (C18, settled C10)."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from oba.terms.block import Block, Part
from oba.terms.window import DayCount
from oba.units import Positive


class SecondResult(Part):
    """A positive result counts once another sample within so many days is positive as well."""

    kind: Literal["second_result"]
    within_days: DayCount
    negative_second: Literal["clears_positive", "leaves_unknown"]
    """What a second result below the limit does once the days have passed without one that confirms."""


class SingleResult(Part):
    """One positive result counts by itself."""

    kind: Literal["single_result"]


Confirmation: TypeAlias = Annotated[SecondResult | SingleResult, Field(discriminator="kind")]


class InhibitorRule(Part):
    """When a test is positive: which assay, from how many BU on, and confirmed how."""

    assay: Literal["nijmegen", "bethesda", "any"]
    positive_from_bu: Positive | None = None
    """The number itself is positive; left out, the 0.6 BU that settled C10 prints."""
    confirmation: Confirmation


class Inhibitor(InhibitorRule, Block):
    """Positive or negative by the tests of the window; the second result may lie outside it."""

    kind: Literal["inhibitor"]
