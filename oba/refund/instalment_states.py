"""What becomes of each instalment of a price: paid, withheld, cancelled or pending (C26, settled F1)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias, assert_never

from oba.dates import LAST_DAY, shift
from oba.money import round_fraction
from oba.problems import Problem
from oba.refund.counted import counted, day_0_not_known
from oba.refund.exact import stated
from oba.refund.failure import Failure
from oba.refund.ground import Determined, Ground
from oba.refund.refused import RefundRefused
from oba.terms.refund.instalments import Condition, Instalments, MilestoneMet, NoFailure, Unconditional

InstalmentState: TypeAlias = Literal["paid", "withheld", "cancelled", "pending"]


@dataclass(frozen=True)
class InstalmentFound:
    """One part: when it is due, how many cents, its state, and why."""

    id: str
    due_on: date
    amount: int
    state: InstalmentState
    because: str
    refunded_for: str | None = None
    """The milestone whose failure takes back a part that was paid; the state stays `paid`, and a refund is owed."""


@dataclass(frozen=True)
class _Failed:
    """A failure, the day of it that the terms name, and the words for it."""

    failure: Failure
    on: date
    words: str


def instalment_states(terms: Instalments, ground: Ground) -> tuple[InstalmentFound, ...] | RefundRefused:
    """Every instalment on the day of `as_of`; `failures` are here all that are known, not only those that count.

    A failure is taken as known when it was determined; without that day, as known when it happened.
    """
    if ground.day_0 is None:
        return RefundRefused((day_0_not_known(terms.clause),))
    failed = _failures(terms, ground)
    if isinstance(failed, RefundRefused):
        return failed
    return tuple(
        _judged(
            terms,
            part.condition,
            InstalmentFound(part.id, shift(ground.day_0, part.due, ground.month_end), amount, "pending", ""),
            failed,
            ground,
        )
        for part, amount in zip(terms.parts, _amounts(terms, ground), strict=True)
    )


def _failures(terms: Instalments, ground: Ground) -> tuple[_Failed, ...] | RefundRefused:
    """The failures that some part looks at, each with its named date."""
    days = [
        (failure, counted(terms.clause, terms.date, failure, ground))
        for failure in ground.failures
        if any(_concerns(part.condition, failure) for part in terms.parts)
    ]
    problems = tuple(day for _, day in days if isinstance(day, Problem))
    if problems:
        return RefundRefused(problems)
    return tuple(
        _Failed(one, day.on, f"{one.milestone}, {day.words}") for one, day in days if not isinstance(day, Problem)
    )


def _amounts(terms: Instalments, ground: Ground) -> Iterator[int]:
    """Cents of each part; percentages by running totals, so that they add up to the cent (settled F7)."""
    so_far, given = Fraction(0), 0
    for part in terms.parts:
        if part.amount is not None:
            yield part.amount
        else:
            so_far += stated(part, ground.base).cents
            total = round_fraction(so_far, ground.rounding)
            yield total - given
            given = total


def _judged(
    terms: Instalments, condition: Condition, part: InstalmentFound, failed: tuple[_Failed, ...], ground: Ground
) -> InstalmentFound:
    """On one day an event comes before a failure."""
    cancelled_on = ground.instalments_cancelled_on
    if cancelled_on is not None and _cancels(terms, cancelled_on, part.due_on):
        for one in _failing(terms, condition, part, failed, ground):
            if one.on < cancelled_on:
                return replace(part, state="withheld", because=f"{one.words}")
        return replace(part, state="cancelled", because=f"an event on {cancelled_on} cancels instalments")
    match condition:
        case Unconditional():
            return _in_time(part, "no outcome changes it", ground)
        case NoFailure():
            return _no_failure(terms, part, _failing(terms, condition, part, failed, ground), ground)
        case MilestoneMet():
            return _milestone_met(condition, part, ground)
        case _:  # pragma: no cover
            assert_never(condition)


def _no_failure(
    terms: Instalments, part: InstalmentFound, failing: tuple[_Failed, ...], ground: Ground
) -> InstalmentFound:
    for one in failing:
        known_on = one.failure.determined_on or one.on
        if _before_payment(terms, one.on, part.due_on) and known_on <= part.due_on:
            return replace(part, state="withheld", because=one.words)
    for one in failing:
        because = f"due on {part.due_on}, paid then; found out afterwards: {one.words}"
        return replace(part, state="paid", because=because, refunded_for=one.failure.milestone)
    return _in_time(part, "no failure takes it away", ground)


def _milestone_met(condition: MilestoneMet, part: InstalmentFound, ground: Ground) -> InstalmentFound:
    found = next((one for one in ground.determined if one.milestone == condition.milestone), None)
    if found is None:
        return replace(part, because=f"{condition.milestone} is not determined yet")
    match found.finding:
        case "met":
            return _in_time(part, f"{found.milestone} is met", ground)
        case "not_met":
            return _not_met(part, found)
        case "waived" | "excluded":
            words = f"{found.milestone} is {found.finding}"
            if condition.not_judged == "paid":
                return _in_time(part, words, ground)
            return replace(part, state="cancelled", because=words)
        case "not_yet" | "not_evaluable":
            return replace(part, because=f"{found.milestone} is not decided yet")
        case _:  # pragma: no cover
            assert_never(found.finding)


def _not_met(part: InstalmentFound, found: Determined) -> InstalmentFound:
    """Withheld; where an earlier determination found it met, the part was paid on it, and is refunded."""
    if found.was_met_on is None or found.determined_on is None or found.determined_on <= part.due_on:
        return replace(part, state="withheld", because=f"{found.milestone} is not met")
    paid_on = max(part.due_on, found.was_met_on)
    because = f"paid on {paid_on}; {found.milestone} is not met by the determination of {found.determined_on}"
    return replace(part, state="paid", because=because, refunded_for=found.milestone)


def _in_time(part: InstalmentFound, words: str, ground: Ground) -> InstalmentFound:
    paid = part.due_on <= (ground.as_of or LAST_DAY)
    return replace(part, state="paid" if paid else "pending", because=f"due on {part.due_on}; {words}")


def _failing(
    terms: Instalments, condition: Condition, part: InstalmentFound, failed: tuple[_Failed, ...], ground: Ground
) -> tuple[_Failed, ...]:
    """The failures that break the condition of a part: before its payment, or up to the day that it names."""
    if not isinstance(condition, NoFailure):
        return ()
    until = None
    if condition.until is not None and ground.day_0 is not None:
        until = shift(ground.day_0, condition.until, ground.month_end)
    return tuple(
        one
        for one in failed
        if _concerns(condition, one.failure)
        if (_before_payment(terms, one.on, part.due_on) if until is None else one.on <= until)
    )


def _concerns(condition: Condition, failure: Failure) -> bool:
    return isinstance(condition, NoFailure) and (not condition.milestones or failure.milestone in condition.milestones)


def _before_payment(terms: Instalments, on: date, due_on: date) -> bool:
    match terms.failure_on_due_date:
        case "withheld":
            return on <= due_on
        case "paid":
            return on < due_on
        case _:  # pragma: no cover
            assert_never(terms.failure_on_due_date)


def _cancels(terms: Instalments, cancelled_on: date, due_on: date) -> bool:
    match terms.event_on_due_date:
        case "cancelled":
            return cancelled_on <= due_on
        case "paid":
            return cancelled_on < due_on
        case _:  # pragma: no cover
            assert_never(terms.event_on_due_date)
