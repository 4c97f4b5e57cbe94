"""One FIX activity result. When it was drawn is the event's own day and instant; the assay decides what it may
answer.
"""

from decimal import Decimal
from typing import Literal, TypeAlias

from pydantic import Field, model_validator

from oba.facts.base import Fact
from oba.problems import WrongField
from oba.units import FIX_UNITS, Code, Comparator, Digest, Number, fix_in_iu_per_dl

Assay: TypeAlias = Literal["one_stage", "chromogenic"]
Laboratory: TypeAlias = Literal["central", "local"]
ResultState: TypeAlias = Literal["preliminary", "final", "corrected", "amended", "cancelled", "entered_in_error"]

IMPOSSIBLE_FROM_IU_PER_DL = Decimal(400)
SUPRAPHYSIOLOGIC_ABOVE_IU_PER_DL = Decimal(150)


class FixActivityMeasured(Fact):
    """A FIX activity with comparator, unit as reported, assay and laboratory class; refused when impossible."""

    kind: Literal["fix_activity_measured"] = "fix_activity_measured"
    value: Number = Field(ge=0)
    comparator: Comparator = ""
    unit: Literal["IU/dL", "%", "IU/mL"]
    assay: Assay
    laboratory: Laboratory
    reagent: Code | None = None
    state: ResultState = "final"
    system: Code = "manual"
    """The laboratory system whose accession numbers are unique (settled A3)."""
    accession_digest: Digest | None = None

    @model_validator(mode="after")
    def _possible(self) -> "FixActivityMeasured":
        if self.iu_per_dl >= IMPOSSIBLE_FROM_IU_PER_DL:
            raise WrongField(
                "value", "a FIX activity of 400 IU/dL or more is not possible; check the value and its unit"
            )
        return self

    @property
    def iu_per_dl(self) -> Decimal:
        """The value in IU/dL, exactly."""
        return fix_in_iu_per_dl(self.value, self.unit)

    def says(self) -> str:
        return (
            f"FIX activity {self.comparator}{self.value} {self.unit}, {self.assay.replace('_', '-')}, {self.laboratory}"
        )

    def flags(self) -> tuple[str, ...]:
        return ("supraphysiologic",) if self.iu_per_dl > SUPRAPHYSIOLOGIC_ABOVE_IU_PER_DL else ()


assert set(FIX_UNITS) == {"IU/dL", "%", "IU/mL"}
