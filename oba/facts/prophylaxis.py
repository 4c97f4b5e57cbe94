"""Start and stop of a FIX prophylaxis by a schedule fixed in advance (settled C9)."""

from typing import ClassVar, Literal

from oba.facts.base import Fact, Timing
from oba.units import Code, Positive


class ProphylaxisStarted(Fact):
    """A documented schedule began on this day: product and days between doses."""

    TIMING: ClassVar[Timing] = "any_day"
    kind: Literal["prophylaxis_started"] = "prophylaxis_started"
    product: Code
    every_days: Positive

    def says(self) -> str:
        return f"prophylaxis with {self.product} every {self.every_days} days began"


class ProphylaxisStopped(Fact):
    """The schedule ended; this day is the last day on it (settled C7)."""

    TIMING: ClassVar[Timing] = "any_day"
    kind: Literal["prophylaxis_stopped"] = "prophylaxis_stopped"

    def says(self) -> str:
        return "prophylaxis stopped"
