"""What was true before the infusion: lead-in bleeds, FIX use, regimen, FIX activity, ALT, anti-AAV5 titre,
inhibitor.
"""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from oba.dates import Span
from oba.facts.base import Fact, Timing
from oba.problems import WrongField
from oba.units import Code, Comparator, NotNegative, Positive


class BaselineBleeds(BaseModel):
    """New bleeds in the lead-in by kind; each is a part of `all`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    all: int = Field(ge=0, le=400)
    treated: int = Field(ge=0, le=400)
    spontaneous: int = Field(ge=0, le=400)
    joint: int = Field(ge=0, le=400)

    @model_validator(mode="after")
    def _parts_within_all(self) -> "BaselineBleeds":
        if max(self.treated, self.spontaneous, self.joint) > self.all:
            raise WrongField("all", "a kind of bleed cannot be more frequent than all bleeds together")
        return self


class Regimen(BaseModel):
    """A prophylaxis schedule fixed in advance: product, IU for a dose, days between doses."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    product: Code
    iu_per_dose: Positive
    every_days: Positive


class Titre(BaseModel):
    """An anti-AAV5 titre as the number after `1:`, with its assay; compared only inside one assay."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    comparator: Comparator = ""
    value: NotNegative
    assay: Literal["seven_point", "nine_point", "other"]


class BaselineRecorded(Fact):
    """The baseline of the patient; recorded after `infused`, though it happened before (settled A6)."""

    TIMING: ClassVar[Timing] = "any_day"
    kind: Literal["baseline_recorded"] = "baseline_recorded"
    lead_in: Span
    bleeds: BaselineBleeds
    fix_use_iu: NotNegative | None = None
    regimen: Regimen | None = None
    fix_activity_iu_per_dl: NotNegative | None = None
    alt_u_per_l: NotNegative | None = None
    anti_aav5: Titre | None = None
    inhibitor_bu: NotNegative | None = None

    @model_validator(mode="after")
    def _lead_in_has_days(self) -> "BaselineRecorded":
        if self.lead_in.days == 0:
            raise WrongField("lead_in/last", "the lead-in ends before it begins; give its first and its last day")
        return self

    def says(self) -> str:
        return f"lead-in {self.lead_in.first} to {self.lead_in.last} with {self.bleeds.all} bleeds"

    def flags(self) -> tuple[str, ...]:
        return ("lead_in_under_six_months",) if self.lead_in.days < 181 else ()
