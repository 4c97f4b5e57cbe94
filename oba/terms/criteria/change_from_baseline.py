"""How much a measure changed against a baseline (C14): absolute, as a ratio, or in percent."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from oba.terms.block import Part
from oba.terms.criterion_block import CriterionBlock
from oba.terms.measures.bleeding_rate import BleedingRate
from oba.terms.measures.factor_activity import FactorActivity
from oba.units import NotNegative, Number, Operator

Change: TypeAlias = Literal["absolute", "ratio", "percent"]
"""value - baseline, value / baseline, (value - baseline) / baseline x 100."""
ChangeUnit: TypeAlias = Literal["IU/dL", "%", "IU/mL", "bleeds per year", "ratio", "% change"]


class RecordedLeadIn(Part):
    """The bleeding rate of the recorded lead-in, by the measure's own definition and minimum of days."""

    kind: Literal["recorded_lead_in"]


class RecordedActivity(Part):
    """The FIX activity that the recorded baseline states."""

    kind: Literal["recorded_activity"]


class SeverityRow(Part):
    """A recorded FIX activity up to this one, itself included, counts as another; both in IU/dL."""

    up_to: NotNegative
    counts_as: NotNegative


class BySeverity(Part):
    """The recorded FIX activity counts as the first row says that it does not exceed; above the last it is unknown."""

    kind: Literal["by_severity"]
    rows: tuple[SeverityRow, ...] = Field(min_length=1, max_length=10)


class ImputedBaseline(Part):
    """A number that the agreement itself gives as the baseline."""

    kind: Literal["imputed"]
    value: NotNegative
    unit: Literal["IU/dL", "%", "IU/mL", "bleeds per year"]


class ChangeFromBaseline(CriterionBlock):
    """`change operator threshold`; a fall is a negative change, a ratio below 1, a negative percentage."""

    kind: Literal["change_from_baseline"]
    measure: Annotated[FactorActivity | BleedingRate, Field(discriminator="kind")]
    baseline: Annotated[RecordedLeadIn | RecordedActivity | BySeverity | ImputedBaseline, Field(discriminator="kind")]
    change: Change
    operator: Operator
    threshold: Number
    unit: ChangeUnit
