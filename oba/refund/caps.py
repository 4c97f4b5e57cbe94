"""Caps of one infusion, in the order unit, patient, percent of the base, floor of the net price (C29, settled F8)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from oba.money import round_fraction, write_amount_for_reading
from oba.refund.left import Cut, Left, Taken, take_latest
from oba.terms.refund.caps import Cap, CapOfInfusion, NetPriceFloor, PatientCap, PercentCap, UnitCap
from oba.units import write_number

_IN_ORDER = (UnitCap, PatientCap, PercentCap, NetPriceFloor)


@dataclass(frozen=True)
class _Limit:
    cents: int
    component: str
    words: str


def caps(terms: tuple[Cap, ...], base: int, units: int, left: tuple[Left, ...], index: Fraction = Fraction(1)) -> Taken:
    """What each cap leaves; those over several infusions are the statement's (decided point 9).

    Limits are multiplied by the index where the terms say so, and rounded down to the cent (settled F5, F7).
    """
    found = Taken(left)
    for kind in _IN_ORDER:
        for cap in terms:
            if isinstance(cap, kind):
                found = found.after(_cut(cap, base, units, found.left, index))
    return found


def _cut(cap: CapOfInfusion, base: int, units: int, left: tuple[Left, ...], index: Fraction) -> Taken:
    limit = _limit(cap, base, units, index)
    cut = Cut(limit.component, cap.clause, f"never more than {write_amount_for_reading(limit.cents)}: {limit.words}")
    return take_latest(left, Taken(left).cents - limit.cents, cut)


def _limit(cap: CapOfInfusion, base: int, units: int, index: Fraction) -> _Limit:
    match cap:
        case UnitCap():
            words = f"{write_amount_for_reading(cap.amount)} x {units}, the units of account"
            return _Limit(_down(cap.amount * units * index), "cap_unit", words)
        case PatientCap():
            return _Limit(_down(cap.amount * index), "cap_patient", "one infusion for life")
        case PercentCap():
            words = f"{write_amount_for_reading(base)} x {write_number(cap.percent)} %"
            return _Limit(_down(base * index * Fraction(cap.percent) / 100), "cap_percent", words)
        case NetPriceFloor():
            stays, whole = write_amount_for_reading(cap.amount), write_amount_for_reading(base)
            return _Limit(_down(max(0, base - cap.amount) * index), "net_price_floor", f"{stays} of {whole} stay paid")
        case _:  # pragma: no cover
            assert_never(cap)


def _down(exact: Fraction) -> int:
    return round_fraction(exact, "down")
