"""What an approval obliges: the lines of its milestone, and the differences to what was triggered before."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from oba.determination.determination import Determination, RefundLine
from oba.determination.question import Question
from oba.infusion.events import DeterminationProposed, RefundAdjusted, RefundDifference, RefundTriggered
from oba.infusion.places import places
from oba.infusion.proposal import Issued
from oba.infusion.questions import failure_of
from oba.infusion.state import InfusionState
from oba.refund.failure import Failure
from oba.refund.owed import base_amount, beneficiary, owed
from oba.terms.agreement import Agreement
from oba.terms.shelf import Shelf

Line: TypeAlias = tuple[str, str]
"""Milestone and payee."""


@dataclass(frozen=True)
class Counted:
    """A determination that counts for the refund: its failure on its own base, and whom its refund follows."""

    failure: Failure | None
    payee: str
    stands: bool = False
    """Approved under another version: what was triggered stands until its own superseding determination."""


@dataclass(frozen=True)
class Account:
    """What is owed under one agreement once a determination is approved, and what was triggered for it before."""

    agreement: Agreement
    base: int
    lines: tuple[RefundLine, ...]
    payee: str
    """Whom the refund of the determination's own milestone follows."""
    owed: dict[Line, int]
    triggered: dict[Line, int]

    @property
    def differences(self) -> dict[Line, int]:
        """What is owed less what was triggered, by milestone and payee, where that is not nothing (settled F9)."""
        lines = sorted(self.owed.keys() | self.triggered.keys())
        amounts = {line: self.owed.get(line, 0) - self.triggered.get(line, 0) for line in lines}
        return {line: cents for line, cents in amounts.items() if cents != 0}


def proposal_of(
    state: InfusionState, shelf: Shelf, question: Question, determination: Determination
) -> DeterminationProposed:
    """The determination as it is put before a second person, with everything that its approval would trigger."""
    account = _account(state, shelf, question, determination)
    issued = state.issued.get((determination.agreement_id, determination.milestone))
    return DeterminationProposed(
        determination=determination,
        base=account.base,
        refund=tuple(line for line in account.lines if line.milestone == determination.milestone),
        differences=tuple(
            RefundDifference(milestone=milestone, beneficiary=payee, amount=cents)
            for (milestone, payee), cents in account.differences.items()
        ),
        currency=account.agreement.currency,
        beneficiary=account.payee,
        supersedes=issued.proposal.event.determination.determination_id if issued else None,
    )


def refund_differences(
    state: InfusionState, shelf: Shelf, question: Question, determination: Determination
) -> tuple[RefundTriggered | RefundAdjusted, ...]:
    """What is owed now less what was triggered before, by milestone and payee (settled F9)."""
    account = _account(state, shelf, question, determination)
    return tuple(_difference(state, account, determination, line, cents) for line, cents in account.differences.items())


def standing_failure(shelf: Shelf, issued: Issued) -> Failure | None:
    """An approved failure on the base and components of its own approval (settled E1, F10); None unless not met."""
    approved = issued.proposal.event
    own = shelf.agreements[approved.determination.terms_hash]
    failure = failure_of(approved.determination, own)
    if failure is None or own.milestone(failure.milestone).role == "data_point":
        return None
    return replace(failure, base=approved.base, components=own.refund.components)


def _account(state: InfusionState, shelf: Shelf, question: Question, determination: Determination) -> Account:
    agreement, evidence = question.agreement, question.evidence
    assert evidence.infused is not None, "a question is asked about a known infusion only"
    key = (agreement.id, question.milestone)
    enrolment = next(one.enrolment for one in places(state, shelf, evidence) if one.key == key)
    failure = failure_of(determination, agreement)
    payee = beneficiary(agreement, enrolment.payer_id, failure, evidence)
    counted = {**_counted(state, shelf, question), determination.milestone: Counted(failure, payee)}
    base = base_amount(agreement, enrolment.price, evidence.infused.fact.dose_share_percent)
    lines = owed(agreement, base, tuple(one.failure for one in counted.values() if one.failure is not None))
    triggered = {
        (milestone, payee): cents
        for (agreement_id, milestone, payee), cents in state.triggered.items()
        if agreement_id == agreement.id
    }
    return Account(
        agreement=agreement,
        base=base,
        lines=lines,
        payee=payee,
        owed=_owed_by_payee(lines, counted, triggered),
        triggered=triggered,
    )


def _counted(state: InfusionState, shelf: Shelf, question: Question) -> dict[str, Counted]:
    """Every approved determination of the agreement, whatever has become of its enrolment (settled F10)."""
    return {
        milestone: Counted(
            failure=standing_failure(shelf, issued),
            payee=issued.proposal.event.beneficiary,
            stands=issued.proposal.event.determination.terms_hash != question.terms_hash,
        )
        for (agreement_id, milestone), issued in state.issued.items()
        if agreement_id == question.agreement.id
    }


def _owed_by_payee(
    lines: tuple[RefundLine, ...], counted: dict[str, Counted], triggered: dict[Line, int]
) -> dict[Line, int]:
    """All failures of the agreement compete, and each keeps its own base and payee.

    What was triggered under another version stands until its own superseding determination is approved (settled E1,
    F10).
    """
    here = _by_payee(
        (line.milestone, counted[line.milestone].payee, line.amount)
        for line in lines
        if not counted[line.milestone].stands
    )
    standing = {line: cents for line, cents in triggered.items() if counted[line[0]].stands}
    return {**here, **standing}


def _by_payee(amounts: Iterable[tuple[str, str, int]]) -> dict[Line, int]:
    found: dict[Line, int] = {}
    for milestone, payee, cents in amounts:
        found[milestone, payee] = found.get((milestone, payee), 0) + cents
    return found


def _difference(
    state: InfusionState, account: Account, latest: Determination, line: Line, cents: int
) -> RefundTriggered | RefundAdjusted:
    milestone, payee = line
    issued = state.issued.get((latest.agreement_id, milestone))
    if issued is None:
        return RefundTriggered(
            determination_id=latest.determination_id,
            agreement_id=latest.agreement_id,
            milestone=milestone,
            clause=next(one.clause for one in account.lines if one.milestone == milestone),
            amount=cents,
            currency=account.agreement.currency,
            beneficiary=payee,
        )
    return RefundAdjusted(
        determination_id=latest.determination_id,
        supersedes=issued.proposal.event.determination.determination_id,
        agreement_id=latest.agreement_id,
        milestone=milestone,
        difference=cents,
        currency=account.agreement.currency,
        beneficiary=payee,
    )
