"""Washout: whether a draw is free of the FIX that was given before it (C13, settled C2).

Exactly on the limit is clean, and doubt counts as contamination.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from oba.evidence import Item
from oba.facts.fix_activity import FixActivityMeasured
from oba.facts.fix_product_use import FixProductUsed
from oba.reference.tables import Reference, half_life_name
from oba.terms.measures.factor_activity import Washout

Result = Item[FixActivityMeasured]
Dose = Item[FixProductUsed]


@dataclass(frozen=True)
class Limit:
    """The hours that must pass after a dose, and the unverified reference row that it rests on."""

    hours: Fraction
    unverified: str | None


@dataclass(frozen=True)
class Given:
    """The doses of one product, which share their limit: instants and wall clocks of those whose time is known, days of
    those whose time is not, each in its order. The latest earlier one is the one that may still be there.
    """

    limit: Limit
    instants: tuple[datetime, ...]
    clocks: tuple[tuple[date, datetime], ...]
    days: tuple[date, ...]


def given(washout: Washout, doses: Iterable[Dose], reference: Reference) -> tuple[Given, ...]:
    """The doses by product, each product with the hours that must pass after it."""
    by_product: dict[str | None, list[Dose]] = {}
    for dose in doses:
        by_product.setdefault(dose.fact.product, []).append(dose)
    return tuple(_given(_limit(washout, product, reference), group) for product, group in by_product.items())


def _given(limit: Limit, doses: list[Dose]) -> Given:
    known = [(dose.occurred_on, dose.occurred_at) for dose in doses if dose.occurred_at is not None]
    return Given(
        limit=limit,
        instants=tuple(sorted(at for _, at in known)),
        clocks=tuple(sorted((on, at.replace(tzinfo=None)) for on, at in known)),
        days=tuple(sorted(dose.occurred_on for dose in doses if dose.occurred_at is None)),
    )


def contamination(doses: tuple[Given, ...], draw: Result) -> tuple[bool, set[str]]:
    """Whether an earlier dose had not washed out at the draw, and the unverified half-lives that this rests on."""
    unverified: set[str] = set()
    contaminated = False
    for product in doses:
        passed = _passed(product, draw)
        if passed is None:
            continue
        if product.limit.unverified is not None:
            unverified.add(product.limit.unverified)
        contaminated = contaminated or _in_hours(passed) < product.limit.hours
    return contaminated, unverified


def _limit(washout: Washout, product: str | None, reference: Reference) -> Limit:
    agreed = max(Fraction(24 * _days(washout, product)), Fraction(washout.hours or 0))
    if not washout.half_lives:
        return Limit(hours=agreed, unverified=None)
    half_life, row = _half_life_hours(washout, product, reference)
    return Limit(hours=max(agreed, Fraction(washout.half_lives) * half_life), unverified=row)


def _days(washout: Washout, product: str | None) -> int:
    """The days for that product; an unknown product takes the longest that the agreement names."""
    if product is None:
        return max(washout.days, *washout.days_of_product.values(), 0)
    return washout.days_of_product.get(product, washout.days)


def _half_life_hours(washout: Washout, product: str | None, reference: Reference) -> tuple[Fraction, str | None]:
    """The agreement's own number first, then the reference table; an unknown product takes the longest (settled C2)."""
    if product is not None and product in washout.half_life_hours:
        return Fraction(washout.half_life_hours[product]), None
    row = reference.fix_product(product) if product is not None else None
    if row is None and washout.unknown_product_half_life_hours is not None:
        return Fraction(washout.unknown_product_half_life_hours), None
    row = row or reference.longest_half_life
    return Fraction(row.half_life_hours), half_life_name(row) if row.tag in ("R", "D") else None


def _in_hours(passed: timedelta) -> Fraction:
    return Fraction(passed // timedelta(microseconds=1), 3_600_000_000)


def _passed(doses: Given, draw: Result) -> timedelta | None:
    """The shortest time from an earlier dose to the draw, doubt counted against the draw; None where none is earlier.

    With one of the times unknown, equal local dates have no time between them; otherwise the unknown dose counts at the
    first instant of the next local date and the unknown draw at the first instant of its own (settled C2).
    """
    midnight = datetime.combine(draw.occurred_on, time.min)
    found: list[timedelta] = []
    if draw.occurred_at is not None:
        clock = draw.occurred_at.replace(tzinfo=None)
        known = bisect_right(doses.instants, draw.occurred_at)
        found.extend(draw.occurred_at - at for at in doses.instants[max(0, known - 1) : known])
    else:
        clock = midnight
        known = bisect_right(doses.clocks, draw.occurred_on, key=lambda one: one[0])
        found.extend(max(timedelta(0), midnight - at) for _, at in doses.clocks[max(0, known - 1) : known])
    unknown = bisect_right(doses.days, draw.occurred_on)
    for day in doses.days[max(0, unknown - 1) : unknown]:
        found.append(max(timedelta(0), clock - datetime.combine(day + timedelta(days=1), time.min)))
    return min(found, default=None)
