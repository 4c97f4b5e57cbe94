"""Which refunds were triggered and adjusted, line by line, by the day on which the determination was approved?"""

from typing import ClassVar, Literal
from uuid import UUID

from oba.dates import Day
from oba.facts.base import Body
from oba.facts.recorded import Recorded
from oba.infusion.events import DeterminationProposed, MilestoneDetermined, RefundAdjusted, RefundTriggered
from oba.money import Amount, Currency
from oba.reference.tables import Reference
from oba.schedule import Obligation
from oba.terms.shelf import Shelf
from projections.reading import Reading
from projections.row import Row as AnyRow


class Row(AnyRow):
    """One trigger or adjustment; the amount is signed, and before caps over several infusions (decided point 9)."""

    PRICE_FIELDS: ClassVar[frozenset[str]] = frozenset({"amount"})

    line_id: UUID
    line_kind: Literal["trigger", "adjustment"]
    position: int
    agreement_id: str
    terms_hash: str
    payer_id: str | None
    beneficiary: str
    milestone: str
    due_on: Day
    determination_id: UUID
    supersedes: UUID | None
    outcome: str
    """Of the determination whose approval led to the line; for an adjustment that may be another milestone's."""
    reason: str
    clause: str
    approved_on: Day
    """Local date of the approval."""
    amount: Amount
    currency: Currency


def rows_of(reading: Reading) -> tuple[Row, ...]:
    """One row for each `RefundTriggered` and `RefundAdjusted`."""
    return tuple(
        _row(reading, event, event.body)
        for event in reading.stream
        if isinstance(event.body, RefundTriggered | RefundAdjusted)
    )


def _row(reading: Reading, event: Recorded[Body], line: RefundTriggered | RefundAdjusted) -> Row:
    determination = reading.proposals[line.determination_id].determination
    approval, approved = _approved(reading, event)
    triggered = isinstance(line, RefundTriggered)
    obligation = _obligation(reading, event, line)
    return Row(
        row_key=str(event.event_id),
        infusion_id=reading.infusion_id,
        infusion_code=reading.infusion_code,
        htc_id=reading.htc_id,
        line_id=event.event_id,
        line_kind="trigger" if triggered else "adjustment",
        position=event.position,
        agreement_id=line.agreement_id,
        terms_hash=determination.terms_hash,
        payer_id=reading.payer_of(line.agreement_id, line.milestone),
        beneficiary=line.beneficiary,
        milestone=line.milestone,
        due_on=obligation.due_on,
        determination_id=line.determination_id,
        supersedes=None if isinstance(line, RefundTriggered) else line.supersedes,
        outcome=approved.outcome,
        reason=determination.reason,
        clause=line.clause if isinstance(line, RefundTriggered) else obligation.clause,
        approved_on=approval.occurred_on,
        amount=line.amount if isinstance(line, RefundTriggered) else line.difference,
        currency=line.currency,
    )


def _obligation(reading: Reading, event: Recorded[Body], line: RefundTriggered | RefundAdjusted) -> Obligation:
    """The dates on which the line's own milestone was judged; an approval of another milestone may adjust it."""
    proposed = [
        earlier.body.determination.obligation
        for earlier in reading.stream
        if earlier.position < event.position and isinstance(earlier.body, DeterminationProposed)
    ]
    own = (line.agreement_id, line.milestone)
    return [one for one in proposed if (one.document_id, one.name) == own][-1]


def _approved(reading: Reading, line: Recorded[Body]) -> tuple[Recorded[Body], MilestoneDetermined]:
    """The approval that came with the line: both are answers to one command."""
    return next(
        (event, event.body)
        for event in reading.stream
        if isinstance(event.body, MilestoneDetermined) and event.command_id == line.command_id
    )


def rows(stream: tuple[Recorded[Body], ...], shelf: Shelf, reference: Reference) -> tuple[Row, ...]:
    """The rows of one infusion's stream."""
    return rows_of(Reading(stream, shelf, reference))
