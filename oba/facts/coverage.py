"""Who covers the patient and who cares for them; the event's day is the first day of the new state (settled A7)."""

from typing import ClassVar, Literal

from oba.facts.base import Fact
from oba.units import Code


class CoverageChanged(Fact):
    """From this day the named payer covers the patient; no payer means uncovered."""

    SEALED_WITHOUT_CONSENT: ClassVar[bool] = False
    kind: Literal["coverage_changed"] = "coverage_changed"
    payer_id: Code | None

    def says(self) -> str:
        return f"covered by {self.payer_id}" if self.payer_id else "no longer covered"


class AgreementAssumedByPayer(Fact):
    """A new payer assumed an agreement; refunds transfer only by this event (settled F11)."""

    SEALED_WITHOUT_CONSENT: ClassVar[bool] = False
    kind: Literal["agreement_assumed_by_payer"] = "agreement_assumed_by_payer"
    agreement_id: Code
    payer_id: Code

    def says(self) -> str:
        return f"{self.payer_id} assumed {self.agreement_id}"


class CareTransferred(Fact):
    """From this day another HTC cares for the patient; Day 0 does not move (settled A6)."""

    SEALED_WITHOUT_CONSENT: ClassVar[bool] = False
    kind: Literal["care_transferred"] = "care_transferred"
    htc_id: Code

    def says(self) -> str:
        return f"care transferred to {self.htc_id}"
