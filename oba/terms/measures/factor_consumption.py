"""FIX products used in a period, annualised (C16). No attestation of FIX use, no zero."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from oba.facts.bleed import BleedCause
from oba.facts.fix_product_use import UsePurpose
from oba.terms.block import Block, Part
from oba.terms.excluded_span import ExcludedSpan
from oba.terms.measures.bleeding_rate import Annualisation
from oba.terms.period import Period
from oba.terms.window import DayCount


class IuPerYear(Part):
    """IU per year, whatever the patient weighs."""

    kind: Literal["iu_per_year"]


class IuPerKgPerYear(Part):
    """IU per kg and year, each dose by the weight in force on its day (settled C11)."""

    kind: Literal["iu_per_kg_per_year"]


class PercentOfLeadIn(Part):
    """IU per year in percent of the lead-in's IU per year; a shorter lead-in leaves it unknown (settled C8)."""

    kind: Literal["percent_of_lead_in"]
    minimum_lead_in_days: DayCount


ConsumptionUnit: TypeAlias = Literal["IU per year", "IU/kg per year", "% of lead-in"]
CONSUMPTION_UNITS: dict[str, ConsumptionUnit] = {
    "iu_per_year": "IU per year",
    "iu_per_kg_per_year": "IU/kg per year",
    "percent_of_lead_in": "% of lead-in",
}
"""The unit of a threshold by what the consumption is measured in."""


class FactorConsumption(Block):
    """The doses of the named purposes on the attested days of a period, brought to a year."""

    kind: Literal["factor_consumption"]
    measured_in: Annotated[IuPerYear | IuPerKgPerYear | PercentOfLeadIn, Field(discriminator="kind")]
    purposes: tuple[UsePurpose, ...] = Field(min_length=1, max_length=4)
    """The purposes that count; leaving `surgery` out leaves operations out."""
    without_causes: tuple[BleedCause, ...] = Field(max_length=4)
    """Doses for bleeds of these causes do not count; a dose for a bleed that it does not name is of cause `unknown`."""
    period: Period
    annualisation: Annualisation
    minimum_days: DayCount
    excluded: tuple[ExcludedSpan, ...] = Field(default=(), max_length=20)
    """Days that are not observed, whoever attests them; none where it is left out."""

    @property
    def unit(self) -> ConsumptionUnit:
        """The unit in which a threshold for it is written."""
        return CONSUMPTION_UNITS[self.measured_in.kind]
