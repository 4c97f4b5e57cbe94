"""The list of measures that the language knows."""

from typing import Annotated, TypeAlias

from pydantic import Field

from oba.terms.measures.bleeding_rate import BleedingRate
from oba.terms.measures.factor_activity import FactorActivity

RateOrLevel: TypeAlias = Annotated[FactorActivity | BleedingRate, Field(discriminator="kind")]
"""Measures whose value is a number and can be compared with one."""
