"""Where each milestone belongs: under the first enrolment that covers its due date, and under the version of its
agreement that governs it; else where it was approved.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from oba.determination.anchored import anchors_of
from oba.evidence import Evidence
from oba.governing import Course, governed, versions_before, versions_from
from oba.infusion.enrolment import Enrolment, enrolments_of, last_enrolled
from oba.infusion.proposal import Issued
from oba.infusion.state import InfusionState, Key
from oba.schedule import Obligation
from oba.terms.agreement import Agreement
from oba.terms.shelf import Shelf


@dataclass(frozen=True)
class Place:
    """A milestone, the enrolment under which it is judged, and the version of the agreement that judges it."""

    enrolment: Enrolment
    agreement: Agreement
    milestone: str
    terms_hash: str
    """The version that governs: the one enrolled under, or what an amendment made of it (settled E1)."""
    taken_back: bool = False
    """The milestone was approved, and the enrolment has been retracted or called an error since."""
    approved_dates: Obligation | None = None
    """Of a milestone that was approved and has no dates now: those on which it was approved."""

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
    issued = dict(_issued(state, evidence))
    for enrolment in enrolments:
        for place in _places_of(enrolment, shelf, evidence, issued):
            found.setdefault(place.key, place)
    for key, one in issued.items():
        if key not in found:
            found[key] = _place_of_issued(state, shelf, enrolments, one)
    return tuple(found.values())


def _places_of(enrolment: Enrolment, shelf: Shelf, evidence: Evidence, issued: Mapping[Key, Issued]) -> Iterator[Place]:
    """The milestones that fall due before the enrolment ends, each under the version that governs it."""
    assert evidence.infused is not None, "nothing is placed before the infusion is known"
    course = Course(
        day_0=evidence.infused.occurred_on,
        as_of=evidence.as_of,
        anchors=anchors_of(evidence, enrolment.enrolled_on),
        approved_on={one: issued[of, one].approved_on for of, one in issued if of == enrolment.agreement_id},
    )
    versions = versions_from(shelf, enrolment.terms_hash, as_of=evidence.as_of, known_at=evidence.known_at)
    for one in governed(versions, course):
        if enrolment.ended_on is None or one.obligation.due_on <= enrolment.ended_on:
            version = one.version
            yield Place(enrolment, version.agreement, one.obligation.name, version.terms_hash)


def _issued(state: InfusionState, evidence: Evidence) -> Iterator[tuple[Key, Issued]]:
    """What was approved, as known and as of the day that is asked about."""
    known = {event.event_id for event in state.events if event.recorded_at <= evidence.known_at}
    for key, issued in state.issued.items():
        if issued.event_id in known and issued.approved_on <= evidence.as_of:
            yield key, issued


def _place_of_issued(state: InfusionState, shelf: Shelf, enrolments: tuple[Enrolment, ...], issued: Issued) -> Place:
    """Under the enrolment that led to its version and still stands, ended or not; otherwise that was taken back."""
    approved = issued.proposal.event.determination
    agreement_id, version = approved.agreement_id, approved.terms_hash
    led_to = versions_before(shelf, version)
    standing = [one for one in enrolments if one.agreement_id == agreement_id and one.terms_hash in led_to]
    return Place(
        enrolment=standing[-1] if standing else last_enrolled(state.events, agreement_id, led_to),
        agreement=shelf.agreements[version],
        milestone=approved.milestone,
        terms_hash=version,
        taken_back=not standing,
        approved_dates=approved.obligation,
    )
