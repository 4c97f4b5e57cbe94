"""Answers about settlement, in the form in which the vectors state them."""

from collections.abc import Callable
from typing import Any

from oba.settlement.audit import audit_refused, kept_until
from oba.settlement.claim_period import claim_period, claim_standing
from oba.settlement.comparison import FileLine, compare_files
from oba.settlement.disclosed import disclosed
from oba.settlement.dispute import answered, steps, stopped_days
from oba.settlement.interest import disputed_from, interest
from oba.settlement.netting import netted
from oba.settlement.payments import OpenAmount, Payment, allocate
from oba.settlement.population import EmptyPopulation, Member, population, price_for_each
from oba.settlement.statement_line import StatementLine, line_problems, total_remittance
from tests.support.vectors import questions_of_settlement as asked
from tests.support.vectors.reading import Told
from tests.support.vectors.vector import Vector


def claim(vector: asked.ClaimVector, told: Told) -> dict[str, Any]:
    terms, given = vector.document, vector.asked
    period = claim_period(
        terms,
        approved_on=given.approved_on,
        due_on=given.due_on,
        business_days=given.business_days,
        stopped=given.stopped_days,
    )
    answer = {"first_on": period.first_on, "last_on": period.last_on, "would_end_on": period.would_end_on}
    if vector.as_of is None:
        return answer
    standing = claim_standing(
        terms, period, as_of=vector.as_of, claimed_on=given.claimed_on, first_request_on=given.first_request_on
    )
    return {**answer, "standing": standing}


def late(vector: asked.InterestVector, told: Told) -> dict[str, Any]:
    given = vector.asked
    charge = interest(
        vector.document, given.principal, due_on=given.due_on, paid_on=given.paid_on, rounding=given.rounding
    )
    resolved = given.resolved_on or given.paid_on
    runs_from = disputed_from(vector.document, due_on=given.due_on, resolved_on=resolved, upheld=given.upheld)
    return {"interest": charge.cents, "runs_from": runs_from}


def payments(vector: asked.PaymentsVector, told: Told) -> dict[str, Any]:
    due = [OpenAmount(one.reference, one.due_on, one.amount, one.is_interest) for one in vector.asked.open]
    paid = [Payment(one.payer, one.trace_number, one.references, one.amount) for one in vector.asked.paid]
    return vars(allocate(due, paid))


def statement(vector: asked.StatementVector, told: Told) -> dict[str, Any]:
    lines = {name: _line(one) for name, one in vector.asked.lines.items()}
    problems = {name: found for name, line in lines.items() if (found := line_problems(line))}
    return {
        "problems": problems,
        "amount_paid": sum(line.amount_paid for line in lines.values()),
        "total_remittance": total_remittance(lines.values(), vector.asked.interest),
    }


def _line(one: asked.Line) -> StatementLine:
    return StatementLine(
        units_claimed=one.F,
        units_adjusted=one.G,
        units_disputed=one.H,
        units_paid=one.I,
        amount_claimed=one.L,
        amount_corrected=one.M,
        amount_withheld=one.N,
        amount_paid=one.O,
        units_unpaid=one.U_units,
        amount_unpaid=one.U_amount,
        adjustment_codes=one.adjustment_codes,
        dispute_codes=one.dispute_codes,
        evidence=frozenset(one.evidence),
    )


def dispute(vector: asked.DisputeVector, told: Told) -> dict[str, Any]:
    given, terms = vector.asked, vector.document
    answer = answered(given.billed, given.paid, given.codes, frozenset(given.evidence))
    plain: dict[str, Any] = {**vars(answer), "is_dispute": answer.is_dispute}
    if terms is not None and given.opened_on is not None:
        plain["steps"] = tuple((one.name, one.first_on, one.last_on) for one in steps(terms, given.opened_on))
        resolved_on = given.resolved_on or given.opened_on
        plain["stopped_days"] = stopped_days(terms, opened_on=given.opened_on, resolved_on=resolved_on)
    return plain


def comparison(vector: asked.ComparisonVector, told: Told) -> dict[str, Any]:
    ours = [FileLine(one.key, one.amount, one.fields) for one in vector.asked.ours]
    theirs = [FileLine(one.key, one.amount, one.fields) for one in vector.asked.theirs]
    compared = compare_files(ours, theirs)
    return {
        "findings": {one.key: one.finding for one in compared},
        "gaps": {one.key: one.gap for one in compared if one.key in vector.expect.gaps},
    }


def audit(vector: asked.AuditVector, told: Told) -> dict[str, Any]:
    given = vector.asked
    refused = audit_refused(
        vector.document,
        announced_on=given.announced_on,
        held_on=given.held_on,
        reaches_back_to=given.reaches_back_to,
        earlier=given.earlier,
    )
    last = given.last_determination_on
    return {"refused": refused, "kept_until": kept_until(vector.document, last) if last else None}


def disclosure(vector: asked.DisclosureVector, told: Told) -> dict[str, Any]:
    return {"shown": disclosed(vector.document, vector.asked.recipient, vector.asked.content)}


def cohort(vector: asked.PopulationVector, told: Told) -> dict[str, Any]:
    members = [
        Member(f"{place}-{number}", one.infused_on, one.outcome, one.approved_on, one.base, one.refunded)
        for place, one in enumerate(vector.asked.members)
        for number in range(one.count)
    ]
    try:
        pooled = population(vector.document, members, vector.asked.rounding)
    except EmptyPopulation:
        return {"problem": "empty_population"}
    price = str(pooled.price_percent) if pooled.price_percent is not None else None
    return {
        **vars(pooled),
        "price_percent": price,
        "price_for_each": price_for_each(pooled, members, vector.asked.rounding),
    }


def netting(vector: asked.NettingVector, told: Told) -> dict[str, Any]:
    feet = netted(vector.asked.periods)
    return {name: tuple(getattr(foot, name) for foot in feet) for name in ("payable", "carried", "returned")}


SETTLEMENT_ANSWERS: dict[type[Vector], Callable[[Any, Told], dict[str, Any]]] = {
    asked.ClaimVector: claim,
    asked.InterestVector: late,
    asked.PaymentsVector: payments,
    asked.StatementVector: statement,
    asked.DisputeVector: dispute,
    asked.ComparisonVector: comparison,
    asked.AuditVector: audit,
    asked.DisclosureVector: disclosure,
    asked.PopulationVector: cohort,
    asked.NettingVector: netting,
}
