"""What does each milestone of each enrolment say, and what does it cost? One row for five years, from Day 0 on.

The row holds two answers of the engine on everything recorded: while the window is open, and once it has closed. Which
of them holds on a day is `finding_on`; where the calendar stands is `phase_on` (phase is never stored).
"""

from dataclasses import replace
from datetime import date
from typing import Any, ClassVar, Literal, TypeAlias
from uuid import UUID

from oba.dates import Day
from oba.determination.determination import Determination, Finding, Reason
from oba.determination.determine import determine
from oba.determination.question import Question, as_if
from oba.facts.base import Body
from oba.facts.recorded import Recorded
from oba.infusion.deciding.approving import awaits_the_product
from oba.infusion.deciding.standing import is_kept, is_news
from oba.infusion.state import Key
from oba.money import Amount, Currency
from oba.reference.tables import Reference
from oba.schedule import Phase
from oba.terms.shelf import Shelf
from projections.at_risk import amount_at_risk, beneficiary_if_failed
from projections.reading import Judged, Reading
from projections.row import Row as AnyRow

DeterminationState: TypeAlias = Literal["none", "proposed", "approved", "returned"]


WAITING: frozenset[Reason] = frozenset({"missing_data", "adjudicated"})
"""Reasons for which the answer waits until the cure is over."""
RULED: frozenset[Reason] = frozenset({"enrolment_taken_back", "waived", "excluded", "life_event"})
"""Reasons that hold before the window opens."""


class Row(AnyRow):
    """A milestone of an infusion under an enrolment; amounts are for the agreement's parties only."""

    PRICE_FIELDS: ClassVar[frozenset[str]] = frozenset({"at_risk", "triggered"})

    agreement_id: str
    terms_hash: str
    payer_id: str
    milestone: str
    role: Literal["judged", "data_point"]
    clause: str
    day_0: Day
    opens_on: Day
    due_on: Day
    closes_on: Day
    grace_ends_on: Day
    cure_ends_on: Day
    """The last day on which missing evidence may be recorded; later where a reminder came after the grace."""
    report_by_on: Day
    enrolment_ended_on: Day | None
    finding_while_open: Finding
    reason_while_open: Reason
    finding_once_closed: Finding
    reason_once_closed: Reason
    missing: tuple[str, ...]
    unverified: tuple[str, ...]
    """Reference rows tagged [R] or [D] that either answer rests on (decided point 15)."""
    at_risk: Amount
    triggered: Amount
    """Triggered and adjusted so far, for all beneficiaries together."""
    currency: Currency
    beneficiary: str
    determination_state: DeterminationState
    outcome: Finding | None
    """Of the determination that counts now; None before one was approved."""
    approved_on: Day | None
    proposed_id: UUID | None
    approved_id: UUID | None
    returned_id: UUID | None
    proposable_from: Day | None
    """The first day on which the engine's answer differs from what was proposed, returned or approved; of a proposal
    that no person has to approve, the day of the proposal.
    """


def phase_on(row: Row, as_of: date) -> Phase:
    """Where the calendar stands on a day (settled B3)."""
    if as_of < row.opens_on:
        return "upcoming"
    if as_of < row.due_on:
        return "open"
    if as_of <= row.closes_on:
        return "due"
    return "grace" if as_of <= row.grace_ends_on else "closed"


def finding_on(row: Row, as_of: date) -> Finding:
    """What the engine says on a day that is not before the last recorded fact."""
    if as_of > (row.cure_ends_on if _waits(row) else row.grace_ends_on):
        return row.finding_once_closed
    if as_of > row.grace_ends_on:
        return "not_yet"
    ruled = row.reason_while_open in RULED
    return row.finding_while_open if ruled or as_of >= row.opens_on else "not_yet"


def _waits(row: Row) -> bool:
    return row.reason_once_closed in WAITING


def rows_of(reading: Reading) -> tuple[Row, ...]:
    """One row for each milestone of each enrolment."""
    return tuple(_row(reading, judged) for judged in reading.judged)


def _row(reading: Reading, judged: Judged) -> Row:
    question, enrolment, obligation = judged.question, judged.enrolment, judged.obligation
    agreement = question.agreement
    return Row(
        row_key=f"{reading.infusion_id}/{agreement.id}/{question.milestone}",
        infusion_id=reading.infusion_id,
        infusion_code=reading.infusion_code,
        htc_id=reading.htc_id,
        agreement_id=agreement.id,
        terms_hash=question.terms_hash,
        payer_id=enrolment.payer_id,
        milestone=question.milestone,
        role=agreement.milestone(question.milestone).role,
        clause=obligation.clause,
        day_0=obligation.day_0,
        opens_on=obligation.opens_on,
        due_on=obligation.due_on,
        closes_on=obligation.closes_on,
        grace_ends_on=obligation.grace_ends_on,
        cure_ends_on=judged.cure_ends_on,
        report_by_on=obligation.report_by_on,
        enrolment_ended_on=enrolment.ended_on,
        finding_while_open=judged.while_open.finding,
        reason_while_open=judged.while_open.reason,
        finding_once_closed=judged.once_closed.finding,
        reason_once_closed=judged.once_closed.reason,
        missing=tuple(wanted.what for wanted in judged.while_open.wanted),
        unverified=tuple(sorted({*judged.while_open.unverified, *judged.once_closed.unverified})),
        at_risk=amount_at_risk(reading, judged),
        currency=agreement.currency,
        beneficiary=beneficiary_if_failed(reading, judged),
        proposable_from=proposable_from(reading, judged),
        **_decided(reading, (agreement.id, question.milestone)),
    )


def _decided(reading: Reading, key: tuple[str, str]) -> dict[str, Any]:
    """What was decided about the milestone so far, and triggered by it."""
    state = reading.state
    issued, proposal, returned = state.issued.get(key), state.proposals.get(key), reading.returned.get(key)
    return {
        "determination_state": _determination_state(proposal is not None, issued is not None, returned is not None),
        "outcome": issued.proposal.event.determination.finding if issued else None,
        "approved_on": issued.approved_on if issued else None,
        "proposed_id": proposal.event.determination.determination_id if proposal else None,
        "approved_id": issued.proposal.event.determination.determination_id if issued else None,
        "returned_id": returned.determination_id if returned else None,
        "triggered": sum(cents for (*of, _), cents in state.triggered.items() if tuple(of) == key),
    }


def _determination_state(proposed: bool, approved: bool, returned: bool) -> DeterminationState:
    """An open proposal first; a return counts until something else happens to the milestone."""
    if proposed:
        return "proposed"
    if approved:
        return "approved"
    return "returned" if returned else "none"


def proposable_from(reading: Reading, judged: Judged) -> date | None:
    """The first day with an answer that was not yet put before a second person; None where there is none."""
    return reading.once(_proposable)[judged.key]


def _proposable(reading: Reading) -> dict[Key, date | None]:
    return {judged.key: _proposable_from(reading, judged) for judged in reading.judged}


def _proposable_from(reading: Reading, judged: Judged) -> date | None:
    question = judged.question
    proposal = reading.state.proposals.get(judged.key)
    if proposal is not None and awaits_the_product(proposal, reading.shelf):
        return proposal.proposed_on
    if _is_owed(reading, as_if(question, closed=False), judged.while_open):
        return question.day_0 if judged.while_open.reason in RULED else judged.obligation.opens_on
    if judged.once_closed.finding == "not_evaluable" and question.agreement.missing_data.defers:
        return _day_of_a_deferred_one(reading, judged)
    if _is_owed(reading, as_if(question, closed=True), judged.once_closed):
        return judged.closed_from
    return None


def _day_of_a_deferred_one(reading: Reading, judged: Judged) -> date | None:
    """The first day with an answer of a milestone that may wait for a later one: its own close, or that of another one
    after what was approved (settled D4).
    """
    issued, agreement_id = reading.state.issued.get(judged.key), judged.question.agreement.id
    first = max(judged.closed_from, issued.approved_on) if issued is not None else judged.closed_from
    closes = {one.closed_from for one in reading.judged if one.question.agreement.id == agreement_id}
    for day in sorted({first, *(day for day in closes if day > first)}):
        question = replace(judged.question, as_of=day)
        if _is_owed(reading, question, determine(question)):
            return day
    return None


def _is_owed(reading: Reading, question: Question, determination: Determination) -> bool:
    """Whether the answer is news that may be put before a second person: late evidence may be kept (settled D6)."""
    news = is_news(reading.state, reading.shelf, question, determination)
    return news and not is_kept(reading.state, question, determination)


def rows(stream: tuple[Recorded[Body], ...], shelf: Shelf, reference: Reference) -> tuple[Row, ...]:
    """The rows of one infusion's stream."""
    return rows_of(Reading(stream, shelf, reference))
