"""What a vector may ask about yearly rates: the exact interval, a rate with its figures, a change from the baseline."""

from typing import Annotated, Literal

from pydantic import Field

from oba.dates import Day
from oba.terms.criteria.change_from_baseline import ChangeFromBaseline
from oba.terms.measures.bleeding_rate import BleedingRate
from oba.terms.measures.factor_consumption import FactorConsumption
from oba.trace import Verdict
from oba.units import Positive
from tests.support.vectors.vector import Part, TimedVector, Timing, Vector, Word


class CountedDays(Part):
    bleeds: int
    days: Positive
    annualisation: Literal["365", "365.25"]


class ExpectInterval(Part):
    rate: str | None = None
    interval: tuple[str, str]
    """Lower and upper limit of the 95 % interval, at four places."""


class GarwoodVector(Vector):
    """The exact Poisson interval of a count over some days."""

    ask: Literal["garwood"]
    document: CountedDays
    expect: ExpectInterval


class ExpectYearly(Part):
    value: str | None = None
    """A number as it is shown, `>=` one that it is at least, or `unknown`."""
    reason: str | None = None
    interval: str | None = None
    """The interval as the trace says it; null where none is given."""
    at_least: str | None = None
    """What a provisional rate can no longer fall below; null where nothing is settled."""
    provisional: bool | None = None
    decided_on: Day | None = None
    used: tuple[Word, ...] | None = None
    rejected: dict[Word, str] | None = None
    wanted: tuple[str, ...] | None = None
    said: dict[str, str] | None = None
    """Steps of the trace, each with its sentence."""


class YearlyVector(TimedVector):
    """A rate or a consumption with its figures and reasons."""

    ask: Literal["yearly"]
    milestone: Timing
    document: Annotated[BleedingRate | FactorConsumption, Field(discriminator="kind")]
    expect: ExpectYearly


class ExpectChange(Part):
    verdict: Verdict | None = None
    reason: str | None = None
    value: str | None = None
    """The change with its unit, as the trace says it."""
    baseline: str | None = None
    decided_on: Day | None = None


class ChangeVector(TimedVector):
    """A change from the baseline: how much, against what, and the verdict."""

    ask: Literal["change"]
    milestone: Timing
    document: ChangeFromBaseline
    expect: ExpectChange
