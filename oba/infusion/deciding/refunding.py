"""What an approval obliges: the lines of its milestone, and the differences to what was triggered before."""

from collections.abc import Mapping
from datetime import date

from oba.determination.determination import Determination, RefundLine
from oba.determination.question import Question
from oba.infusion.deciding.account import Account, Line
from oba.infusion.deciding.counted import (
    Counted,
    counted_before,
    counted_failure,
    determined_of,
    failure_dated,
    kept_failure,
    latest,
    paid_for,
    parts_of,
    payees_of,
)
from oba.infusion.enrolment import Enrolment
from oba.infusion.events import DeterminationProposed, RefundAdjusted, RefundDifference, RefundTriggered
from oba.infusion.places import places
from oba.infusion.state import InfusionState
from oba.problems import Problem
from oba.refund.base import base_of
from oba.refund.change_of_payer import change_of_payer
from oba.refund.circumstances import Circumstances, circumstances_of
from oba.refund.cover import Cover
from oba.refund.owed import owed
from oba.refund.payees import by_payee
from oba.refund.refused import RefundRefused
from oba.terms.agreement import Agreement
from oba.terms.shelf import Shelf


def proposal_of(
    state: InfusionState, shelf: Shelf, question: Question, determination: Determination
) -> DeterminationProposed | RefundRefused:
    """The determination as it is put before a second person, with everything that its approval would trigger."""
    key = (determination.agreement_id, determination.milestone)
    account = _account(state, shelf, question, determination, _proposed_on(state, question, determination))
    if isinstance(account, RefundRefused):
        return account
    issued = state.issued.get(key)
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
        payees=parts_of(account.payees),
    )


def refund_differences(
    state: InfusionState, shelf: Shelf, question: Question, determination: Determination
) -> tuple[RefundTriggered | RefundAdjusted, ...] | RefundRefused:
    """What is owed now less what was triggered before, by milestone and payee (settled F9)."""
    account = _account(state, shelf, question, determination, _approved_on(state, question, determination))
    if isinstance(account, RefundRefused):
        return account
    return tuple(_difference(state, account, determination, line, cents) for line, cents in account.differences.items())


def _approved_on(state: InfusionState, question: Question, determination: Determination) -> date:
    """The date of a determination is that of its approval; until then, the day on which we ask (settled D3)."""
    issued = state.issued.get((determination.agreement_id, determination.milestone))
    same = issued is not None and issued.proposal.event.determination.determination_id == determination.determination_id
    return issued.approved_on if issued is not None and same else question.as_of


def _proposed_on(state: InfusionState, question: Question, determination: Determination) -> date:
    """While the same answer waits for its second person, the day on which it was put before them."""
    waiting = state.proposals.get((determination.agreement_id, determination.milestone))
    if waiting is not None and waiting.event.determination.determination_id == determination.determination_id:
        return waiting.proposed_on
    return _approved_on(state, question, determination)


def _account(
    state: InfusionState, shelf: Shelf, question: Question, determination: Determination, determined_on: date
) -> Account | RefundRefused:
    agreement, evidence = question.agreement, question.evidence
    assert evidence.infused is not None, "a question is asked about a known infusion only"
    key = (agreement.id, question.milestone)
    enrolment = next(one.enrolment for one in places(state, shelf, evidence) if one.key == key)
    base = base_of(agreement, enrolment.price, evidence.infused)
    own = _own(state, shelf, question, determination, enrolment, base, determined_on)
    if isinstance(own, Problem):
        return RefundRefused((own,))
    counted = {**counted_before(state, shelf, agreement.id), determination.milestone: own}
    rules = latest(counted.values(), otherwise=own)
    triggered = {
        (milestone, payee): cents
        for (agreement_id, milestone, payee), cents in state.triggered.items()
        if agreement_id == agreement.id
    }
    standing = _standing(shelf, counted, rules, own, triggered)
    failures = tuple(one.failure for one in counted.values() if one.failure is not None)
    around = _around(state, question, enrolment, counted, rules.agreement, standing)
    lines = owed(rules.agreement, base, failures, around)
    if isinstance(lines, RefundRefused):
        return lines
    return Account(
        agreement=agreement,
        base=base,
        lines=lines,
        payees=own.payees,
        payer_at_infusion=enrolment.payer_id,
        owed={**_by_payee(lines, counted, standing, agreement), **standing},
        triggered=triggered,
    )


def _own(
    state: InfusionState,
    shelf: Shelf,
    question: Question,
    determination: Determination,
    enrolment: Enrolment,
    base: int,
    determined_on: date,
) -> Counted | Problem:
    """The determination itself as it would count; a failure that it takes back too late counts on (settled F12)."""
    agreement, earlier = question.agreement, state.issued.get((question.agreement.id, question.milestone))
    cover = Cover(question.evidence, question.day_0, enrolment.payer_id, agreement.id)
    failed = failure_dated(determination, agreement, determined_on)
    payees = change_of_payer(agreement.consequences.change_of_payer, failed, cover, agreement.month_end)
    if isinstance(payees, Problem):
        return payees
    failure = counted_failure(determination, agreement, base, payees, determined_on)
    kept = kept_failure(shelf, earlier, determined_on) if determination.finding != "not_met" else None
    if earlier is not None and kept is not None:
        failure, payees = kept, payees_of(paid_for(earlier).proposal.event)
    return Counted(
        agreement=agreement,
        terms_hash=question.terms_hash,
        determined=determined_of(determination, earlier, determined_on),
        failure=failure,
        payees=payees,
    )


def _standing(
    shelf: Shelf, counted: Mapping[str, Counted], rules: Counted, own: Counted, triggered: Mapping[Line, int]
) -> dict[Line, int]:
    """What was triggered under another version than the one that rules now, which reduces it only if it says so.

    It stands until its own superseding determination is approved (settled E1, F10).
    """
    amendment = shelf.amendments.get(rules.terms_hash)
    if amendment is not None and amendment.may_reduce_issued:
        return {}
    of_others = {
        milestone for milestone, one in counted.items() if one is not own and one.terms_hash != rules.terms_hash
    }
    return {line: cents for line, cents in triggered.items() if line[0] in of_others}


def _around(
    state: InfusionState,
    question: Question,
    enrolment: Enrolment,
    counted: Mapping[str, Counted],
    rules: Agreement,
    standing: Mapping[Line, int],
) -> Circumstances:
    issued: dict[str, int] = {}
    for (milestone, _), cents in standing.items():
        issued[milestone] = issued.get(milestone, 0) + cents
    joint = rules.refund.joint_limit_with
    shared = joint.agreements if joint is not None else ()
    return circumstances_of(
        rules,
        question.evidence,
        enrolment.payer_id,
        infusion_id=question.infusion_id,
        determined=(one.determined for one in counted.values()),
        elsewhere=sum(cents for (agreement_id, *_), cents in state.triggered.items() if agreement_id in shared),
        issued=issued,
    )


def _by_payee(
    lines: tuple[RefundLine, ...], counted: Mapping[str, Counted], standing: Mapping[Line, int], agreement: Agreement
) -> dict[Line, int]:
    """All failures of the agreement compete, and each keeps its own base and payees."""
    stand = {milestone for milestone, _ in standing}
    here = (line for line in lines if line.milestone not in stand)
    return by_payee(here, {milestone: one.payees for milestone, one in counted.items()}, agreement.refund.rounding)


def _difference(
    state: InfusionState, account: Account, approved: Determination, line: Line, cents: int
) -> RefundTriggered | RefundAdjusted:
    milestone, payee = line
    issued = state.issued.get((approved.agreement_id, milestone))
    if issued is None:
        return RefundTriggered(
            determination_id=approved.determination_id,
            agreement_id=approved.agreement_id,
            milestone=milestone,
            clause=next(one.clause for one in account.lines if one.milestone == milestone),
            amount=cents,
            currency=account.agreement.currency,
            beneficiary=payee,
        )
    return RefundAdjusted(
        determination_id=approved.determination_id,
        supersedes=issued.proposal.event.determination.determination_id,
        agreement_id=approved.agreement_id,
        milestone=milestone,
        difference=cents,
        currency=account.agreement.currency,
        beneficiary=payee,
    )
