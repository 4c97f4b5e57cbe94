"""What may a coordinator have to do? One row for each thing; the lane is computed from dates when somebody asks.

`due`: the window is open and evidence is missing · `closing_soon`: the same, in its last fourteen days and while
evidence may still be recorded · `lapsed`: that time has passed · `evidence_to_review`: facts that were left out or
look implausible, a returned proposal, an answer that nobody proposed yet · `to_approve`: a proposed determination or
waiver waits for a second person.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

from oba.dates import Day
from oba.evidence import Item
from oba.facts.base import Body, Fact
from oba.facts.recorded import Recorded
from oba.infusion.events import DataRequested
from oba.money import Amount, Currency
from oba.reference.tables import Reference
from oba.terms.shelf import Shelf
from oba.trace import Trace
from projections.at_risk import amount_at_risk
from projections.reading import Judged, Reading
from projections.refund_triggers import proposable_from
from projections.row import Row as AnyRow

Kind: TypeAlias = Literal["milestone", "evidence", "answer", "approval", "waiver", "data_request"]
Lane: TypeAlias = Literal["due", "closing_soon", "lapsed", "evidence_to_review", "to_approve"]
LANES: tuple[Lane, ...] = ("due", "closing_soon", "lapsed", "evidence_to_review", "to_approve")
"""Where a row has begun several lanes, the last of them is the one in which it stands."""

CLOSING_SOON_DAYS = 14
TO_REVIEW = frozenset({"contaminated", "not_final", "other_assay", "other_laboratory"})
"""Reasons of the trace for which a fact inside the window was left out, and about which somebody can do something."""


class Row(AnyRow):
    """One thing to do: which document and milestone it is about, what is missing or why to look, and from when."""

    PRICE_FIELDS: ClassVar[frozenset[str]] = frozenset({"at_risk"})

    kind: Kind
    payer_id: str
    document_id: str
    milestone: str | None
    opens_on: Day
    due_on: Day | None
    closes_on: Day | None
    missing: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    at_risk: Amount | None = None
    currency: Currency | None = None
    determination_id: UUID | None = None
    request_id: UUID | None = None
    waiver_id: UUID | None = None
    due_from: Day | None = None
    closing_soon_from: Day | None = None
    lapsed_from: Day | None = None
    evidence_to_review_from: Day | None = None
    to_approve_from: Day | None = None
    shows_from: Day
    """The first day on which the row stands in a lane."""
    urgent_on: Day
    """The day by which rows are sorted: when it is too late, or since when it waits."""


def lane_on(row: Row, as_of: date) -> Lane | None:
    """The lane in which a row stands on a day; None before it stands in any."""
    begun = [lane for lane in LANES if (first := _begins(row, lane)) is not None and first <= as_of]
    return begun[-1] if begun else None


def _begins(row: Row, lane: Lane) -> date | None:
    begins: dict[Lane, date | None] = {
        "due": row.due_from,
        "closing_soon": row.closing_soon_from,
        "lapsed": row.lapsed_from,
        "evidence_to_review": row.evidence_to_review_from,
        "to_approve": row.to_approve_from,
    }
    return begins[lane]


def rows_of(reading: Reading) -> tuple[Row, ...]:
    """The things to do about one infusion."""
    milestones = [row for judged in reading.judged for row in _of_milestone(reading, judged)]
    return (*milestones, *_of_requests(reading))


def _of_milestone(reading: Reading, judged: Judged) -> Iterator[Row]:
    key = (judged.question.agreement.id, judged.question.milestone)
    obligation, issued = judged.obligation, key in reading.state.issued
    proposal, ready_from = reading.state.proposals.get(key), proposable_from(reading, judged)
    if proposal is not None:
        since = proposal.proposed_on
        determination_id = proposal.event.determination.determination_id
        own = {"to_approve_from": since, "shows_from": since, "urgent_on": since}
        yield _row(reading, judged, "approval", **own, determination_id=determination_id)
    if (waiver := reading.state.proposed_waivers.get(key)) is not None:
        since = waiver.proposed_on
        own = {"to_approve_from": since, "shows_from": since, "urgent_on": since}
        yield _row(reading, judged, "waiver", **own, waiver_id=waiver.event.waiver_id)
    if ready_from is not None:
        own = {"evidence_to_review_from": ready_from, "shows_from": ready_from, "urgent_on": ready_from}
        reason = "answer_differs" if issued or proposal else "answer_ready"
        yield _row(reading, judged, "answer", **own, reasons=(reason,))
    if not issued and (reasons := _to_review(reading, judged)):
        own = {"evidence_to_review_from": obligation.opens_on, "shows_from": obligation.opens_on}
        yield _row(reading, judged, "evidence", **own, reasons=reasons)
    if not issued and judged.while_open.wanted:
        yield _missing(reading, judged)


def _missing(reading: Reading, judged: Judged) -> Row:
    obligation = judged.obligation
    closing_soon = max(obligation.opens_on, obligation.closes_on - timedelta(days=CLOSING_SOON_DAYS))
    return _row(
        reading,
        judged,
        "milestone",
        missing=tuple(wanted.what for wanted in judged.while_open.wanted),
        due_from=obligation.opens_on,
        closing_soon_from=closing_soon,
        lapsed_from=judged.cure_ends_on + timedelta(days=1),
        shows_from=obligation.opens_on,
    )


def _to_review(reading: Reading, judged: Judged) -> tuple[str, ...]:
    """Why somebody should look at the evidence: coded reasons, each once."""
    returned = reading.returned.get((judged.question.agreement.id, judged.question.milestone))
    sent_back = {f"returned:{returned.reason}"} if returned else set()
    return tuple(sorted(_left_out(judged.while_open.trace, judged) | _flags(reading, judged) | sent_back))


def _left_out(trace: Trace, judged: Judged) -> set[str]:
    window = judged.obligation.window
    return {
        one.reason
        for step in trace.every()
        for one in step.rejected
        if one.reason in TO_REVIEW and one.occurred_on in window
    }


def _flags(reading: Reading, judged: Judged) -> set[str]:
    window = judged.obligation.window
    items: tuple[Item[Fact], ...] = tuple(item for item in reading.evidence.items if item.occurred_on in window)
    conflicts = {
        "conflicting" for one in reading.evidence.set_aside if one.reason == "conflicting" and one.occurred_on in window
    }
    return {f"flag:{flag}" for item in items for flag in item.fact.flags()} | conflicts


def _row(reading: Reading, judged: Judged, kind: Kind, **more: object) -> Row:
    obligation = judged.obligation
    about: dict[str, object] = {
        "row_key": f"{reading.infusion_id}/{kind}/{obligation.document_id}/{obligation.name}",
        "infusion_id": reading.infusion_id,
        "infusion_code": reading.infusion_code,
        "htc_id": reading.htc_id,
        "kind": kind,
        "payer_id": judged.enrolment.payer_id,
        "document_id": obligation.document_id,
        "milestone": obligation.name,
        "opens_on": obligation.opens_on,
        "due_on": obligation.due_on,
        "closes_on": obligation.closes_on,
        "at_risk": amount_at_risk(reading, judged),
        "currency": judged.question.agreement.currency,
        "urgent_on": obligation.closes_on,
    }
    return Row.model_validate({**about, **more})


def _of_requests(reading: Reading) -> Iterator[Row]:
    for request in reading.requests:
        asked = reading.state.requests[request.request_id]
        if asked.answered_on is None and not asked.declined:
            yield _request(reading, request)


def _request(reading: Reading, request: DataRequested) -> Row:
    asked_on = request.verdict.asked_on
    rule = reading.shelf.payer_rules[request.rule_hash]
    due_on = None if rule.answer_within_days is None else asked_on + timedelta(days=rule.answer_within_days)
    return Row(
        row_key=f"{reading.infusion_id}/data_request/{request.request_id}",
        infusion_id=reading.infusion_id,
        infusion_code=reading.infusion_code,
        htc_id=reading.htc_id,
        kind="data_request",
        payer_id=request.payer_id,
        document_id=request.rule_id,
        milestone=None,
        opens_on=asked_on,
        due_on=due_on,
        closes_on=due_on,
        missing=request.items,
        reasons=() if request.verdict.permitted else ("not_permitted",),
        request_id=request.request_id,
        due_from=asked_on,
        lapsed_from=None if due_on is None else due_on + timedelta(days=1),
        shows_from=asked_on,
        urgent_on=due_on or asked_on,
    )


def rows(stream: tuple[Recorded[Body], ...], shelf: Shelf, reference: Reference) -> tuple[Row, ...]:
    """The rows of one infusion's stream."""
    return rows_of(Reading(stream, shelf, reference))
