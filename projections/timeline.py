"""What happened to one infusion, event by event, in the order in which we learned it?

Without identities; prices stand in fields of their own; what was recorded while consent was withdrawn is not shown.
"""

from dataclasses import replace
from typing import ClassVar
from uuid import UUID

from oba.dates import Day, Instant
from oba.facts.base import Body, Fact
from oba.facts.correction import FactCorrected
from oba.facts.recorded import Recorded
from oba.money import Amount, Currency
from oba.reference.tables import Reference
from oba.terms.shelf import Shelf
from projections.reading import Reading
from projections.row import Row as AnyRow
from projections.said import Said, said

SEALED = "recorded while consent was withdrawn; kept sealed"


class Row(AnyRow):
    """One event; rows that belong to an agreement or a data request name its payer, and are for that payer."""

    PRICE_FIELDS: ClassVar[frozenset[str]] = frozenset({"amount", "currency"})

    event_id: UUID
    position: int
    version: int
    kind: str
    occurred_on: Day
    occurred_at: Instant | None
    recorded_at: Instant
    actor: str
    words: str
    set_aside: str | None
    """Why the fact does not count as it stands here: `corrected`, `retracted`, `moved`, `sealed`, `superseded` ..."""
    agreement_id: str | None
    payer_id: str | None
    milestone: str | None
    about_event_id: UUID | None
    """The fact, determination, request or reminder that the event goes back to."""
    amount: Amount | None
    currency: Currency | None


def rows_of(reading: Reading) -> tuple[Row, ...]:
    """One row for each event of the stream."""
    spoken, set_aside = _spoken(reading), _set_aside(reading)
    return tuple(
        _row(reading, event, spoken[event.event_id], set_aside.get(event.event_id)) for event in reading.stream
    )


def _row(reading: Reading, event: Recorded[Body], spoken: Said, set_aside: str | None) -> Row:
    sealed = set_aside == "sealed"
    return Row(
        row_key=f"{reading.infusion_id}/{event.version:06d}",
        infusion_id=reading.infusion_id,
        infusion_code=reading.infusion_code,
        htc_id=reading.htc_id,
        event_id=event.event_id,
        position=event.position,
        version=event.version,
        kind=event.body.kind,
        occurred_on=event.occurred_on,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        actor=event.actor,
        words=SEALED if sealed else spoken.words,
        set_aside=set_aside,
        agreement_id=spoken.agreement_id,
        payer_id=spoken.payer_id,
        milestone=None if sealed else spoken.milestone,
        about_event_id=spoken.about,
        amount=spoken.amount,
        currency=spoken.currency,
    )


def _spoken(reading: Reading) -> dict[UUID, Said]:
    """What each event says, with the agreement and payer that it takes over from what it goes back to."""
    payers: dict[str, str] = {}
    known: dict[UUID, Said] = {}
    spoken: dict[UUID, Said] = {}
    for event in reading.stream:
        words = said(event.body)
        earlier = known.get(words.about) if words.about else None
        agreement_id = words.agreement_id or (earlier.agreement_id if earlier else None)
        if agreement_id and words.payer_id:
            payers[agreement_id] = words.payer_id
        payer_id = words.payer_id or (earlier.payer_id if earlier else None) or payers.get(agreement_id or "")
        milestone = words.milestone or (earlier.milestone if earlier else None)
        whole = replace(words, agreement_id=agreement_id, payer_id=payer_id, milestone=milestone)
        spoken[event.event_id] = whole
        known[event.event_id] = whole
        if words.about:
            known.setdefault(words.about, whole)
    return spoken


def _set_aside(reading: Reading) -> dict[UUID, str]:
    """Why an event's fact, or its correction, does not count as it stands there."""
    aside = {one.fact_id: one.reason for one in reading.evidence.set_aside}
    stands = {item.fact_id: item.corrected_by or item.fact_id for item in reading.evidence.items}
    found: dict[UUID, str] = {}
    for event_id, fact_id in _first_facts(reading.stream).items():
        reason = aside.get(event_id) or aside.get(fact_id)
        if reason is not None:
            found[event_id] = reason
        elif stands[fact_id] != event_id:
            found[event_id] = "corrected"
    return found


def _first_facts(stream: tuple[Recorded[Body], ...]) -> dict[UUID, UUID]:
    """The first event of the fact of which each event speaks; a correction goes back to it, however many came."""
    first: dict[UUID, UUID] = {}
    for event in stream:
        if isinstance(event.body, Fact):
            first[event.event_id] = event.event_id
        elif isinstance(event.body, FactCorrected):
            first[event.event_id] = first[event.body.fact_id]
    return first


def rows(stream: tuple[Recorded[Body], ...], shelf: Shelf, reference: Reference) -> tuple[Row, ...]:
    """The rows of one infusion's stream."""
    return rows_of(Reading(stream, shelf, reference))
