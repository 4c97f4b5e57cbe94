"""Start and stop of a FIX prophylaxis by a schedule fixed in advance (settled C9)."""

from typing import ClassVar, Literal, TypeAlias

from oba.facts.base import Fact, Timing
from oba.later import WithLaterFields
from oba.units import Code, Positive

ProphylaxisCause: TypeAlias = Literal["loss_of_effect", "surgery", "injury", "precaution", "other"]


class ProphylaxisStarted(WithLaterFields, Fact):
    """A documented schedule began on this day: product, days between doses, and why where that is stated (C17)."""

    LATER: ClassVar[frozenset[str]] = frozenset({"cause"})
    TIMING: ClassVar[Timing] = "any_day"
    kind: Literal["prophylaxis_started"] = "prophylaxis_started"
    product: Code
    every_days: Positive
    cause: ProphylaxisCause | None = None

    def says(self) -> str:
        why = f", cause: {self.cause.replace('_', ' ')}" if self.cause is not None else ""
        return f"prophylaxis with {self.product} every {self.every_days} days began{why}"


class ProphylaxisStopped(Fact):
    """The schedule ended; this day is the last day on it (settled C7)."""

    TIMING: ClassVar[Timing] = "any_day"
    kind: Literal["prophylaxis_stopped"] = "prophylaxis_stopped"

    def says(self) -> str:
        return "prophylaxis stopped"
