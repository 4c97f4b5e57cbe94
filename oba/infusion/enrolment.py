"""The enrolments that the evidence shows: each with its version, payer, price, and the end where there is one."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from oba.evidence import Evidence, Item
from oba.facts.base import Body, Fact
from oba.facts.correction import FactCorrected
from oba.facts.enrolment import EnrolledUnderAgreement, EnrolmentEnded
from oba.facts.recorded import Recorded


@dataclass(frozen=True)
class Enrolment:
    """An infusion under an agreement, as known: version, payer on Day 0, price in cents, and the end where there is
    one.
    """

    fact_id: UUID
    agreement_id: str
    terms_hash: str
    payer_id: str
    price: int
    currency: str
    enrolled_on: date
    ended_on: date | None


def enrolments_of(evidence: Evidence, events: Iterable[Recorded[Body]] = ()) -> tuple[Enrolment, ...]:
    """The enrolments in date order; an end ends the enrolment before it, and one entered in error is none.

    The events of the stream tell what was first recorded before what; corrections do not move that.
    """
    ends = evidence.of(EnrolmentEnded)
    place = {event.event_id: event.position for event in events} if ends else {}
    found = []
    for item in evidence.of(EnrolledUnderAgreement):
        end = _end_of(item, ends, place)
        if end is not None and end.fact.reason == "enrolled_in_error":
            continue
        ended_on = end.occurred_on if end is not None else None
        found.append(_enrolment(item.fact_id, item.fact, item.occurred_on, ended_on))
    return tuple(found)


def last_enrolled(events: Iterable[Recorded[Body]], agreement_id: str, terms_hashes: Collection[str]) -> Enrolment:
    """The enrolment under one of the versions as it was last told, also where it was taken back since.

    IndexError when there never was one.
    """
    told = [(event, _content(event)) for event in events]
    found = [
        (event, content)
        for event, content in told
        if content is not None and content.agreement_id == agreement_id and content.terms_hash in terms_hashes
    ]
    event, content = found[-1]
    return _enrolment(event.event_id, content, event.occurred_on, None)


def _content(event: Recorded[Body]) -> EnrolledUnderAgreement | None:
    told = event.body.content if isinstance(event.body, FactCorrected) else event.body
    return told if isinstance(told, EnrolledUnderAgreement) else None


def _enrolment(fact_id: UUID, fact: EnrolledUnderAgreement, enrolled_on: date, ended_on: date | None) -> Enrolment:
    return Enrolment(
        fact_id=fact_id,
        agreement_id=fact.agreement_id,
        terms_hash=fact.terms_hash,
        payer_id=fact.payer_id,
        price=fact.price,
        currency=fact.currency,
        enrolled_on=enrolled_on,
        ended_on=ended_on,
    )


def _end_of(
    enrolled: Item[EnrolledUnderAgreement], ends: tuple[Item[EnrolmentEnded], ...], place: dict[UUID, int]
) -> Item[EnrolmentEnded] | None:
    """The first end of that agreement that was recorded after the enrolment."""

    def order(item: Item[Fact]) -> int:
        return place.get(item.fact_id, item.position)

    later = [
        end for end in ends if end.fact.agreement_id == enrolled.fact.agreement_id and order(end) > order(enrolled)
    ]
    return min(later, key=order, default=None)
