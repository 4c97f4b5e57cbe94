"""The HTC's visit for a milestone: it attests that bleed log and FIX use are complete through a day. No attestation,
no zero.
"""

from typing import Literal

from oba.dates import Day
from oba.facts.base import Fact
from oba.units import Code


class MilestoneAssessed(Fact):
    """A visit for a milestone (the event's day), and what it attests as complete; `attested_by` is a person of the
    directory.
    """

    kind: Literal["milestone_assessed"] = "milestone_assessed"
    milestone: Code
    bleed_log_complete_through: Day | None = None
    fix_use_complete_through: Day | None = None
    attested_by: Code

    def says(self) -> str:
        bleeds = self.bleed_log_complete_through or "not attested"
        use = self.fix_use_complete_through or "not attested"
        return f"visit for {self.milestone}; bleed log complete through {bleeds}, FIX use complete through {use}"
