"""What is owed for all failures of one infusion under one agreement: components, several failures, base guard.

Component lines are rounded once; integers afterwards; what is owed never exceeds the base (settled F4, F7, F9).
"""

from collections.abc import Iterable, Sequence
from typing import assert_never

from oba.determination.determination import RefundLine
from oba.evidence import Evidence
from oba.facts.coverage import CoverageChanged
from oba.money import Rounding, percent_of, write_amount_for_reading
from oba.refund.failure import Failure
from oba.refund.flat_percentage import flat_percentage
from oba.refund.table_by_milestone import table_by_milestone
from oba.terms.agreement import Agreement
from oba.terms.consequences import PayerAtFailure, PayerAtInfusion
from oba.terms.refund.any_component import Component
from oba.terms.refund.flat_percentage import FlatPercentage
from oba.terms.refund.table_by_milestone import TableByMilestone
from oba.units import Percent


def base_amount(agreement: Agreement, price: int, dose_share_percent: Percent) -> int:
    """The base in cents: the price, times the share of the dose where the agreement says so (settled F5)."""
    match agreement.price.dose_share:
        case "ignored":
            return price
        case "multiplies":
            return percent_of(price, dose_share_percent, agreement.refund.rounding)
        case _:  # pragma: no cover
            assert_never(agreement.price.dose_share)


def owed(agreement: Agreement, base: int, failures: Iterable[Failure]) -> tuple[RefundLine, ...]:
    """All lines that are owed together; data points cost nothing.

    Base and components follow the failure, where it names its own; the other rules follow the agreement (settled E1).
    """
    data_points = {milestone.id for milestone in agreement.milestones if milestone.role == "data_point"}
    in_order = sorted(
        (failure for failure in failures if failure.milestone not in data_points),
        key=lambda failure: (failure.first_failure_on, failure.place),
    )
    chosen = _chosen(agreement, base, tuple(in_order))
    lines = _component_lines(agreement, base, chosen)
    by_failure = {failure.milestone: number for number, failure in enumerate(chosen)}
    in_date_order = sorted(lines, key=lambda line: by_failure[line.milestone])
    limit = max((_base_of(failure, base) for failure in chosen), default=base)
    return (*lines, *_base_guard(agreement, limit, in_date_order))


def at_risk(agreement: Agreement, base: int, failure: Failure, standing: tuple[Failure, ...] = ()) -> int:
    """What a failure of this milestone would cost beyond the failures that stand already, in cents."""
    before = sum(line.amount for line in owed(agreement, base, standing))
    return max(0, sum(line.amount for line in owed(agreement, base, (*standing, failure))) - before)


def beneficiary(agreement: Agreement, payer_at_infusion: str, failure: Failure | None, evidence: Evidence) -> str:
    """The payer whom a refund follows: on Day 0, or on the day of the first failure (C41, settled F11)."""
    match agreement.consequences.change_of_payer.follows:
        case PayerAtInfusion():
            return payer_at_infusion
        case PayerAtFailure(uncovered=uncovered):
            return _payer_on(payer_at_infusion, failure, evidence, uncovered == "previous_payer")
        case _:  # pragma: no cover
            assert_never(agreement.consequences.change_of_payer.follows)


def _payer_on(payer_at_infusion: str, failure: Failure | None, evidence: Evidence, previous: bool) -> str:
    """The payer on the day of the failure; on a day without cover, the previous one or the one at infusion."""
    payer = payer_at_infusion
    for change in evidence.of(CoverageChanged):
        if failure is None or change.occurred_on > failure.first_failure_on:
            break
        uncovered = payer if previous else payer_at_infusion
        payer = change.fact.payer_id or uncovered
    return payer


def _base_of(failure: Failure, base: int) -> int:
    return base if failure.base is None else failure.base


def _component_lines(agreement: Agreement, base: int, failures: tuple[Failure, ...]) -> tuple[RefundLine, ...]:
    """By component, then by failure; each failure has the lines of its own components, seen beside all failures."""
    refund = agreement.refund
    found = [
        (number, order, line)
        for order, failure in enumerate(failures)
        for number, component in enumerate(refund.components if failure.components is None else failure.components)
        for line in _lines(component, _base_of(failure, base), failures, refund.rounding)
        if line.milestone == failure.milestone
    ]
    return tuple(line for *_, line in sorted(found, key=lambda one: one[:2]))


def _lines(
    component: Component, base: int, failures: tuple[Failure, ...], rounding: Rounding
) -> tuple[RefundLine, ...]:
    match component:
        case TableByMilestone():
            return table_by_milestone(component, base, failures, rounding)
        case FlatPercentage():
            return flat_percentage(component, base, failures, rounding)
        case _:  # pragma: no cover
            assert_never(component)


def _chosen(agreement: Agreement, base: int, failures: tuple[Failure, ...]) -> tuple[Failure, ...]:
    """Which whole failures count together (C31, settled F4)."""
    if not failures:
        return ()
    several = agreement.refund.several_failures
    match several.rule:
        case "cumulative":
            return failures
        case "highest_of":
            return (_highest(agreement, base, failures),)
        case "first_only":
            return _first(agreement, base, failures)
        case _:  # pragma: no cover
            assert_never(several.rule)


def _highest(agreement: Agreement, base: int, failures: tuple[Failure, ...]) -> Failure:
    """The costliest failure; of equal ones the earliest."""
    return max(failures, key=lambda failure: _cost(agreement, base, failure))


def _first(agreement: Agreement, base: int, failures: tuple[Failure, ...]) -> tuple[Failure, ...]:
    first_on = failures[0].first_failure_on
    same_day = tuple(failure for failure in failures if failure.first_failure_on == first_on)
    match agreement.refund.several_failures.same_day:
        case "highest":
            return (_highest(agreement, base, same_day),)
        case "all":
            return same_day
        case "milestone_order":
            return same_day[:1]
        case _:  # pragma: no cover
            assert_never(agreement.refund.several_failures.same_day)


def _cost(agreement: Agreement, base: int, failure: Failure) -> int:
    return sum(line.amount for line in _component_lines(agreement, base, (failure,)))


def _base_guard(agreement: Agreement, base: int, lines: Sequence[RefundLine]) -> tuple[RefundLine, ...]:
    """What exceeds the base is cut from the latest lines, each cut a negative line of its own (settled F8, F9)."""
    excess = sum(line.amount for line in lines) - base
    cuts: list[RefundLine] = []
    for line in reversed(lines):
        cut = min(excess, line.amount)
        if cut <= 0:
            continue
        excess -= cut
        cuts.append(
            RefundLine(
                component="base",
                clause=agreement.price.clause,
                milestone=line.milestone,
                formula=f"never more than the base of {write_amount_for_reading(base)}",
                amount=-cut,
            )
        )
    return tuple(reversed(cuts))
