"""What an approval obliges: the lines of its milestone, and the differences to what was triggered before."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from oba.determination.determination import Determination, RefundLine
from oba.determination.question import Question
from oba.infusion.enrolment import Enrolment
from oba.infusion.events import DeterminationProposed, RefundAdjusted, RefundTriggered
from oba.infusion.questions import failure_of, places
from oba.infusion.state import InfusionState
from oba.refund.owed import base_amount, beneficiary, owed
from oba.terms.agreement import Agreement
from oba.terms.shelf import Shelf

Line: TypeAlias = tuple[str, str]
"""Milestone and payee."""


Basis: TypeAlias = Literal["enrolment", "another_enrolment", "another_version"]
"""Whether a milestone was approved under the enrolment and version in question."""


@dataclass(frozen=True)
class Counted:
    """A determination that counts for the refund, whom its refund follows, and on which basis it was approved."""

    determination: Determination
    payee: str
    by: Basis


@dataclass(frozen=True)
class Account:
    """What is owed under one agreement once a determination is approved, and what was triggered for it before."""

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
    enrolment, counted = _counted(state, shelf, question)
    failure = failure_of(determination, agreement)
    payee = beneficiary(agreement, enrolment.payer_id, failure, evidence)
    counted[determination.milestone] = Counted(determination, payee, by="enrolment")
    base = base_amount(agreement, enrolment.price, evidence.infused.fact.dose_share_percent)
    failures = [failure_of(one.determination, agreement) for one in counted.values()]
    lines = owed(agreement, base, tuple(one for one in failures if one is not None))
    triggered = _by_payee(
        (milestone, payee, cents)
        for (agreement_id, milestone, payee), cents in state.triggered.items()
        if agreement_id == agreement.id and milestone in counted
    )
    return Account(
        agreement=agreement,
        lines=lines,
        payee=payee,
        owed=_owed_by_payee(lines, counted, triggered),
        triggered=triggered,
    )


def _counted(state: InfusionState, shelf: Shelf, question: Question) -> tuple[Enrolment, dict[str, Counted]]:
    """The enrolment of the question, and the approved determinations of its agreement that count with it."""
    of_agreement = {
        one.milestone: one.enrolment
        for one in places(state.events, shelf, question.evidence)
        if one.agreement.id == question.agreement.id
    }
    enrolment = of_agreement[question.milestone]
    named = {milestone.id for milestone in question.agreement.milestones}
    counted: dict[str, Counted] = {}
    for (agreement_id, milestone), issued in state.issued.items():
        if agreement_id != question.agreement.id or milestone not in of_agreement.keys() & named:
            continue
        approved = issued.proposal.event
        by: Basis = "enrolment" if of_agreement[milestone] == enrolment else "another_enrolment"
        if approved.determination.terms_hash != question.terms_hash:
            by = "another_version"
        counted[milestone] = Counted(approved.determination, approved.beneficiary, by=by)
    return enrolment, counted


def _owed_by_payee(
    lines: tuple[RefundLine, ...], counted: dict[str, Counted], triggered: dict[Line, int]
) -> dict[Line, int]:
    """All failures of the agreement compete, and each keeps its own base.

    What was triggered under another enrolment stands while its failure counts; what was triggered under another
    version stands until its own superseding determination is approved (settled E1, F10). So does the payee.
    """
    counting = {line.milestone for line in lines if line.amount > 0}
    here = _by_payee(
        (line.milestone, counted[line.milestone].payee, line.amount)
        for line in lines
        if counted[line.milestone].by == "enrolment"
    )
    standing = {
        line: cents
        for line, cents in triggered.items()
        if counted[line[0]].by == "another_version"
        or (counted[line[0]].by == "another_enrolment" and line[0] in counting)
    }
    return {**here, **standing}


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
