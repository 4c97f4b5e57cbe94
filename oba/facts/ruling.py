"""What a third party or a clause decided about a milestone outside the measures."""

from typing import ClassVar, Literal

from oba.facts.base import Fact
from oba.units import Code, Digest


class AdjudicatorAnswered(Fact):
    """The adjudicator of an agreement decided a milestone that was referred to them."""

    SEALED_WITHOUT_CONSENT: ClassVar[bool] = False
    kind: Literal["adjudicator_answered"] = "adjudicator_answered"
    agreement_id: Code
    milestone: Code
    outcome: Literal["met", "not_met", "excluded"]
    document_digest: Digest

    def says(self) -> str:
        return f"adjudicator: {self.milestone} {self.outcome.replace('_', ' ')}"


class ExclusionRecorded(Fact):
    """A clause excludes a milestone from judgement."""

    SEALED_WITHOUT_CONSENT: ClassVar[bool] = False
    kind: Literal["exclusion_recorded"] = "exclusion_recorded"
    agreement_id: Code
    milestone: Code
    clause: Code

    def says(self) -> str:
        return f"{self.milestone} excluded under clause {self.clause}"
