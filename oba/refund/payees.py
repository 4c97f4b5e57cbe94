"""How much of each milestone's refund goes to each payer, in whole cents (settled F7, F9, F11)."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from oba.determination.determination import RefundLine
from oba.money import Rounding
from oba.refund.change_of_payer import Payees
from oba.refund.running_totals import running_shares

MilestoneAndPayee = tuple[str, str]


def by_payee(
    lines: Iterable[RefundLine], payees: Mapping[str, Payees], rounding: Rounding
) -> dict[MilestoneAndPayee, int]:
    """The lines of each milestone together, split among its payees; what is void is nobody's."""
    cents: dict[str, int] = {}
    void: dict[str, int] = {}
    for line in lines:
        cents[line.milestone] = cents.get(line.milestone, 0) + line.amount
        if line.component == "change_of_payer":
            void[line.milestone] = void.get(line.milestone, 0) - line.amount
    found: dict[MilestoneAndPayee, int] = {}
    for milestone, amount in cents.items():
        for payer, part in _split(payees[milestone], amount, void.get(milestone, 0), rounding):
            found[milestone, payer] = found.get((milestone, payer), 0) + part
    return found


def _split(payees: Payees, cents: int, void: int, rounding: Rounding) -> list[tuple[str, int]]:
    """Running totals over the whole, of which the void part is the last; over the rest where more was cut from it."""
    named = [(payee.payer_id, payee.weight) for payee in payees if payee.payer_id is not None]
    if not named:
        return []
    weights = [weight for _, weight in named]
    nobodys = sum((payee.weight for payee in payees if payee.payer_id is None), Fraction(0))
    *whole, rest = running_shares(cents + void, [*weights, nobodys], rounding)
    parts = whole if rest == void else running_shares(cents, weights, rounding)
    return [(payer, part) for (payer, _), part in zip(named, parts, strict=True)]
