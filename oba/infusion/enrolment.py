"""The enrolments that the evidence shows: each with its version, payer, price, and the end where there is one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from oba.evidence import Evidence, Item
from oba.facts.base import Body, Fact
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
    place = {event.event_id: event.position for event in events}
    found = []
    for item in evidence.of(EnrolledUnderAgreement):
        end = _end_of(item, evidence.of(EnrolmentEnded), place)
        if end is not None and end.fact.reason == "enrolled_in_error":
            continue
        found.append(
            Enrolment(
                fact_id=item.fact_id,
                agreement_id=item.fact.agreement_id,
                terms_hash=item.fact.terms_hash,
                payer_id=item.fact.payer_id,
                price=item.fact.price,
                currency=item.fact.currency,
                enrolled_on=item.occurred_on,
                ended_on=end.occurred_on if end is not None else None,
            )
        )
    return tuple(found)


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
