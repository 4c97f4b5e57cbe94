"""How much of each milestone's refund goes to each payer, in whole cents (settled F7, F9, F11)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from oba.determination.determination import RefundLine
from oba.money import Rounding, round_fraction
from oba.refund.change_of_payer import Payees
from oba.refund.running_totals import running_shares

MilestoneAndPayee = tuple[str, str]

FROM_THE_EARLIEST: Final = frozenset({"offsets", "deductible", "minimum_payable"})
"""What takes from the earliest lines on; every other cut takes from the latest (settled F6, F8)."""


@dataclass
class _Line:
    """What is left of a line in cents, and what of it followed nobody."""

    cents: int
    void: int = 0


def by_payee(
    lines: Iterable[RefundLine], payees: Mapping[str, Payees], rounding: Rounding
) -> dict[MilestoneAndPayee, int]:
    """What is left of each line split among its payees, line by line (settled F11); what is void is nobody's."""
    by_milestone: dict[str, list[RefundLine]] = {}
    for line in lines:
        by_milestone.setdefault(line.milestone, []).append(line)
    found: dict[MilestoneAndPayee, int] = {}
    for milestone, own in by_milestone.items():
        for left in _left(own, payees[milestone], rounding):
            for payer, part in _split(payees[milestone], left, rounding):
                found[milestone, payer] = found.get((milestone, payer), 0) + part
    return found


def _left(lines: Sequence[RefundLine], payees: Payees, rounding: Rounding) -> list[_Line]:
    """The lines of one milestone less every cut of them, in the order in which the cuts were made."""
    left = [_Line(line.amount) for line in lines if line.amount >= 0]
    voided = False
    for cut in (line for line in lines if line.amount < 0):
        if cut.component != "change_of_payer":
            _take(left if cut.component in FROM_THE_EARLIEST else left[::-1], -cut.amount)
        elif not voided:
            voided = True
            for one in left:
                kept = round_fraction(one.cents * (1 - _nobodys(payees)), rounding)
                one.cents, one.void = kept, one.cents - kept
    return left


def _take(left: Sequence[_Line], cents: int) -> None:
    for one in left:
        taken = min(cents, one.cents)
        one.cents -= taken
        cents -= taken


def _nobodys(payees: Payees) -> Fraction:
    nobodys = sum((payee.weight for payee in payees if payee.payer_id is None), Fraction(0))
    return nobodys / sum((payee.weight for payee in payees), Fraction(0))


def _split(payees: Payees, left: _Line, rounding: Rounding) -> list[tuple[str, int]]:
    """Running totals over the whole, of which the void part is the last; over the rest where more was cut from it."""
    named = [(payee.payer_id, payee.weight) for payee in payees if payee.payer_id is not None]
    if not named:
        return []
    weights = [weight for _, weight in named]
    nobodys = sum((payee.weight for payee in payees if payee.payer_id is None), Fraction(0))
    *whole, rest = running_shares(left.cents + left.void, [*weights, nobodys], rounding)
    parts = whole if rest == left.void else running_shares(left.cents, weights, rounding)
    return [(payer, part) for (payer, _), part in zip(named, parts, strict=True)]
