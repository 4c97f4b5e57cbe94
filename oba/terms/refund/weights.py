"""A percentage of the base at stake, spread by weights over milestones, measures, or both (C28, settled F4)."""

from typing import Annotated, Literal

from pydantic import Field

from oba.terms.block import Name, Part
from oba.terms.failure_component import FailureComponent
from oba.units import Percent, Positive

Weighted = Annotated[dict[Name, Positive], Field(min_length=1, max_length=120)]


class PerMilestone(Part):
    """A milestone that is not met costs its weight."""

    kind: Literal["milestone"]
    milestones: Weighted
    reweight: bool = Field(default=False, strict=True)
    """A waived weight is lost, unless the others take it over."""


class PerMeasure(Part):
    """A measure that is failed costs its weight."""

    kind: Literal["measure"]
    measures: Weighted
    """Named parts of the criteria."""
    repeat: Literal["each_milestone", "once_per_loss"]
    """Whether a measure that failed before costs its weight again."""
    failed_without_measure: Literal["all", "none"]
    """Which measures count as failed where a milestone is not met for another reason than its criterion."""


class PerMilestoneAndMeasure(Part):
    """A measure that is failed at a milestone costs the product of both weights."""

    kind: Literal["milestone_and_measure"]
    milestones: Weighted
    measures: Weighted
    failed_without_measure: Literal["all", "none"]
    reweight: bool = Field(default=False, strict=True)


class Weights(FailureComponent):
    """The percentage of the base at stake; each weight counts by its share of the sum of weights."""

    kind: Literal["weights"]
    percent: Percent
    per: Annotated[PerMilestone | PerMeasure | PerMilestoneAndMeasure, Field(discriminator="kind")]
