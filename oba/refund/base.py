"""The base in cents: price and unit count, less rebates of others, times the dose share (C04, C05, settled F5)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from oba.evidence import Item
from oba.facts.infused import Infused
from oba.money import Rounding, round_fraction
from oba.terms.agreement import Agreement
from oba.terms.refund.base import (
    AlreadyOff,
    AmountOff,
    InfusedVials,
    NetOf,
    OneUnit,
    PercentOff,
    PriceBasis,
    StatedUnits,
)


def base_amount(
    agreement: Agreement, price: int, dose_share_percent: Decimal, *, day_0: date | None = None, vials: int = 1
) -> int:
    """The base in cents, rounded once; `price` is the one stated at enrolment, for one unit of account."""
    return base(
        agreement.price,
        listed_price(agreement.price, day_0) or price,
        dose_share_percent,
        unit_count(agreement.price, vials),
        agreement.refund.rounding,
    )


def base_of(agreement: Agreement, price: int, infused: Item[Infused]) -> int:
    """The base in cents of an infusion that was enrolled at a price."""
    return base_amount(
        agreement, price, infused.fact.dose_share_percent, day_0=infused.occurred_on, vials=infused.fact.vials
    )


def base(terms: PriceBasis, price: int, dose_share_percent: Decimal, units: int, rounding: Rounding) -> int:
    """So many units at a price in cents, less the rebates that the base is net of; never negative."""
    gross = price * units
    net = max(Fraction(0), gross - sum((_off(one, gross) for one in terms.net_of), Fraction(0)))
    match terms.dose_share:
        case "ignored":
            return round_fraction(net, rounding)
        case "multiplies":
            return round_fraction(net * Fraction(dose_share_percent) / 100, rounding)
        case _:  # pragma: no cover
            assert_never(terms.dose_share)


def listed_price(terms: PriceBasis, day_0: date | None) -> int | None:
    """The list price in cents on Day 0; None where the agreement lists none for that day."""
    begun = [] if day_0 is None else [one for one in terms.list_prices if one.from_on <= day_0]
    return max(begun, key=lambda one: one.from_on).amount if begun else None


def unit_count(terms: PriceBasis, vials: int) -> int:
    """How many units of account one infusion is (C04)."""
    if terms.unit is None:
        return 1
    match terms.unit.count:
        case OneUnit():
            return 1
        case InfusedVials():
            return vials
        case StatedUnits(units=units):
            return units
        case _:  # pragma: no cover
            assert_never(terms.unit.count)


def _off(net_of: NetOf, gross: int) -> Fraction:
    match net_of.takes_off:
        case AlreadyOff():
            return Fraction(0)
        case PercentOff(percent=percent):
            return gross * Fraction(percent) / 100
        case AmountOff(amount=amount):
            return Fraction(amount)
        case _:  # pragma: no cover
            assert_never(net_of.takes_off)
