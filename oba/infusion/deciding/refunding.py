"""What an approval obliges: the lines of its milestone, and the differences to what was triggered before."""

from collections.abc import Iterable
from dataclasses import dataclass

from oba.determination import Determination, Question, RefundLine
from oba.infusion.events import DeterminationProposed, RefundAdjusted, RefundTriggered
from oba.infusion.questions import Place, failure_of, places
from oba.infusion.state import InfusionState
from oba.refund.owed import base_amount, beneficiary, owed
from oba.terms.agreement import Agreement
from oba.terms.shelf import Shelf

Line = tuple[str, str]
"""Milestone and payee."""


@dataclass(frozen=True)
class Account:
    """What is owed for one enrolment once a determination is approved, and what was triggered for it before."""

    agreement: Agreement
    lines: tuple[RefundLine, ...]
    payee: str
    """Whom the refund of the determination's own milestone follows."""
    owed: dict[Line, int]
    triggered: dict[Line, int]


def proposal_of(
    state: InfusionState, shelf: Shelf, question: Question, determination: Determination
) -> DeterminationProposed:
    """The determination as it is put before a second person, with what its approval would trigger."""
    account = _account(state, shelf, question, determination)
    issued = state.issued.get((determination.agreement_id, determination.milestone))
    return DeterminationProposed(
        determination=determination,
        refund=tuple(line for line in account.lines if line.milestone == determination.milestone),
        currency=account.agreement.currency,
        beneficiary=account.payee,
        supersedes=issued.proposal.event.determination.determination_id if issued else None,
    )


def refund_differences(
    state: InfusionState, shelf: Shelf, question: Question, determination: Determination
) -> tuple[RefundTriggered | RefundAdjusted, ...]:
    """What is owed now less what was triggered before, by milestone and payee (settled F9)."""
    account = _account(state, shelf, question, determination)
    return tuple(
        _difference(state, account, determination, line)
        for line in sorted(account.owed.keys() | account.triggered.keys())
        if account.owed.get(line, 0) != account.triggered.get(line, 0)
    )


def _account(state: InfusionState, shelf: Shelf, question: Question, determination: Determination) -> Account:
    agreement, evidence = question.agreement, question.evidence
    assert evidence.infused is not None, "a question is asked about a known infusion only"
    place, counted = _counted(state, shelf, question)
    failure = failure_of(determination, agreement)
    payee = beneficiary(agreement, place.enrolment.payer_id, failure, evidence)
    counted[determination.milestone] = (determination, payee)
    base = base_amount(agreement, place.enrolment.price, evidence.infused.fact.dose_share_percent)
    failures = [failure_of(one, agreement) for one, _ in counted.values()]
    lines = owed(agreement, base, tuple(one for one in failures if one is not None))
    return Account(
        agreement=agreement,
        lines=lines,
        payee=payee,
        owed=_by_payee((line.milestone, counted[line.milestone][1], line.amount) for line in lines),
        triggered=_by_payee(
            (milestone, payee, cents)
            for (agreement_id, milestone, payee), cents in state.triggered.items()
            if agreement_id == agreement.id and milestone in counted
        ),
    )


def _counted(
    state: InfusionState, shelf: Shelf, question: Question
) -> tuple[Place, dict[str, tuple[Determination, str]]]:
    """Where the question stands, and the approved determinations that count with it, each with its payee.

    Only those of the same enrolment and version count together; what was triggered under another one stands until its
    own superseding determination is approved (settled F10), and so does the payee of what was approved before.
    """
    of_agreement = {
        one.milestone: one
        for one in places(state.events, shelf, question.evidence)
        if one.agreement.id == question.agreement.id
    }
    place = of_agreement[question.milestone]
    counted: dict[str, tuple[Determination, str]] = {}
    for (agreement_id, milestone), issued in state.issued.items():
        approved, other = issued.proposal.event, of_agreement.get(milestone)
        same_version = approved.determination.terms_hash == question.terms_hash
        if agreement_id == question.agreement.id and same_version and other and other.enrolment == place.enrolment:
            counted[milestone] = (approved.determination, approved.beneficiary)
    return place, counted


def _by_payee(amounts: Iterable[tuple[str, str, int]]) -> dict[Line, int]:
    found: dict[Line, int] = {}
    for milestone, payee, cents in amounts:
        found[milestone, payee] = found.get((milestone, payee), 0) + cents
    return found


def _difference(
    state: InfusionState, account: Account, latest: Determination, line: Line
) -> RefundTriggered | RefundAdjusted:
    milestone, payee = line
    issued = state.issued.get((latest.agreement_id, milestone))
    if issued is None:
        return RefundTriggered(
            determination_id=latest.determination_id,
            agreement_id=latest.agreement_id,
            milestone=milestone,
            clause=next(one.clause for one in account.lines if one.milestone == milestone),
            amount=account.owed[line],
            currency=account.agreement.currency,
            beneficiary=payee,
        )
    return RefundAdjusted(
        determination_id=latest.determination_id,
        supersedes=issued.proposal.event.determination.determination_id,
        agreement_id=latest.agreement_id,
        milestone=milestone,
        difference=account.owed.get(line, 0) - account.triggered.get(line, 0),
        currency=account.agreement.currency,
        beneficiary=payee,
    )
