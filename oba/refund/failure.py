"""A milestone that is not met, as the refund sees it."""

from dataclasses import dataclass
from datetime import date

from oba.terms.refund.any_component import Component


@dataclass(frozen=True)
class Failure:
    """A milestone with the date of its first failure, and its place among the agreement's milestones."""

    milestone: str
    first_failure_on: date
    place: int
    base: int | None = None
    """Cents on which it was approved; None takes the base that is asked about (settled E1, F10)."""
    components: tuple[Component, ...] | None = None
    """Of the version under which it was approved; None takes those of the agreement that is asked about."""
