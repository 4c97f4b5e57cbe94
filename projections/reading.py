"""One infusion as all read models see it: stream, documents, reference tables; each thing is worked out once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from oba.dates import LAST_DAY
from oba.determination.determination import Determination
from oba.determination.determine import determine
from oba.determination.question import Question, as_if, cure_ends_on
from oba.evidence import FOR_EVER, Evidence, Item
from oba.facts.base import Body
from oba.facts.coverage import CareTransferred
from oba.facts.infused import Infused
from oba.facts.recorded import Recorded
from oba.identity import opaque_code
from oba.infusion.enrolment import Enrolment
from oba.infusion.events import (
    DataRequested,
    DeterminationProposed,
    DeterminationReturned,
    ReminderSent,
    ReminderSkipped,
    Rung,
)
from oba.infusion.places import places
from oba.infusion.questions import questions
from oba.infusion.state import InfusionState, Key, replay
from oba.reference.tables import Reference
from oba.schedule import Obligation
from oba.terms.shelf import Shelf

T = TypeVar("T")
Told = tuple[str, str, Rung, date]
"""Agreement, milestone, rung and due date of a reminder."""


@dataclass(frozen=True)
class Judged:
    """A milestone under an enrolment: what the engine says while its window is open, and once it has closed."""

    question: Question
    enrolment: Enrolment
    while_open: Determination
    once_closed: Determination

    @property
    def key(self) -> Key:
        """Agreement and milestone."""
        return (self.question.agreement.id, self.question.milestone)

    @cached_property
    def obligation(self) -> Obligation:
        """The dates of the milestone."""
        return self.question.obligation

    @cached_property
    def cure_ends_on(self) -> date:
        """The last day on which missing evidence may be recorded; cure runs from a later reminder (settled B2)."""
        return cure_ends_on(self.question)

    @property
    def closed_from(self) -> date:
        """The first day with the answer of a closed window: after the grace, or after the cure where it waits."""
        waits = self.once_closed.reason in ("missing_data", "adjudicated")
        last = self.cure_ends_on if waits else self.obligation.grace_ends_on
        return last + timedelta(days=1)


class Reading:
    """The stream of one infusion up to a place in the log, with what the engine makes of it."""

    def __init__(self, stream: tuple[Recorded[Body], ...], shelf: Shelf, reference: Reference) -> None:
        self.stream = stream
        self.shelf = shelf
        self.reference = reference
        self._once: dict[Callable[[Reading], Any], Any] = {}

    def once(self, work: "Callable[[Reading], T]") -> T:
        """What a function makes of this infusion, worked out once for all read models that ask."""
        if work not in self._once:
            self._once[work] = work(self)
        made: T = self._once[work]
        return made

    @cached_property
    def infusion_id(self) -> UUID:
        """The infusion, which is its stream."""
        return self.stream[0].stream_id

    @cached_property
    def infusion_code(self) -> str:
        """The code by which people name the infusion."""
        return opaque_code(self.infusion_id)

    @cached_property
    def state(self) -> InfusionState:
        """The infusion as its decisions see it."""
        return replay(self.infusion_id, self.stream)

    @property
    def evidence(self) -> Evidence:
        """Everything known, about all days."""
        return self.state.everything

    @cached_property
    def enrolments(self) -> tuple[Enrolment, ...]:
        """The enrolments in force, ended or not, in date order."""
        return self.state.enrolments()

    @property
    def infused(self) -> Item[Infused] | None:
        """The infusion itself; None where it was taken back."""
        return self.evidence.infused

    @cached_property
    def htc_id(self) -> str:
        """The HTC that cares for the patient: the last one to whom care was transferred, else the infusing one."""
        transfers = self.evidence.of(CareTransferred)
        if transfers:
            return transfers[-1].fact.htc_id
        return self.infused.fact.htc_id if self.infused else ""

    def payer_of(self, agreement_id: str, milestone: str) -> str | None:
        """The payer of the enrolment under which a milestone is judged; None where there is none."""
        return self._payers.get((agreement_id, milestone))

    @cached_property
    def _payers(self) -> dict[Key, str]:
        return {one.key: one.enrolment.payer_id for one in places(self.state, self.shelf, self.evidence)}

    @cached_property
    def proposals(self) -> dict[UUID, DeterminationProposed]:
        """Every determination that was ever proposed, by its id."""
        proposed = [event.body for event in self.stream if isinstance(event.body, DeterminationProposed)]
        return {one.determination.determination_id: one for one in proposed}

    @cached_property
    def returned(self) -> dict[Key, DeterminationReturned]:
        """The last return of each milestone."""
        returns = [event.body for event in self.stream if isinstance(event.body, DeterminationReturned)]
        about = [self.proposals[one.determination_id].determination for one in returns]
        return {(of.agreement_id, of.milestone): one for of, one in zip(about, returns, strict=True)}

    @cached_property
    def told(self) -> dict[Told, tuple[str, ...]]:
        """Who was told, or passed over with a reason, by agreement, milestone, rung and due date."""
        found: dict[Told, tuple[str, ...]] = {}
        for event in self.stream:
            if isinstance(event.body, ReminderSent | ReminderSkipped):
                about = (event.body.agreement_id, event.body.milestone, event.body.rung, event.body.due_on)
                found[about] = (*found.get(about, ()), event.body.recipient)
        return found

    @cached_property
    def requests(self) -> tuple[DataRequested, ...]:
        """Every data request, in the order in which it was recorded."""
        return tuple(event.body for event in self.stream if isinstance(event.body, DataRequested))

    @cached_property
    def judged(self) -> tuple[Judged, ...]:
        """Each milestone of each enrolment, judged twice; one that was approved stays, whatever its enrolment."""
        asked = questions(self.state, self.shelf, self.reference, as_of=LAST_DAY, known_at=FOR_EVER)
        placed = places(self.state, self.shelf, self.evidence)
        return tuple(
            Judged(
                question=question,
                enrolment=place.enrolment,
                while_open=determine(as_if(question, closed=False)),
                once_closed=determine(as_if(question, closed=True)),
            )
            for question, place in zip(asked, placed, strict=True)
        )
