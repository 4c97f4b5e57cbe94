"""Whether the patient can be reached, and why evidence is missing."""

from typing import ClassVar, Literal, TypeAlias

from pydantic import Field

from oba.facts.base import Fact
from oba.units import Code

MissingCause: TypeAlias = Literal["patient", "provider", "payer", "manufacturer", "none_given"]


class LostToFollowUp(Fact):
    """The HTC could not reach the patient after a number of attempts."""

    kind: Literal["lost_to_follow_up"] = "lost_to_follow_up"
    contacts_attempted: int = Field(strict=True, ge=1, le=100)

    def says(self) -> str:
        return f"lost to follow-up after {self.contacts_attempted} attempts"


class FollowUpResumed(Fact):
    """The patient is followed again."""

    kind: Literal["follow_up_resumed"] = "follow_up_resumed"

    def says(self) -> str:
        return "follow-up resumed"


class MissingCauseRecorded(Fact):
    """Why the evidence of a milestone is missing (settled A9)."""

    SEALED_WITHOUT_CONSENT: ClassVar[bool] = False
    kind: Literal["missing_cause_recorded"] = "missing_cause_recorded"
    milestone: Code
    cause: MissingCause

    def says(self) -> str:
        return f"evidence of {self.milestone} missing: {self.cause.replace('_', ' ')}"
