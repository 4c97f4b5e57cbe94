"""What every component shares that costs something for a failure: it may be indexed, and may end after some months."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from oba.terms.block import Block, Part
from oba.terms.named_date import NamedDate
from oba.units import Number

MonthCount = Annotated[int, Field(strict=True, ge=1, le=1_200)]


class Indexation(Block):
    """A rate for each whole year from Day 0 to the named date, compounded before rounding (C35, settled F5)."""

    percent_per_year: Annotated[Number, Field(gt=-100, le=100)]
    date: NamedDate


class Within(Part):
    """A limit in months from Day 0; whether the anniversary itself still counts is named (settled B5, F2)."""

    months: MonthCount
    boundary: Literal["inclusive", "exclusive"]
    date: NamedDate


class FailureComponent(Block):
    """A component with a line for a milestone that is not met."""

    LATER: ClassVar[frozenset[str]] = frozenset({"indexation"})

    indexation: Indexation | None = None


class LimitedComponent(FailureComponent):
    """A component that is owed once, for a failure within its limit; without a limit for any."""

    LATER: ClassVar[frozenset[str]] = FailureComponent.LATER | {"within"}

    within: Within | None = None
