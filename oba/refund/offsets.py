"""Amounts received from others, taken off the earliest lines (C32, settled F6)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import assert_never

from oba.evidence import Evidence
from oba.facts.offset import OffsetReceived
from oba.money import write_amount_for_reading
from oba.refund.left import Cut, Left, Taken, take_earliest
from oba.terms.refund.offsets import Offsets


@dataclass(frozen=True)
class Received:
    """An amount in cents that somebody else has paid, and who."""

    received_from: str
    cents: int


def received_of(evidence: Evidence, agreement_id: str) -> tuple[Received, ...]:
    """What was received towards one agreement, as known: amounts that are not recorded yet do not count."""
    return tuple(
        Received(item.fact.received_from, item.fact.amount)
        for item in evidence.of(OffsetReceived)
        if item.fact.agreement_id == agreement_id
    )


def offsets(
    terms: Offsets | None, received: tuple[Received, ...], left: tuple[Left, ...], failed: Collection[str]
) -> Taken:
    """The lines less what was received: once and carried over all of them, or the whole again for each failure."""
    cents = 0 if terms is None else sum(one.cents for one in received if one.received_from in terms.received_from)
    if terms is None or cents == 0:
        return Taken(left)
    amount = write_amount_for_reading(cents)
    match terms.acts:
        case "once":
            return take_earliest(left, cents, Cut("offsets", terms.clause, f"{amount} received from others, once"))
        case "each_failure":
            cut = Cut("offsets", terms.clause, f"{amount} received from others, for each failure")
            return _each(left, cents, cut, failed)
        case _:  # pragma: no cover
            assert_never(terms.acts)


def _each(left: tuple[Left, ...], cents: int, cut: Cut, failed: Collection[str]) -> Taken:
    found = Taken(left)
    for milestone in dict.fromkeys(one.milestone for one in left if one.milestone in failed):
        own = take_earliest(tuple(one for one in left if one.milestone == milestone), cents, cut)
        rest = iter(own.left)
        kept = tuple(next(rest) if one.milestone == milestone else one for one in found.left)
        found = found.after(Taken(kept, own.lines))
    return found
