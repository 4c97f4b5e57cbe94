"""A prednisone course for raised liver values: start, change of dose, stop. Clinical follow-up, never a refund
trigger.
"""

from typing import Literal

from oba.facts.base import Fact
from oba.units import Positive


class PrednisoneStarted(Fact):
    """A course began, in mg of prednisone a day."""

    kind: Literal["prednisone_started"] = "prednisone_started"
    mg_per_day: Positive

    def says(self) -> str:
        return f"prednisone {self.mg_per_day} mg a day began"


class PrednisoneDoseChanged(Fact):
    """The daily dose changed."""

    kind: Literal["prednisone_dose_changed"] = "prednisone_dose_changed"
    mg_per_day: Positive

    def says(self) -> str:
        return f"prednisone now {self.mg_per_day} mg a day"


class PrednisoneStopped(Fact):
    """The course ended."""

    kind: Literal["prednisone_stopped"] = "prednisone_stopped"

    def says(self) -> str:
        return "prednisone stopped"
