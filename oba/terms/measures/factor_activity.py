"""FIX activity in the window: which assay and laboratory, which draws are clean, which result is taken (C10-C13)."""

from typing import ClassVar, Literal, TypeAlias

from pydantic import Field

from oba.terms.block import Block, Part
from oba.terms.window import DayCount
from oba.units import Code, NotNegative, Positive

SeriesNote: TypeAlias = Literal["change_of_laboratory", "change_of_reagent", "implausible_ratio"]


class Washout(Part):
    """A draw is clean when the longest of days, hours and half_lives x half-life of that product has passed since every
    earlier FIX dose.
    """

    LATER: ClassVar[frozenset[str]] = frozenset({"hours", "days_of_product", "contaminated"})

    half_lives: NotNegative
    days: DayCount
    half_life_hours: dict[Code, Positive] = Field(default_factory=dict)
    """Half-lives that the agreement itself states; they come before the reference table."""
    unknown_product_half_life_hours: Positive | None = None
    """What a dose of an unknown product is judged by; left out, the longest half-life of the reference table."""
    hours: NotNegative | None = None
    """Hours that must have passed as well, where the agreement counts in hours."""
    days_of_product: dict[Code, DayCount] = Field(default_factory=dict)
    """Days for single products, in place of `days`; a dose of an unknown product takes the longest of all."""
    contaminated: Literal["excluded", "flagged"] = "excluded"
    """`flagged` results count and are pointed out; left out, they are excluded as C2 has it."""


class FactorActivity(Block):
    """FIX activity of one assay; another assay never fills it (settled C4)."""

    LATER: ClassVar[frozenset[str]] = frozenset({"laboratory_order", "reagents", "point_out"})

    kind: Literal["factor_activity"]
    assay: Literal["one_stage", "chromogenic"]
    laboratory: Literal["central", "local", "any"]
    unit: Literal["IU/dL", "%", "IU/mL"]
    washout: Washout
    selection: Literal["nearest", "first", "last", "worst", "best", "mean", "median"]
    tie_break: Literal["earlier", "worst"] = "earlier"
    """Among equally near results; `earlier` is the default that settled C3 prints."""
    laboratory_order: tuple[Literal["central", "local"], ...] = Field(default=(), max_length=2)
    """With `laboratory: any`, the order in which classes of laboratory are asked: a later one counts only where no
    earlier one gave an admissible result (C12). Left out, all count together.
    """
    reagents: tuple[Code, ...] = Field(default=(), max_length=20)
    """The reagents whose results count; left out, every reagent (C12)."""
    point_out: tuple[SeriesNote, ...] = Field(default=(), max_length=3)
    """What the trace points out beside the value, without any effect on it."""
