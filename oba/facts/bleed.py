"""One bleed as logged; episodes are made from the whole record by the bleeding rate (settled C6). Onset is the
event's day.
"""

from typing import Literal, TypeAlias

from pydantic import Field, model_validator

from oba.dates import Moment
from oba.facts.base import Fact
from oba.units import Code

BleedLocation: TypeAlias = Literal["joint", "muscle", "other"]
BleedCause: TypeAlias = Literal["spontaneous", "traumatic", "surgical", "unknown"]


class BleedLogged(Fact):
    """A bleed at a coded site (`knee_left`), of a kind and cause, treated with FIX or not."""

    kind: Literal["bleed_logged"] = "bleed_logged"
    site: Code
    location: BleedLocation
    cause: BleedCause
    treated: bool = Field(strict=True)
    last_treatment: Moment | None = None

    @model_validator(mode="after")
    def _treatment_fits(self) -> "BleedLogged":
        if self.last_treatment is not None and not self.treated:
            raise ValueError("an untreated bleed has no last treatment; say treated, or leave the treatment out")
        return self

    def says(self) -> str:
        return f"{self.cause} bleed, {self.site.replace('_', ' ')}, {'treated' if self.treated else 'untreated'}"
