"""Answers about a whole life: every milestone, every instalment, and what is owed together."""

from typing import Any

from oba.determination.determination import RefundLine
from oba.infusion.questions import failure_of
from oba.infusion.reckoning import reckon
from oba.refund.failure import Failure
from oba.refund.owed import beneficiary
from oba.refund.refused import RefundRefused
from oba.terms.agreement import Agreement
from tests.support.vectors.asked import agreement_of, clocks_of, determined, evidence_of
from tests.support.vectors.questions_of_lives import LifeVector
from tests.support.vectors.reading import Told

Answer = dict[str, Any]


def life(vector: LifeVector, told: Told) -> Answer:
    agreement, clocks, evidence = agreement_of(vector.document), clocks_of(vector), evidence_of(vector, told)
    found = tuple(determined(vector, told, vector.document, one.id, clocks) for one in agreement.every_milestone)
    money = reckon(
        agreement,
        found,
        evidence,
        payer_at_infusion=vector.payer_on_day_0,
        price=vector.price,
        approved_on=clocks.as_of,
    )
    assert not isinstance(money, RefundRefused), money
    failures = tuple(failure for one in found if (failure := failure_of(one, agreement)) is not None)
    return {
        "outcomes": {one.milestone: one.finding for one in found},
        "first_failures": {failure.milestone: failure.first_failure_on for failure in failures},
        "confirmed": {one.milestone: one.confirmed_on for one in found if one.confirmed_on is not None},
        "instalments": {part.id: part.state for part in money.instalments},
        "paid": sum(part.amount for part in money.instalments if part.state == "paid"),
        **told_lines(money.lines),
        "in_full": (*found, *money.lines),
        "by_payer": _by_payer(money.by_payee),
        "beneficiary": first_beneficiary(vector, told, agreement, failures),
    }


def _by_payer(by_payee: dict[tuple[str, str], int]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for (_, payer), cents in by_payee.items():
        totals[payer] = totals.get(payer, 0) + cents
    return totals


def told_lines(lines: tuple[RefundLine, ...]) -> Answer:
    return {
        "lines": tuple({"component": x.component, "milestone": x.milestone, "amount": x.amount} for x in lines),
        "total": sum(line.amount for line in lines),
        "in_full": lines,
    }


def first_beneficiary(vector: LifeVector, told: Told, agreement: Agreement, failures: tuple[Failure, ...]) -> str:
    """Whom the first failure's refund follows."""
    first = min(failures, key=lambda failure: (failure.first_failure_on, failure.place), default=None)
    return beneficiary(agreement, vector.payer_on_day_0, first, evidence_of(vector, told), vector.day_0)
