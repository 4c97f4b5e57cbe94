"""What one who asks sees of one infusion: its events, facts, enrolments and milestones, and nothing of other payers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from adapters.web.belonging import OF_MONEY, RULES, payers_of, payers_of_fact, payers_of_line
from adapters.web.governing import Governing
from adapters.web.scope import Scope
from oba.facts.base import Body, Fact
from oba.facts.recorded import Recorded
from oba.infusion.enrolment import Enrolment
from oba.infusion.events import DeterminationProposed, RefundDifference
from oba.infusion.state import InfusionState, Key
from oba.terms.shelf import Shelf


@dataclass(frozen=True)
class Sight:
    """The limits of sight of one who asks, drawn over the stream of one infusion as known at an instant."""

    scope: Scope
    state: InfusionState
    shelf: Shelf

    @cached_property
    def governing(self) -> Governing:
        """Which enrolment governs which milestone."""
        return Governing(self.state, self.shelf)

    @property
    def enrolments(self) -> tuple[Enrolment, ...]:
        """The enrolments that are seen."""
        return self.scope.enrolments(self.state)

    def milestones(self, *, known_at: datetime, as_of: date) -> frozenset[Key]:
        """The milestones that are seen, for a pair of clocks: a payer sees those that its own enrolments govern."""
        governed = self.governing.milestones(known_at=known_at, as_of=as_of)
        return frozenset(key for key, payer in governed.items() if self.scope.payer_id in (None, payer))

    def events(self, events: Iterable[Recorded[Body]]) -> tuple[Recorded[Body], ...]:
        """The events that are seen, in their order."""
        return tuple(event for event in events if self.shows(event))

    def shows(self, event: Recorded[Body]) -> bool:
        """Whether an event is seen; one whose kind has no row is hidden."""
        if not self.scope.sees_money and isinstance(event.body, OF_MONEY):
            return False
        if self.scope.payer_id is None:
            return type(event.body) in RULES
        payers = payers_of(event, self.governing)
        return payers is None or self.scope.payer_id in payers

    def content(self, body: Body) -> dict[str, Any]:
        """The content of an event that is seen, without what it says of other payers' money."""
        content = self.scope.content(body.model_dump(mode="json", exclude={"patient_token"}))
        if isinstance(body, DeterminationProposed) and self.scope.payer_id is not None:
            own = [one for one in body.differences if self._is_own_line(body, one)]
            content["differences"] = [one.model_dump(mode="json") for one in own]
        return content

    def _is_own_line(self, proposed: DeterminationProposed, line: RefundDifference) -> bool:
        about = proposed.determination
        payers = payers_of_line(self.governing, about.agreement_id, line.beneficiary) or (
            {line.beneficiary} | self.governing.payer(about.agreement_id, line.milestone, known_at=about.known_at)
        )
        return self.scope.payer_id in payers

    def shows_fact(self, fact_id: UUID, fact: Fact) -> bool:
        """Whether a fact of the infusion is seen with this content."""
        if self.scope.payer_id is None:
            return type(fact) in RULES
        payers = payers_of_fact(fact_id, fact, self.governing)
        return payers is None or self.scope.payer_id in payers
