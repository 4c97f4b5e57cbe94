"""Consent to outcomes tracking; what is recorded after a withdrawal is sealed (settled A5)."""

from typing import ClassVar, Literal

from oba.facts.base import Fact, Timing
from oba.units import Code


class ConsentGiven(Fact):
    """The patient consents to outcomes tracking under a version of the consent text."""

    SEALED_WITHOUT_CONSENT: ClassVar[bool] = False
    TIMING: ClassVar[Timing] = "any_day"
    kind: Literal["consent_given"] = "consent_given"
    version: Code

    def says(self) -> str:
        return f"consent {self.version} given"


class ConsentWithdrawn(Fact):
    """The patient withdraws consent to outcomes tracking."""

    SEALED_WITHOUT_CONSENT: ClassVar[bool] = False
    kind: Literal["consent_withdrawn"] = "consent_withdrawn"

    def says(self) -> str:
        return "consent withdrawn"
