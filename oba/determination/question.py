"""Everything that an answer about a milestone depends on; nothing else does."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from oba.anchors import Anchors, NotAnchored
from oba.business_days import rolled
from oba.determination.anchored import anchors_of
from oba.evidence import Evidence
from oba.reference.tables import Reference
from oba.schedule import Obligation, milestone_obligation
from oba.terms.agreement import Agreement
from oba.terms.milestone import Milestone


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
    payer_at_infusion: str | None = None
    """Who covered the patient on Day 0, as the enrolment says; None where nothing about money is known."""
    enrolled_on: date | None = None
    """The day of the enrolment under the agreement, for dates that count from it (C06)."""
    approved_dates: Obligation | None = None
    """The dates on which the milestone was approved; they stand in where its anchor was taken back since."""
    life_events_until: date | None = None
    """Life events after this day are left out: the milestone was approved on it (settled D5)."""
    other: Callable[[str], "Question | None"] | None = field(default=None, compare=False, repr=False)
    """Finds the question about another milestone under the same agreement; see `about`."""

    def about(self, milestone: str) -> "Question":
        """The question about another milestone of the agreement, at the same two clocks and on the same evidence."""
        found = self.other(milestone) if self.other is not None else None
        if found is None:
            return replace(self, milestone=milestone, waiver=None, reminded_on=None, approved_dates=None)
        return replace(
            found,
            evidence=self.evidence,
            as_of=self.as_of,
            known_at=self.known_at,
            closed=self.closed,
            life_events_until=self.life_events_until,
        )

    @cached_property
    def obligation(self) -> Obligation:
        """The dates of the milestone; of one whose anchor was taken back, those on which it was approved."""
        if self.approved_dates is not None and not self.is_anchored:
            return self.approved_dates
        return milestone_obligation(self.agreement, self._terms, self.day_0, self._anchors)

    @cached_property
    def is_anchored(self) -> bool:
        """Whether the event or enrolment that the milestone is counted from is known."""
        try:
            milestone_obligation(self.agreement, self._terms, self.day_0, self._anchors)
        except NotAnchored:
            return False
        return True

    @property
    def _terms(self) -> Milestone:
        return self.agreement.milestone(self.milestone)

    @cached_property
    def _anchors(self) -> Anchors:
        if all(milestone.anchor is None for milestone in self.agreement.every_milestone):
            return Anchors()
        return anchors_of(self.evidence, self.enrolled_on)


def as_if(question: Question, *, closed: bool) -> Question:
    """The same question with the window held open, or taken as closed, whatever the day."""
    return replace(question, closed=closed)


def cure_ends_on(question: Question) -> date:
    """The last day on which missing evidence may be recorded: cure runs from the later of the end of grace and the
    reminder (settled B2). A cure that a reminder begins moves to a business day by its own end (settled B4).
    """
    obligation, calendar = question.obligation, question.agreement.business_days
    if question.reminded_on is None or question.reminded_on <= obligation.grace_ends_on:
        return obligation.cure_ends_on
    days = (obligation.cure_would_end_on or obligation.cure_ends_on) - obligation.grace_ends_on
    ends_on = question.reminded_on + days
    return ends_on if calendar is None else rolled(calendar, ends_on)
