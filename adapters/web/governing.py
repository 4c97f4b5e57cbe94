"""Which enrolment governs a milestone, and which facts stand behind corrections: the ground of who sees what.

An agreement may have several payers, so it is the enrolment that counts, never the agreement's name alone.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from oba.dates import LAST_DAY
from oba.evidence import FOR_EVER, known
from oba.facts.base import Body, Fact
from oba.facts.consent import ConsentGiven, ConsentWithdrawn
from oba.facts.correction import FactCorrected, FactRetracted, FactsMoved
from oba.facts.enrolment import EnrolledUnderAgreement, EnrolmentEnded
from oba.facts.infused import Infused
from oba.facts.recorded import Recorded
from oba.infusion.events import DeterminationProposed, MilestoneDetermined
from oba.infusion.places import places
from oba.infusion.state import InfusionState, Key
from oba.terms.shelf import Shelf

_STANDING = (
    Infused,
    EnrolledUnderAgreement,
    EnrolmentEnded,
    ConsentGiven,
    ConsentWithdrawn,
    FactRetracted,
    FactsMoved,
    MilestoneDetermined,
)
"""What decides which enrolment governs a milestone."""


class Governing:
    """The enrolments of one infusion over its milestones, as known at any instant of its stream."""

    def __init__(self, state: InfusionState, shelf: Shelf) -> None:
        self.state = state
        self.shelf = shelf
        self._governed: dict[tuple[int, int, date], dict[Key, str]] = {}

    def payer(
        self, agreement_id: str, milestone: str, *, known_at: datetime = FOR_EVER, as_of: date = LAST_DAY
    ) -> frozenset[str]:
        """The payer whose enrolment governs a milestone for a pair of clocks; empty where none does."""
        payer = self.milestones(known_at=known_at, as_of=as_of).get((agreement_id, milestone))
        return frozenset() if payer is None else frozenset({payer})

    def milestones(self, *, known_at: datetime = FOR_EVER, as_of: date = LAST_DAY) -> Mapping[Key, str]:
        """Each milestone of the infusion with the payer whose enrolment governs it."""
        standing = [event for event in self._standing if event.recorded_at <= known_at]
        amended = sum(amendment.recorded_at <= known_at for amendment in self.shelf.amendments.values())
        key = (len(standing), amended, as_of)
        if key not in self._governed:
            evidence = known(standing, known_at=known_at, as_of=as_of)
            found = places(self.state, self.shelf, evidence)
            self._governed[key] = {(one.agreement.id, one.milestone): one.enrolment.payer_id for one in found}
        return self._governed[key]

    def payer_of_proposal(self, proposed: DeterminationProposed) -> frozenset[str]:
        """The payer whose enrolment governed the milestone for the clocks of the proposal."""
        one = proposed.determination
        return self.payer(one.agreement_id, one.milestone, known_at=one.known_at, as_of=one.as_of)

    def ever_enrolled(self, agreement_id: str) -> frozenset[str]:
        """The payers that were ever recorded as enrolling the infusion under an agreement, rightly or not."""
        contents = [content_of(event.body) for event in self.state.events]
        enrolled = [one for one in contents if isinstance(one, EnrolledUnderAgreement)]
        return frozenset(one.payer_id for one in enrolled if one.agreement_id == agreement_id)

    def ended_at(self, agreement_id: str, version: int) -> frozenset[str]:
        """The payers whose enrolments are ended by an end of the agreement with this place in the stream."""
        before = max((at for at, _ in self._of(EnrolmentEnded, agreement_id) if at < version), default=0)
        earlier = [(at, fact) for at, fact in self._of(EnrolledUnderAgreement, agreement_id) if at < version]
        ended = [fact for at, fact in earlier if at > before] or [fact for _, fact in earlier[-1:]]
        return frozenset(fact.payer_id for fact in ended if isinstance(fact, EnrolledUnderAgreement))

    def _of(
        self, kind: type[EnrolledUnderAgreement] | type[EnrolmentEnded], agreement_id: str
    ) -> Iterator[tuple[int, EnrolledUnderAgreement | EnrolmentEnded]]:
        """The facts of a kind and agreement that are in force, each with its place in the stream."""
        found = [(self.events[item.fact_id].version, item.fact) for item in self.state.everything.of(kind)]
        return iter(sorted((one for one in found if one[1].agreement_id == agreement_id), key=lambda one: one[0]))

    def first_of(self, event_id: UUID) -> UUID:
        """The first event of the fact that an event belongs to, however many corrections came between."""
        return self._firsts.get(event_id, event_id)

    @cached_property
    def events(self) -> dict[UUID, Recorded[Body]]:
        """The events of the stream by their id."""
        return {event.event_id: event for event in self.state.events}

    @cached_property
    def resolved(self) -> dict[UUID, Fact]:
        """What each fact says now, by its first event; also those that do not count."""
        evidence = self.state.everything
        aside = {one.fact_id: one.fact for one in evidence.set_aside}
        return {**aside, **{item.fact_id: item.fact for item in evidence.items}}

    @cached_property
    def proposals(self) -> dict[UUID, DeterminationProposed]:
        """Every determination that was ever proposed, by its id."""
        proposed = [event.body for event in self.state.events if isinstance(event.body, DeterminationProposed)]
        return {one.determination.determination_id: one for one in proposed}

    @cached_property
    def _standing(self) -> list[Recorded[Body]]:
        return [event for event in self.state.events if isinstance(content_of(event.body), _STANDING)]

    @cached_property
    def _firsts(self) -> dict[UUID, UUID]:
        firsts: dict[UUID, UUID] = {}
        for event in self.state.events:
            if isinstance(event.body, FactCorrected):
                firsts[event.event_id] = firsts.get(event.body.fact_id, event.body.fact_id)
        return firsts


def content_of(body: Body) -> Body:
    """What an event says: of a correction, its new content."""
    return body.content if isinstance(body, FactCorrected) else body
