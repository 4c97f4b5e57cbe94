"""A waiver of a milestone, while it waits for its second person."""

from dataclasses import dataclass
from datetime import date

from oba.infusion.events import MilestoneWaiverProposed


@dataclass(frozen=True)
class WaiverProposal:
    """A waiver put before a second person, and who put it there."""

    event: MilestoneWaiverProposed
    proposed_by: str
    proposed_on: date
