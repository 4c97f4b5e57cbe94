"""The days that due dates are counted from beside Day 0: the enrolment, and the first day of an event (C06)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


class NotAnchored(KeyError):
    """The event or enrolment that a milestone is counted from has not happened, as far as anybody knows."""


@dataclass(frozen=True)
class Anchors:
    """The days that are known; asking for one that is not raises NotAnchored."""

    enrolled_on: date | None = None
    events: Mapping[str, date] = field(default_factory=dict)

    def enrolment(self) -> date:
        """The day of the enrolment under the agreement."""
        if self.enrolled_on is None:
            raise NotAnchored("enrolment")
        return self.enrolled_on

    def event(self, kind: str) -> date:
        """The first day on or after Day 0 of a kind of event."""
        if kind not in self.events:
            raise NotAnchored(kind)
        return self.events[kind]
