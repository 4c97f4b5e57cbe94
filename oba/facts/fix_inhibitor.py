"""One test for an inhibitor of FIX; positive from 0.6 BU (settled C10)."""

from decimal import Decimal
from typing import ClassVar, Literal

from oba.facts.base import Fact, Timing
from oba.units import Comparator, Digest, NotNegative

POSITIVE_FROM_BU = Decimal("0.6")


class FixInhibitorTested(Fact):
    """An inhibitor result in Bethesda units per mL; one from before the infusion shows who may be treated (C02)."""

    TIMING: ClassVar[Timing] = "any_day"
    kind: Literal["fix_inhibitor_tested"] = "fix_inhibitor_tested"
    value_bu: NotNegative
    comparator: Comparator = ""
    assay: Literal["bethesda", "nijmegen"] = "nijmegen"
    accession_digest: Digest | None = None

    def says(self) -> str:
        return f"FIX inhibitor {self.comparator}{self.value_bu} BU"

    def flags(self) -> tuple[str, ...]:
        return (
            ("inhibitor_positive",) if self.value_bu >= POSITIVE_FROM_BU and not self.comparator.startswith("<") else ()
        )
