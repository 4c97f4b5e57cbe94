"""A milestone that is not met, as the refund sees it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Failure:
    """A milestone with the date of its first failure, and its place among the agreement's milestones."""

    milestone: str
    first_failure_on: date
    place: int
