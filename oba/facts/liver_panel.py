"""One liver panel: each analyte with its own upper limit of normal."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from oba.facts.base import Fact
from oba.problems import WrongField
from oba.units import NotNegative, Positive


class LiverReading(BaseModel):
    """A value and the laboratory's upper limit of normal, in the same unit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: NotNegative
    upper_limit_of_normal: Positive


class LiverPanelMeasured(Fact):
    """ALT, AST and ALP in U/L, total bilirubin in mg/dL; at least one is given."""

    kind: Literal["liver_panel_measured"] = "liver_panel_measured"
    alt: LiverReading | None = None
    ast: LiverReading | None = None
    alp: LiverReading | None = None
    bilirubin: LiverReading | None = None

    @model_validator(mode="after")
    def _something_measured(self) -> "LiverPanelMeasured":
        if not any((self.alt, self.ast, self.alp, self.bilirubin)):
            raise WrongField("alt", "a liver panel without any value; give at least ALT")
        return self

    def says(self) -> str:
        return f"ALT {self.alt.value} U/L" if self.alt else "liver panel without ALT"
