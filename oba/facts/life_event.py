"""What ends or changes a life under the agreement: each acts by the terms' consequence table."""

from typing import ClassVar, Literal

from oba.facts.base import Fact, Timing
from oba.units import Code, Positive


class PatientDied(Fact):
    """The patient died on this day; whether related to the therapy is stated, or unknown."""

    kind: Literal["patient_died"] = "patient_died"
    relation: Literal["related", "unrelated", "unknown"]

    def says(self) -> str:
        return (
            f"patient died, {self.relation} to the therapy"
            if self.relation != "unknown"
            else "patient died, cause unknown"
        )


class LiverTransplanted(Fact):
    """The liver, and with it the transduced cells, was replaced."""

    kind: Literal["liver_transplanted"] = "liver_transplanted"

    def says(self) -> str:
        return "liver transplanted"


class Hospitalised(Fact):
    """An admission with a coded cause."""

    kind: Literal["hospitalised"] = "hospitalised"
    cause: Literal["bleed", "liver", "other"]

    def says(self) -> str:
        return f"hospitalised: {self.cause}"


class NonFactorProphylaxisStarted(Fact):
    """Prophylaxis with a product that is not a clotting factor began."""

    kind: Literal["non_factor_prophylaxis_started"] = "non_factor_prophylaxis_started"
    product: Code

    def says(self) -> str:
        return f"non-factor prophylaxis with {self.product} began"


class Retreated(Fact):
    """The patient received another gene therapy."""

    kind: Literal["retreated"] = "retreated"
    product: Code

    def says(self) -> str:
        return f"re-treated with {self.product}"


class CarcinomaFound(Fact):
    """A hepatocellular carcinoma was found."""

    kind: Literal["carcinoma_found"] = "carcinoma_found"

    def says(self) -> str:
        return "hepatocellular carcinoma found"


class WeightMeasured(Fact):
    """The body weight in kg; the last one on or before a day is in force (settled C11)."""

    TIMING: ClassVar[Timing] = "any_day"
    kind: Literal["weight_measured"] = "weight_measured"
    weight_kg: Positive

    def says(self) -> str:
        return f"weight {self.weight_kg} kg"
