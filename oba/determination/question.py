"""Everything that an answer about a milestone depends on; nothing else does."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from oba.evidence import Evidence
from oba.reference.tables import Reference
from oba.schedule import Obligation, milestone_obligation
from oba.terms.agreement import Agreement


@dataclass(frozen=True)
class Waiver:
    """A waiver of the milestone by the parties, and the event that recorded it."""

    event_id: UUID
    clause: str


@dataclass(frozen=True)
class Question:
    """Everything that an answer depends on. `closed` None lets `as_of` say whether evidence may still come."""

    infusion_id: UUID
    agreement: Agreement
    terms_hash: str
    milestone: str
    day_0: date
    evidence: Evidence
    reference: Reference
    as_of: date
    known_at: datetime
    waiver: Waiver | None = None
    reminded_on: date | None = None
    """The first reminder for the milestone; the cure period runs from it where it came after the grace (settled B2)."""
    stake: str | None = None
    """A digest of what hangs on the answer besides its reasons, base and payers; another one is another determination
    (settled F5, F11).
    """
    closed: bool | None = None
    enrolment_taken_back: bool = False
    """The milestone was approved under an enrolment that was retracted, or entered in error."""

    @cached_property
    def obligation(self) -> Obligation:
        """The dates of the milestone."""
        return milestone_obligation(self.agreement, self.agreement.milestone(self.milestone), self.day_0)


def as_if(question: Question, *, closed: bool) -> Question:
    """The same question with the window held open, or taken as closed, whatever the day."""
    return replace(question, closed=closed)


def cure_ends_on(question: Question) -> date:
    """The last day on which missing evidence may be recorded: cure runs from the later of the end of grace and the
    reminder (settled B2).
    """
    obligation = question.obligation
    starts_on = max(obligation.grace_ends_on, question.reminded_on or obligation.grace_ends_on)
    return starts_on + (obligation.cure_ends_on - obligation.grace_ends_on)
