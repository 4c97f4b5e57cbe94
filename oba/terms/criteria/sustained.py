"""What "sustained" can mean (C20): the conventions that its forms name, and the series of single measurements."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from oba.dates import Offset
from oba.terms.block import Name, Part
from oba.terms.measures.factor_activity import FactorActivity
from oba.terms.window import DayCount
from oba.units import NotNegative, Operator, Positive

UnknownBetween: TypeAlias = Literal["undecided", "bridged", "breaks"]
"""What an unknown between two known members does to a run of failures (settled D2): `undecided` may be either,
`bridged` is passed over, `breaks` ends the run.
"""
FixUnit: TypeAlias = Literal["IU/dL", "%", "IU/mL"]


class EveryEarlier(Part):
    """The series holds every milestone due before the one that is judged, and that one."""

    kind: Literal["every"]


class NamedEarlier(Part):
    """The series holds those of the named milestones that are due before the one that is judged, and that one."""

    kind: Literal["named"]
    milestones: tuple[Name, ...] = Field(min_length=1, max_length=60)


EarlierMilestones: TypeAlias = Annotated[EveryEarlier | NamedEarlier, Field(discriminator="kind")]


class AnyGap(Part):
    """Any time may pass between two measurements."""

    kind: Literal["any"]


class LongestGap(Part):
    """The most days that may pass from one measurement to the next; a longer gap leaves open what happened in it."""

    kind: Literal["at_most_days"]
    days: DayCount = Field(ge=1)
    counts: Literal["between_measurements", "from_start_to_close"]
    """Whether the time before the first and after the last measurement is a gap as well."""


Gap: TypeAlias = Annotated[AnyGap | LongestGap, Field(discriminator="kind")]


class Measurements(Part):
    """Every admissible result from a day counted from Day 0 to the close of the milestone's window.

    Assay, laboratory and washout are those of the measure; its selection is not used, since every result counts.
    """

    kind: Literal["measurements"]
    measure: FactorActivity
    since: Offset
    """Counted from Day 0; the day itself belongs to the series."""
    gap: Gap


class JudgedMeasurements(Measurements):
    """Measurements, each of which passes or fails by `operator threshold`."""

    operator: Operator
    threshold: NotNegative
    unit: FixUnit


class MilestoneValues(Part):
    """The value of the measure at each milestone of the series."""

    kind: Literal["milestones"]
    measure: FactorActivity
    earlier: EarlierMilestones


class AtEveryMeasurement(Part):
    """Every measurement passes."""

    kind: Literal["at_every_measurement"]
    over: JudgedMeasurements


class NoDropFromPeak(Part):
    """No value lies more than that below the highest one before it in the series (settled C12)."""

    kind: Literal["no_drop_from_peak"]
    more_than: Positive
    unit: Literal["percent of peak", "IU/dL", "%", "IU/mL"]
    over: Annotated[Measurements | MilestoneValues, Field(discriminator="kind")]
