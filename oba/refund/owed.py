"""What is owed for all failures of one infusion under one agreement, step by step (terms 5; settled F4-F9).

Component lines are rounded once; integers afterwards; what is owed never exceeds the base and is never negative.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from oba.determination.determination import RefundLine
from oba.evidence import Evidence
from oba.money import Rounding, round_fraction, write_amount_for_reading
from oba.problems import Problem
from oba.refund.base_guard import base_guard
from oba.refund.caps import caps
from oba.refund.change_of_payer import change_of_payer
from oba.refund.circumstances import Circumstances
from oba.refund.cover import Cover
from oba.refund.deductibles import deductibles
from oba.refund.failure import Failure
from oba.refund.ground import Ground
from oba.refund.issued_before import issued_before
from oba.refund.left import Cut, Left, Taken
from oba.refund.limit_index import limit_index
from oba.refund.offsets import offsets
from oba.refund.outcome_lines import Placed, outcome_lines, standing_lines
from oba.refund.refused import Lines, RefundRefused
from oba.refund.several_failures import counting, several_failures
from oba.terms.agreement import Agreement

ALONE = Circumstances()
"""Nothing is known but the failures."""


def owed(agreement: Agreement, base: int, failures: Iterable[Failure], around: Circumstances = ALONE) -> Lines:
    """All lines that are owed together, in cents; data points cost nothing.

    Base and components follow the failure, where it names its own; the other rules follow the agreement, which is the
    version of the latest failure (settled E1). Refused where a component cannot be worked out.
    """
    known = _in_date_order(agreement, failures, around.rights_ended_on)
    chosen = _chosen(agreement, base, known, around)
    if isinstance(chosen, RefundRefused):
        return chosen
    placed = _placed(agreement, base, known, chosen, around)
    if isinstance(placed, RefundRefused):
        return placed
    lines = tuple(one.line for one in sorted(placed, key=lambda one: (one.number, one.order)))
    in_date_order = sorted(sorted(placed, key=lambda one: one.number), key=lambda one: one.order)
    left = tuple(Left(one.line, one.line.amount) for one in in_date_order)
    index = limit_index(agreement.refund.indexed_limits, chosen, _ground(agreement, base, around))
    if isinstance(index, Problem):
        return RefundRefused((index,))
    return (*lines, *_adjusted(agreement, base, chosen, left, around, index).lines)


def _adjusted(
    agreement: Agreement,
    base: int,
    failures: tuple[Failure, ...],
    left: tuple[Left, ...],
    around: Circumstances,
    index: Fraction,
) -> Taken:
    """Offsets, floors, caps, what is void, what was issued before, and the base guard last, in this order."""
    terms = agreement.refund
    failed = {failure.milestone for failure in failures}
    limit = max((base if failure.base is None else failure.base for failure in failures), default=base)
    found = offsets(terms.offsets, around.received, left, failed)
    found = found.after(deductibles(terms, found.left))
    found = found.after(caps(terms.caps, limit, around.units, found.left, index))
    found = found.after(_void(agreement, failures, found.left, terms.rounding))
    found = found.after(issued_before(terms, around.issued, found.left))
    return found.after(base_guard(agreement, limit, around.elsewhere, found.left, index))


def at_risk(
    agreement: Agreement,
    base: int,
    failure: Failure,
    standing: tuple[Failure, ...] = (),
    around: Circumstances = ALONE,
) -> int:
    """What a failure of this milestone would cost beyond the failures that stand already, in cents.

    Where it cannot be worked out before more is known: all of the base.
    """
    before, after = (owed(agreement, base, known, around) for known in (standing, (*standing, failure)))
    if isinstance(before, RefundRefused) or isinstance(after, RefundRefused):
        return base
    return max(0, sum(line.amount for line in after) - sum(line.amount for line in before))


def beneficiary(
    agreement: Agreement, payer_at_infusion: str, failure: Failure | None, evidence: Evidence, day_0: date
) -> str:
    """The first payer whom a refund follows; that on Day 0 where it follows nobody, or nobody can say (C41)."""
    cover = Cover(evidence, day_0, payer_at_infusion, agreement.id)
    payees = change_of_payer(agreement.consequences.change_of_payer, failure, cover, agreement.month_end)
    if isinstance(payees, Problem):
        return payer_at_infusion
    return next((payee.payer_id for payee in payees if payee.payer_id is not None), payer_at_infusion)


def _in_date_order(
    agreement: Agreement, failures: Iterable[Failure], rights_ended_on: date | None
) -> tuple[Failure, ...]:
    data_points = {milestone.id for milestone in agreement.every_milestone if milestone.role == "data_point"}
    counted = (
        failure
        for failure in failures
        if failure.milestone not in data_points and _has_rights(failure, rights_ended_on)
    )
    return tuple(sorted(counted, key=lambda failure: (failure.first_failure_on, failure.place)))


def _has_rights(failure: Failure, rights_ended_on: date | None) -> bool:
    """Whether refund rights had not ended; what the event itself costs is owed all the same (settled A7, F1)."""
    ended = rights_ended_on is not None and failure.first_failure_on >= rights_ended_on
    return failure.costs is not None or not ended


def _chosen(
    agreement: Agreement, base: int, failures: tuple[Failure, ...], around: Circumstances
) -> tuple[Failure, ...] | RefundRefused:
    ground = _ground(agreement, base, around)

    def cost(failure: Failure) -> int | RefundRefused:
        lines = outcome_lines(agreement, (failure,), ground)
        return lines if isinstance(lines, RefundRefused) else sum(one.line.amount for one in lines)

    terms = agreement.refund.several_failures
    return several_failures(terms, counting(terms, failures, around.determined), cost)


def _placed(
    agreement: Agreement, base: int, known: tuple[Failure, ...], chosen: tuple[Failure, ...], around: Circumstances
) -> tuple[Placed, ...] | RefundRefused:
    ground = _ground(agreement, base, around)
    outcome = outcome_lines(agreement, chosen, ground)
    standing = standing_lines(agreement, known, replace(ground, failures=known))
    if isinstance(outcome, RefundRefused) or isinstance(standing, RefundRefused):
        both = (one for one in (outcome, standing) if isinstance(one, RefundRefused))
        return RefundRefused(tuple(dict.fromkeys(problem for one in both for problem in one.problems)))
    return (*outcome, *standing)


def _ground(agreement: Agreement, base: int, around: Circumstances) -> Ground:
    return Ground(
        base=base,
        failures=(),
        rounding=agreement.refund.rounding,
        day_0=around.day_0,
        month_end=agreement.month_end,
        currency=agreement.currency,
        determined=around.determined,
        as_of=around.as_of,
        instalments_cancelled_on=around.instalments_cancelled_on,
        infusion_id=around.infusion_id,
        units=around.volume_units,
    )


def _void(agreement: Agreement, failures: tuple[Failure, ...], left: tuple[Left, ...], rounding: Rounding) -> Taken:
    """Takes the part of each line that follows nobody; the rest of a line is rounded (settled F7, F11)."""
    void: Mapping[str, Fraction] = {failure.milestone: failure.void for failure in failures if failure.void}
    kept: list[Left] = []
    lines: list[RefundLine] = []
    for one in left:
        part = void.get(one.milestone, Fraction(0))
        cents = round_fraction(one.cents * (1 - part), rounding)
        kept.append(replace(one, cents=cents))
        if cents < one.cents:
            words = f"{part} of {write_amount_for_reading(one.cents)} follows nobody and is void"
            cut = Cut("change_of_payer", agreement.consequences.change_of_payer.clause, words)
            lines.append(cut.line(one.milestone, cents - one.cents))
    return Taken(tuple(kept), tuple(lines))
