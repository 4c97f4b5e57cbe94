"""Whom a refund follows when the payer changes, for each failure by itself (C41, settled F11)."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TypeAlias, assert_never

from oba.dates import MonthEnd, Offset, shift
from oba.problems import Problem
from oba.refund.cover import Cover
from oba.refund.failure import Failure
from oba.terms.named_date import NamedDate
from oba.terms.refund.change_of_payer import (
    ChangeOfPayer,
    PayerAtFailure,
    PayerAtInfusion,
    SplitByDays,
    Transfers,
    Void,
)


@dataclass(frozen=True)
class Payee:
    """A payer and its weight, such as its days; None is nobody: that part of the refund is void."""

    payer_id: str | None
    weight: Fraction = Fraction(1)


Payees: TypeAlias = tuple[Payee, ...]


def change_of_payer(
    terms: ChangeOfPayer, failure: Failure | None, cover: Cover, month_end: MonthEnd = "clamp"
) -> Payees | Problem:
    """Who has the refund of a failure; the payer on Day 0 where there is none."""
    follows = terms.follows
    if failure is None or isinstance(follows, PayerAtInfusion):
        return (Payee(cover.payer_at_infusion),)
    if isinstance(follows, SplitByDays):
        return _split(terms, follows, failure, cover, month_end)
    day = _day(terms, follows.date, failure)
    if isinstance(day, Problem):
        return day
    match follows:
        case PayerAtFailure():
            return _at_failure(terms, follows, cover, day)
        case Void():
            looked_at = day if follows.void_from == "first_day_of_change" else day - timedelta(days=1)
            return _unless(cover.payer_at_infusion not in cover.on(looked_at), cover)
        case Transfers():
            return _transferred(follows, cover, day)
        case _:  # pragma: no cover
            assert_never(follows)


def _at_failure(terms: ChangeOfPayer, follows: PayerAtFailure, cover: Cover, day: date) -> Payees | Problem:
    if not cover.on(day):
        match follows.uncovered:
            case "previous_payer":
                return (Payee(cover.last_before(day)),)
            case "payer_at_infusion":
                return (Payee(cover.payer_at_infusion),)
            case "void":
                return (Payee(None),)
            case _:  # pragma: no cover
                assert_never(follows.uncovered)
    payer = _one_of(terms, cover.on(day), day)
    return payer if isinstance(payer, Problem) else (Payee(payer),)


def _transferred(follows: Transfers, cover: Cover, day: date) -> Payees:
    """The last payer that assumed the agreement by the day; without one, what the agreement names."""
    assumed = cover.assumed_by(day)
    if assumed is not None:
        return (Payee(assumed),)
    changed = cover.payer_at_infusion not in cover.on(day)
    return _unless(changed and follows.not_assumed == "void", cover)


def _unless(void: bool, cover: Cover) -> Payees:
    return (Payee(None if void else cover.payer_at_infusion),)


def _split(
    terms: ChangeOfPayer, follows: SplitByDays, failure: Failure, cover: Cover, month_end: MonthEnd
) -> Payees | Problem:
    """Payers by the days that each covered, in the order of their first day; nobody's days come last."""
    to_day = _to_day(terms, follows.to_day, failure, cover, month_end)
    if isinstance(to_day, Problem):
        return to_day
    first = cover.day_0 if follows.from_day == "day_0" else cover.day_0 + timedelta(days=1)
    last = to_day if follows.last_day_counts else to_day - timedelta(days=1)
    days: dict[str | None, int] = {}
    for start, length in cover.spells(first, last):
        payer = _whose(terms, follows, cover, start)
        if isinstance(payer, Problem):
            return payer
        days[payer] = days.get(payer, 0) + length
    nobodys = days.pop(None, 0)
    if not days:
        return (Payee(cover.payer_at_infusion),)
    payees = tuple(Payee(payer, Fraction(length)) for payer, length in days.items())
    return (*payees, Payee(None, Fraction(nobodys))) if nobodys and follows.gap == "void" else payees


def _whose(terms: ChangeOfPayer, follows: SplitByDays, cover: Cover, day: date) -> str | Problem | None:
    payers = cover.on(day)
    if payers:
        return _one_of(terms, payers, day)
    return cover.last_before(day) if follows.gap == "previous_payer" else None


def _one_of(terms: ChangeOfPayer, payers: tuple[str, ...], day: date) -> str | Problem:
    """The payer; of two that cover from one day on, the one that the agreement puts first (settled F11)."""
    if len(payers) == 1:
        return payers[0]
    for payer in terms.primary:
        if payer in payers:
            return payer
    return Problem(
        code="two-payers",
        message=f"{' and '.join(sorted(payers))} both cover on {day}, and the agreement names no primary payer",
        remedy="correct the cover, or name the primary payer in the agreement",
        clause=terms.clause,
    )


def _to_day(
    terms: ChangeOfPayer, to_day: NamedDate | Offset, failure: Failure, cover: Cover, month_end: MonthEnd
) -> date | Problem:
    if isinstance(to_day, Offset):
        return shift(cover.day_0, to_day, month_end)
    return _day(terms, to_day, failure)


def _day(terms: ChangeOfPayer, name: NamedDate, failure: Failure) -> date | Problem:
    day = failure.dated(name)
    if day is not None:
        return day
    return Problem(
        code="date-not-known",
        message=f"whom the refund of {failure.milestone} follows depends on a date that is not known: {name}",
        remedy="record it, or name another date in the terms",
        clause=terms.clause,
    )
