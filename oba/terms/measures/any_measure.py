"""The list of measures that the language knows."""

from typing import Annotated, TypeAlias

from pydantic import Field

from oba.terms.measures.bleeding_rate import BleedingRate
from oba.terms.measures.days_covered import DaysCovered
from oba.terms.measures.dose_share import DoseShare
from oba.terms.measures.factor_activity import FactorActivity
from oba.terms.measures.factor_consumption import FactorConsumption

RateOrLevel: TypeAlias = Annotated[
    FactorActivity | BleedingRate | FactorConsumption | DoseShare | DaysCovered, Field(discriminator="kind")
]
"""Measures whose value is a number and can be compared with one."""
