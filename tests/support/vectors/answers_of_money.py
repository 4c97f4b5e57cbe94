"""Answers about all money of one infusion, shares, clawback and limits over several infusions."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from pydantic import TypeAdapter

from oba.determination.determination import RefundLine
from oba.identity import derived_id
from oba.infusion.deciding.counted import void_part
from oba.infusion.reckoning import Reckoned, reckoned
from oba.problems import Problem
from oba.refund.base import base_of
from oba.refund.beneficiaries import beneficiaries
from oba.refund.change_of_payer import Payee, Payees, change_of_payer
from oba.refund.circumstances import circumstances_of
from oba.refund.clawback import clawback
from oba.refund.cover import Cover
from oba.refund.differences import differences
from oba.refund.failure import Failure
from oba.refund.ground import Determined
from oba.refund.owed import owed
from oba.refund.refused import RefundRefused
from oba.refund.shared_caps import Claim, shared_cap
from oba.refund.volume_unit import VolumeUnit
from oba.terms.agreement import Agreement
from oba.terms.consequences import EventCosts
from oba.terms.refund.caps import AggregateCap, YearCap
from oba.terms.refund.table_by_milestone import TableByMilestone
from tests.support.vectors.asked import agreement_of, evidence_of
from tests.support.vectors.questions_of_money import (
    ClawbackVector,
    ExpectMoneyLine,
    Failing,
    MoneyVector,
    SharedCapVector,
    SharesVector,
)
from tests.support.vectors.reading import Told
from tests.support.vectors.vector import Vector

Answer = dict[str, Any]
_COSTS: TypeAdapter[EventCosts] = TypeAdapter(EventCosts)
_CAP: TypeAdapter[YearCap | AggregateCap] = TypeAdapter(YearCap | AggregateCap)


def money(vector: MoneyVector, told: Told) -> Answer:
    agreement, evidence = agreement_of(vector.document), evidence_of(vector, told)
    assert evidence.infused is not None
    base = base_of(agreement, vector.price, evidence.infused)
    cover = Cover(evidence, vector.day_0, vector.payer_on_day_0, agreement.id)
    payees: dict[str, Payees] = {name: (Payee(vector.payer_on_day_0),) for name in vector.outcomes}
    failures = []
    for name, failing in vector.failures.items():
        failure = _failure(agreement, name, failing)
        followed = change_of_payer(agreement.consequences.change_of_payer, failure, cover, agreement.month_end)
        if isinstance(followed, Problem):
            return {"refused": (followed.code,)}
        payees[name] = followed
        failures.append(_failure(agreement, name, failing, void_part(followed)))
    around = circumstances_of(
        agreement,
        evidence,
        vector.payer_on_day_0,
        determined=_determined(vector),
        elsewhere=vector.elsewhere,
        issued=vector.issued_under_an_earlier_version,
        infusion_id=derived_id("test", "unit", "this"),
        volume_units=(VolumeUnit(derived_id("test", "unit", one.id), one.infused_on, one.base) for one in vector.units),
    )
    lines = owed(agreement, base, failures, around)
    if isinstance(lines, RefundRefused):
        return {"refused": tuple(problem.code for problem in lines.problems)}
    return _told(vector, reckoned(agreement, base, lines, payees))


def _failure(agreement: Agreement, name: str, failing: Failing, void: Fraction = Fraction(0)) -> Failure:
    rows = TableByMilestone(kind="table_by_milestone", clause="9.1", rows=failing.rows) if failing.rows else None
    return Failure(
        milestone=name,
        first_failure_on=failing.first_failure_on,
        place=[one.id for one in agreement.every_milestone].index(name),
        base=failing.base,
        components=(rows,) if rows is not None else None,
        due_on=failing.due_on,
        confirmed_on=failing.confirmed_on,
        determined_on=failing.determined_on,
        share=Fraction(failing.share),
        latched_from=failing.latched_from,
        costs=_COSTS.validate_python(failing.costs) if failing.costs is not None else None,
        void=void,
    )


def _determined(vector: MoneyVector) -> tuple[Determined, ...]:
    failed = (
        Determined(name, "not_met", failing.due_on or failing.first_failure_on)
        for name, failing in vector.failures.items()
    )
    others = (Determined(name, judged.finding, judged.due_on) for name, judged in vector.outcomes.items())
    return (*failed, *others)


def _told(vector: MoneyVector, found: Reckoned) -> Answer:
    expected = vector.expect.lines or ()
    by_payer: dict[str, int] = {}
    for (_, payer), cents in found.by_payee.items():
        by_payer[payer] = by_payer.get(payer, 0) + cents
    cuts: dict[str, int] = {}
    by_milestone: dict[str, int] = {}
    for line in found.lines:
        by_milestone[line.milestone] = by_milestone.get(line.milestone, 0) + line.amount
        if line.amount < 0:
            cuts[line.component] = cuts.get(line.component, 0) + line.amount
    return {
        "base": found.base,
        "in_full": found.lines,
        "lines": tuple(_line(line, *expected[place : place + 1]) for place, line in enumerate(found.lines)),
        "cuts": cuts,
        "total": found.total,
        "by_payee": by_payer,
        "by_milestone": by_milestone,
        "by_beneficiary": found.by_beneficiary,
        "differences": {
            payer: {"amount": cents, "kind": "adjustment" if cents > 0 else "credit"}
            for (payer,), cents in differences(_alone(by_payer), _alone(vector.issued)).items()
        },
    }


def _alone(by_payer: dict[str, int]) -> dict[tuple[str], int]:
    return {(payer,): cents for payer, cents in by_payer.items()}


def _line(line: RefundLine, *expected: ExpectMoneyLine) -> Answer:
    """The line, with its formula where the vector states one in its place."""
    assert line.clause
    assert line.formula
    formula = {"formula": line.formula} if any(one.formula for one in expected) else {}
    return {"component": line.component, "milestone": line.milestone, "amount": line.amount, **formula}


def shares(vector: SharesVector, _: Told) -> Answer:
    return {"shares": beneficiaries(vector.document, "payee", vector.total, vector.rounding)}


def taken_back(vector: ClawbackVector, _: Told) -> Answer:
    found = clawback(vector.document, "clamp", approved_on=vector.approved_on, superseded_on=vector.superseded_on)
    return {"taken_back": found}


def granted(vector: SharedCapVector, _: Told) -> Answer:
    names = {derived_id("test", "infusion", one.infusion): one.infusion for one in vector.claims}
    claims = (
        Claim(derived_id("test", "infusion", one.infusion), one.infused_on, one.dated_on, one.owed, one.issued)
        for one in vector.claims
    )
    found = shared_cap(_CAP.validate_python(vector.document), tuple(claims))
    return {"granted": {names[infusion_id]: cents for infusion_id, cents in found.items()}}


MONEY_ANSWERS: dict[type[Vector], Callable[[Any, Told], Answer]] = {
    MoneyVector: money,
    SharesVector: shares,
    ClawbackVector: taken_back,
    SharedCapVector: granted,
}
