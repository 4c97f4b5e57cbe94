"""An agreed time at which outcomes are judged, once or again and again (C06-C09)."""

from collections.abc import Iterator
from functools import lru_cache
from typing import ClassVar, Literal

from pydantic import model_validator

from oba.dates import Offset
from oba.problems import WrongField
from oba.terms.anchor import Anchor
from oba.terms.block import Block, Name
from oba.terms.window import DayCount, Window

MOST_RECURRENCES = 60


class Milestone(Block):
    """One milestone: due date counted from its anchor, window, grace and cure in days, and the criterion by its name.

    `judged` may trigger a refund; a `data_point` is determined and shown, and never costs anything.
    """

    LATER: ClassVar[frozenset[str]] = frozenset({"anchor"})

    id: Name
    role: Literal["judged", "data_point"]
    due: Offset
    window: Window
    grace_days: DayCount
    cure_days: DayCount
    report_by_days: DayCount
    """Days after the close of the window by which the HTC reports."""
    criterion: Name
    anchor: Anchor | None = None
    """What dates are counted from; left out, Day 0."""


class RecurringMilestone(Milestone):
    """A milestone that repeats: `<id>-1` at `due`, and one after each further `every`, up to `last`.

    Each is counted from the anchor and never from the one before it.
    """

    every: Offset
    last: Offset

    @model_validator(mode="after")
    def _has_members(self) -> "RecurringMilestone":
        if {self.due.unit, self.last.unit} != {self.every.unit}:
            raise WrongField("every", "due, every and last have different units; write them in one, none is converted")
        if self.every.amount < 1 or self.last.amount < self.due.amount:
            raise WrongField("every", "the series has no member; let it grow by one at least, and end after it begins")
        if (self.last.amount - self.due.amount) // self.every.amount >= MOST_RECURRENCES:
            raise WrongField("last", f"the series has more than {MOST_RECURRENCES} members; end it earlier")
        return self

    def members(self) -> Iterator[Milestone]:
        """The milestones of the series in their order."""
        shared = {name: getattr(self, name) for name in Milestone.model_fields}
        amounts = range(self.due.amount, self.last.amount + 1, self.every.amount)
        for number, amount in enumerate(amounts, start=1):
            due = Offset(amount=amount, unit=self.every.unit)
            yield Milestone(**{**shared, "id": f"{self.id}-{number}", "due": due})


@lru_cache(maxsize=256)
def members_of(recurring: tuple[RecurringMilestone, ...]) -> tuple[Milestone, ...]:
    """The milestones of several series, in the order of the document."""
    return tuple(member for series in recurring for member in series.members())
