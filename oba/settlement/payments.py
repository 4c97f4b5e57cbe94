"""Which amounts a payment settles: oldest first within its references, interest last (settled G4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class OpenAmount:
    """An amount that is due, or interest, under a reference; in cents."""

    reference: str
    due_on: date
    cents: int
    is_interest: bool = False


@dataclass(frozen=True)
class Payment:
    """Money that came: payer, trace number, the references that it names, cents."""

    payer_id: str
    trace_number: str
    references: tuple[str, ...]
    cents: int


@dataclass(frozen=True)
class Allocation:
    """Where payments went: cents by reference (interest apart), credit, suspense, and the places of duplicates."""

    settled: Mapping[str, int]
    interest: Mapping[str, int]
    credit: int
    suspense: int
    duplicates: tuple[int, ...]


def allocate(open_amounts: Sequence[OpenAmount], payments: Sequence[Payment]) -> Allocation:
    """Allocate payments in their order; money without a reference waits in suspense, surplus is a credit."""
    left = {place: one.cents for place, one in enumerate(open_amounts)}
    settled: dict[str, int] = {}
    bearing: dict[str, int] = {}
    credit = suspense = 0
    duplicates: list[int] = []
    seen: set[tuple[str, str]] = set()
    for number, payment in enumerate(payments):
        if (payment.payer_id, payment.trace_number) in seen:
            duplicates.append(number)
            continue
        seen.add((payment.payer_id, payment.trace_number))
        if not payment.references:
            suspense += payment.cents
            continue
        credit += _settle(open_amounts, left, payment, settled, bearing)
    return Allocation(settled, bearing, credit, suspense, tuple(duplicates))


def _settle(
    open_amounts: Sequence[OpenAmount],
    left: dict[int, int],
    payment: Payment,
    settled: dict[str, int],
    bearing: dict[str, int],
) -> int:
    """Settle what the payment names; what is left over."""
    money = payment.cents
    named = [place for place, one in enumerate(open_amounts) if one.reference in payment.references]
    for place in sorted(named, key=lambda at: (open_amounts[at].is_interest, open_amounts[at].due_on, at)):
        taken = min(money, left[place])
        left[place] -= taken
        money -= taken
        book = bearing if open_amounts[place].is_interest else settled
        if taken:
            book[open_amounts[place].reference] = book.get(open_amounts[place].reference, 0) + taken
    return money
