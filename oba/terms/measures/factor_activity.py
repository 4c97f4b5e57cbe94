"""FIX activity in the window: which assay and laboratory, which draws are clean, which result is taken (C10-C13)."""

from typing import Literal

from pydantic import Field

from oba.terms.block import Block, Part
from oba.terms.window import DayCount
from oba.units import Code, NotNegative, Positive


class Washout(Part):
    """A draw is clean when max(days, half_lives x half-life of that product) has passed since every earlier FIX
    dose.
    """

    half_lives: NotNegative
    days: DayCount
    half_life_hours: dict[Code, Positive] = Field(default_factory=dict)
    """Half-lives that the agreement itself states; they come before the reference table."""
    unknown_product_half_life_hours: Positive | None = None
    """What a dose of an unknown product is judged by; left out, the longest half-life of the reference table."""


class FactorActivity(Block):
    """FIX activity of one assay; another assay never fills it (settled C4)."""

    kind: Literal["factor_activity"]
    assay: Literal["one_stage", "chromogenic"]
    laboratory: Literal["central", "local", "any"]
    unit: Literal["IU/dL", "%", "IU/mL"]
    washout: Washout
    selection: Literal["nearest", "first", "last", "worst", "best", "mean", "median"]
    tie_break: Literal["earlier", "worst"] = "earlier"
    """Among equally near results; `earlier` is the default that settled C3 prints."""
