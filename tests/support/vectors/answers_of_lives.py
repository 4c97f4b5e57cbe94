"""Answers about a whole life: every milestone, every instalment, and what is owed together."""

from typing import Any

from oba.determination.determination import Determination, RefundLine
from oba.infusion.deciding.counted import determined_of, failure_dated
from oba.infusion.questions import failure_of
from oba.infusion.reckoning import reckon
from oba.refund.circumstances import circumstances_of
from oba.refund.failure import Failure
from oba.refund.ground import Ground
from oba.refund.instalment_states import InstalmentFound, instalment_states
from oba.refund.owed import beneficiary
from oba.refund.refused import RefundRefused
from oba.terms.agreement import Agreement
from oba.terms.refund.instalments import Instalments
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
    parts = _instalments(vector, told, agreement, found, money.base)
    return {
        "outcomes": {one.milestone: one.finding for one in found},
        "first_failures": {failure.milestone: failure.first_failure_on for failure in failures},
        "confirmed": {one.milestone: one.confirmed_on for one in found if one.confirmed_on is not None},
        "instalments": {part.id: part.state for part in parts},
        "paid": sum(part.amount for part in parts if part.state == "paid"),
        **told_lines(money.lines),
        "by_payer": _by_payer(money.by_payee),
        "beneficiary": first_beneficiary(vector, told, agreement, failures),
    }


def _instalments(
    vector: LifeVector, told: Told, agreement: Agreement, found: tuple[Determination, ...], base: int
) -> tuple[InstalmentFound, ...]:
    """Every instalment on the day on which we ask, when every milestone is approved as well."""
    clocks = clocks_of(vector)
    around = circumstances_of(agreement, evidence_of(vector, told), vector.payer_on_day_0)
    judged = (one for one in found if agreement.milestone(one.milestone).role == "judged")
    failed = [failure for one in judged if (failure := failure_dated(one, agreement, clocks.as_of)) is not None]
    ground = Ground(
        base=base,
        failures=tuple(sorted(failed, key=lambda failure: (failure.first_failure_on, failure.place))),
        rounding=agreement.refund.rounding,
        day_0=vector.day_0,
        month_end=agreement.month_end,
        determined=tuple(determined_of(one, None, clocks.as_of) for one in found),
        as_of=clocks.as_of,
        instalments_cancelled_on=around.instalments_cancelled_on,
    )
    states = (
        instalment_states(component, ground)
        for component in agreement.refund.components
        if isinstance(component, Instalments)
    )
    return tuple(part for parts in states if not isinstance(parts, RefundRefused) for part in parts)


def _by_payer(by_payee: dict[tuple[str, str], int]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for (_, payer), cents in by_payee.items():
        totals[payer] = totals.get(payer, 0) + cents
    return totals


def told_lines(lines: tuple[RefundLine, ...]) -> Answer:
    return {
        "lines": tuple({"component": x.component, "milestone": x.milestone, "amount": x.amount} for x in lines),
        "total": sum(line.amount for line in lines),
    }


def first_beneficiary(vector: LifeVector, told: Told, agreement: Agreement, failures: tuple[Failure, ...]) -> str:
    """Whom the first failure's refund follows."""
    first = min(failures, key=lambda failure: (failure.first_failure_on, failure.place), default=None)
    return beneficiary(agreement, vector.payer_on_day_0, first, evidence_of(vector, told), vector.day_0)
