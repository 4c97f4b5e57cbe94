"""Where each milestone belongs: under the first enrolment that covers its due date, else where it was approved."""

from collections.abc import Iterator
from dataclasses import dataclass

from oba.evidence import Evidence
from oba.infusion.enrolment import Enrolment, enrolments_of, last_enrolled
from oba.infusion.proposal import Issued
from oba.infusion.state import InfusionState, Key
from oba.schedule import plan
from oba.terms.agreement import Agreement
from oba.terms.shelf import Shelf


@dataclass(frozen=True)
class Place:
    """A milestone and the enrolment under which it is judged."""

    enrolment: Enrolment
    agreement: Agreement
    milestone: str
    taken_back: bool = False
    """The milestone was approved, and the enrolment has been retracted or called an error since."""

    @property
    def key(self) -> Key:
        """Agreement and milestone."""
        return (self.agreement.id, self.milestone)


def places(state: InfusionState, shelf: Shelf, evidence: Evidence) -> tuple[Place, ...]:
    """Each milestone once, by enrolment and due date: under the first enrolment that covers its due date.

    Obligations that fell due before the end of an enrolment survive it, also where the infusion is enrolled again.
    A milestone that was approved keeps a place whatever happens to its enrolment, so that its refund can be adjusted.
    """
    if evidence.infused is None:
        return ()
    found: dict[Key, Place] = {}
    enrolments = enrolments_of(evidence, state.events)
    for enrolment in enrolments:
        agreement = shelf.agreements[enrolment.terms_hash]
        for obligation in plan(agreement, evidence.infused.occurred_on):
            if enrolment.ended_on is None or obligation.due_on <= enrolment.ended_on:
                place = Place(enrolment=enrolment, agreement=agreement, milestone=obligation.name)
                found.setdefault(place.key, place)
    for key, issued in _issued(state, evidence):
        if key not in found:
            found[key] = _place_of_issued(state, shelf, enrolments, issued)
    return tuple(found.values())


def _issued(state: InfusionState, evidence: Evidence) -> Iterator[tuple[Key, Issued]]:
    """What was approved, as known and as of the day that is asked about."""
    known = {event.event_id for event in state.events if event.recorded_at <= evidence.known_at}
    for key, issued in state.issued.items():
        if issued.event_id in known and issued.approved_on <= evidence.as_of:
            yield key, issued


def _place_of_issued(state: InfusionState, shelf: Shelf, enrolments: tuple[Enrolment, ...], issued: Issued) -> Place:
    """Under the enrolment of its own version that still stands, ended or not; otherwise that was taken back."""
    approved = issued.proposal.event.determination
    agreement_id, version = approved.agreement_id, approved.terms_hash
    standing = [one for one in enrolments if (one.agreement_id, one.terms_hash) == (agreement_id, version)]
    return Place(
        enrolment=standing[-1] if standing else last_enrolled(state.events, agreement_id, version),
        agreement=shelf.agreements[version],
        milestone=approved.milestone,
        taken_back=not standing,
    )
