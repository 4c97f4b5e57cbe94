"""The state of an infusion's stream: what has been decided so far. Evidence is worked out from the events when
asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from oba.dates import LAST_DAY
from oba.evidence import FOR_EVER, NOTHING_TOLD, Evidence, Item, Told, known
from oba.facts.base import Body
from oba.facts.coverage import CareTransferred
from oba.facts.infused import Infused
from oba.facts.recorded import Recorded
from oba.infusion.enrolment import Enrolment, enrolments_of
from oba.infusion.events import (
    DataProvided,
    DataRequestDeclined,
    DataRequested,
    DeterminationEndorsed,
    DeterminationProposed,
    DeterminationReturned,
    MilestoneDetermined,
    MilestoneWaived,
    MilestoneWaiverProposed,
    RefundAdjusted,
    RefundTriggered,
    ReminderSent,
    ReminderSkipped,
)
from oba.infusion.proposal import Issued, Proposal
from oba.infusion.waiver import WaiverProposal
from oba.payer_rule import Asked

Key = tuple[str, str]
"""Agreement and milestone."""

V = TypeVar("V")


@dataclass(frozen=True)
class InfusionState:
    """Everything decided about one infusion, and its events in their order."""

    infusion_id: UUID
    events: tuple[Recorded[Body], ...] = ()
    proposals: dict[Key, Proposal] = field(default_factory=dict)
    """The open proposal of a milestone; a later one replaces it."""
    issued: dict[Key, Issued] = field(default_factory=dict)
    proposed_waivers: dict[Key, WaiverProposal] = field(default_factory=dict)
    """The waiver of a milestone that waits for approval; a later one replaces it."""
    waivers: dict[Key, Recorded[Body]] = field(default_factory=dict)
    triggered: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """Cents triggered so far by agreement, milestone and beneficiary."""
    sent_back: dict[Key, frozenset[UUID]] = field(default_factory=dict)
    """The determinations of a milestone that were sent back since one of it was last approved."""
    reminders: frozenset[UUID] = frozenset()
    requests: dict[UUID, Asked] = field(default_factory=dict)
    told_before: Told = field(default=NOTHING_TOLD, repr=False, compare=False)
    """What the stream had told when anybody last asked; `told` goes on from there."""

    @property
    def version(self) -> int:
        """How many events the stream has."""
        return len(self.events)

    @property
    def exists(self) -> bool:
        """Whether the infusion was registered."""
        return bool(self.events)

    @cached_property
    def told(self) -> Told:
        """What the stream has told so far; worked out when it is asked for, from what was told before."""
        return self.told_before.after(self.events)

    @property
    def everything(self) -> Evidence:
        """The evidence as recorded so far, about all days."""
        return self.told.evidence

    @property
    def infused(self) -> Infused:
        """The infusion as now known; KeyError while the stream is empty."""
        return self._infused.fact

    @property
    def day_0(self) -> date:
        """The local date of the start at the infusing HTC (settled A6)."""
        return self._infused.occurred_on

    @property
    def _infused(self) -> Item[Infused]:
        if self.everything.infused is None:
            raise KeyError(self.infusion_id)
        return self.everything.infused

    @property
    def htc_id(self) -> str:
        """The HTC in whose care the patient is now."""
        transfers = self.everything.of(CareTransferred)
        return transfers[-1].fact.htc_id if transfers else self.infused.htc_id

    def evidence(self, *, known_at: datetime = FOR_EVER, as_of: date = LAST_DAY) -> Evidence:
        """The evidence for a pair of clocks; without them, everything recorded about all days."""
        if (known_at, as_of) == (FOR_EVER, LAST_DAY):
            return self.everything
        return known(self.events, known_at=known_at, as_of=as_of)

    def enrolments(self, *, known_at: datetime = FOR_EVER) -> tuple[Enrolment, ...]:
        """The enrolments as known at an instant, in date order; one entered in error is none."""
        return enrolments_of(self.evidence(known_at=known_at), self.events)

    @property
    def returned(self) -> frozenset[UUID]:
        """Determinations that were sent back; a policy does not propose the same answer again."""
        return frozenset().union(*self.sent_back.values())

    @property
    def dose_share_percent(self) -> Decimal:
        """The share of the intended dose that was administered."""
        return self.infused.dose_share_percent


def replay(infusion_id: UUID, events: Iterable[Recorded[Body]]) -> InfusionState:
    """The state after the events of a stream, in their order."""
    stream = tuple(events)
    state = InfusionState(infusion_id=infusion_id, events=stream)
    for event in stream:
        state = _booked(state, event)
    return state


def evolve(state: InfusionState, event: Recorded[Body]) -> InfusionState:
    """The state after one more event; evidence that was worked out already is not worked out again."""
    told = vars(state).get("told", state.told_before)
    return _booked(replace(state, events=(*state.events, event), told_before=told), event)


def _booked(  # noqa: C901, PLR0911, PLR0912 - one case for each decision, in their order
    state: InfusionState, event: Recorded[Body]
) -> InfusionState:
    """Decisions change the books; facts and corrections only lengthen the stream."""
    match event.body:
        case DeterminationProposed() as proposed:
            return _proposed(state, proposed, event)
        case DeterminationEndorsed() as endorsed:
            return _endorsed(state, endorsed, event.actor)
        case MilestoneDetermined() as determined:
            return _determined(state, determined, event)
        case DeterminationReturned(determination_id=determination_id):
            return _returned(state, determination_id)
        case MilestoneWaiverProposed() as waiver:
            return _waiver_proposed(state, waiver, event)
        case MilestoneWaived() as waived:
            return _waived(state, (waived.agreement_id, waived.milestone), event)
        case RefundTriggered() as refund:
            return _triggered(state, (refund.agreement_id, refund.milestone, refund.beneficiary), refund.amount)
        case RefundAdjusted() as refund:
            return _triggered(state, (refund.agreement_id, refund.milestone, refund.beneficiary), refund.difference)
        case ReminderSent(reminder_id=reminder_id) | ReminderSkipped(reminder_id=reminder_id):
            return replace(state, reminders=state.reminders | {reminder_id})
        case DataRequested() as requested:
            return _asked(state, requested)
        case DataProvided(request_id=request_id):
            answered = state.requests[request_id].model_copy(update={"answered_on": event.occurred_on})
            return replace(state, requests={**state.requests, request_id: answered})
        case DataRequestDeclined(request_id=request_id):
            declined = state.requests[request_id].model_copy(update={"declined": True})
            return replace(state, requests={**state.requests, request_id: declined})
        case _:
            return state


def _id(proposal: Proposal) -> UUID:
    return proposal.event.determination.determination_id


def _returned(state: InfusionState, determination_id: UUID) -> InfusionState:
    key = next(key for key, one in state.proposals.items() if _id(one) == determination_id)
    return replace(
        state,
        proposals=_without(state.proposals, key),
        sent_back={**state.sent_back, key: state.sent_back.get(key, frozenset()) | {determination_id}},
    )


def _without(books: dict[Key, V], key: Key) -> dict[Key, V]:
    return {other: one for other, one in books.items() if other != key}


def _proposed(state: InfusionState, proposed: DeterminationProposed, event: Recorded[Body]) -> InfusionState:
    key = (proposed.determination.agreement_id, proposed.determination.milestone)
    proposal = Proposal(event=proposed, proposed_by=event.actor, proposed_on=event.occurred_on)
    return replace(state, proposals={**state.proposals, key: proposal})


def _endorsed(state: InfusionState, endorsed: DeterminationEndorsed, actor: str) -> InfusionState:
    key = (endorsed.agreement_id, endorsed.milestone)
    waiting = state.proposals[key]
    proposal = replace(waiting, endorsed_by={**waiting.endorsed_by, endorsed.role: actor})
    return replace(state, proposals={**state.proposals, key: proposal})


def _waiver_proposed(state: InfusionState, waiver: MilestoneWaiverProposed, event: Recorded[Body]) -> InfusionState:
    proposal = WaiverProposal(event=waiver, proposed_by=event.actor, proposed_on=event.occurred_on)
    key = (waiver.agreement_id, waiver.milestone)
    return replace(state, proposed_waivers={**state.proposed_waivers, key: proposal})


def _waived(state: InfusionState, key: Key, event: Recorded[Body]) -> InfusionState:
    return replace(state, proposed_waivers=_without(state.proposed_waivers, key), waivers={**state.waivers, key: event})


def _determined(state: InfusionState, determined: MilestoneDetermined, event: Recorded[Body]) -> InfusionState:
    key = (determined.agreement_id, determined.milestone)
    issued = Issued(
        proposal=state.proposals[key],
        approved_by=event.actor,
        approved_on=event.occurred_on,
        event_id=event.event_id,
        before=state.issued.get(key),
    )
    return replace(
        state,
        proposals=_without(state.proposals, key),
        issued={**state.issued, key: issued},
        sent_back=_without(state.sent_back, key),
    )


def _triggered(state: InfusionState, key: tuple[str, str, str], cents: int) -> InfusionState:
    return replace(state, triggered={**state.triggered, key: state.triggered.get(key, 0) + cents})


def _asked(state: InfusionState, requested: DataRequested) -> InfusionState:
    asked = Asked(
        request_id=requested.request_id,
        rule_id=requested.rule_id,
        payer_id=requested.payer_id,
        asked_on=requested.verdict.asked_on,
        items=requested.items,
        permitted_under=tuple(reading.reading for reading in requested.verdict.readings if reading.permitted),
    )
    return replace(state, requests={**state.requests, requested.request_id: asked})
