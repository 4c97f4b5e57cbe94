"""What all infusions amount to together: cohort, pooled price, later price, total cap (C22, settled D7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias, assert_never

from oba.money import Rounding, round_fraction, write_amount_for_reading
from oba.terms.settlement.population import (
    CohortSuccess,
    ExpenditureCap,
    PooledPrice,
    PopulationRule,
    ProspectiveAdjustment,
)

MemberOutcome: TypeAlias = Literal["met", "not_met", "missing_as_failed", "not_judged"]


class EmptyPopulation(ValueError):
    """Nobody was judged, or for a cap infused, by the cut-off: an error, and no number (settled D7)."""


@dataclass(frozen=True)
class Member:
    """One infusion as the population sees it: its outcome with the day of approval, base and refunds in cents."""

    infusion_id: str
    infused_on: date
    outcome: MemberOutcome
    approved_on: date | None
    base: int
    refunded: int = 0


@dataclass(frozen=True)
class Pooled:
    """What a rule gives: judged and successful members, cents that come back, the price of later infusions."""

    judged: int
    successes: int
    needed: int
    refund: int
    sentence: str
    price_percent: Decimal | None = None


def population(rule: PopulationRule, members: Sequence[Member], rounding: Rounding) -> Pooled:
    """Apply one rule to the members; EmptyPopulation where nobody was judged, or for a cap infused, by the cut-off."""
    if isinstance(rule, ExpenditureCap):
        return _capped(rule, members)
    judged = [one for one in members if _is_judged(one, rule.cut_off_on)]
    if not judged:
        raise EmptyPopulation("nobody was judged by the cut-off; name a later one")
    successes = sum(one.outcome == "met" for one in judged)
    match rule:
        case CohortSuccess():
            return _cohort(rule, judged, successes, rounding)
        case PooledPrice():
            return _pooled(rule, judged, successes, rounding)
        case ProspectiveAdjustment():
            return _adjusted(rule, judged, successes)
        case _:  # pragma: no cover
            assert_never(rule)


def _is_judged(member: Member, cut_off_on: date) -> bool:
    in_time = member.approved_on is not None and member.approved_on <= cut_off_on
    return in_time and member.outcome != "not_judged"


def _cohort(rule: CohortSuccess, judged: list[Member], successes: int, rounding: Rounding) -> Pooled:
    needed = -(-(Fraction(rule.needed_percent) / 100 * len(judged)) // 1)
    bases = sum(one.base for one in judged)
    failed = successes < needed
    refund = round_fraction(bases * Fraction(rule.refund_percent) / 100, rounding) if failed else 0
    said = (
        f"{successes} of {len(judged)} succeeded, {needed} are needed ({rule.needed_percent} %): "
        f"{write_amount_for_reading(bases)} x {rule.refund_percent if failed else 0} %"
    )
    return Pooled(len(judged), successes, int(needed), refund, said)


def _pooled(rule: PooledPrice, judged: list[Member], successes: int, rounding: Rounding) -> Pooled:
    failed = sum(one.base for one in judged if one.outcome != "met")
    refund = round_fraction(failed * Fraction(rule.refund_percent) / 100, rounding)
    said = f"bases of those that failed {write_amount_for_reading(failed)} x {rule.refund_percent} %, spread over all"
    return Pooled(len(judged), successes, 0, refund, said)


def price_for_each(pooled: Pooled, members: Sequence[Member], rounding: Rounding) -> int:
    """The one price of a pooled rule in cents: what all paid less what comes back, over how many they are."""
    return round_fraction(Fraction(sum(one.base for one in members) - pooled.refund, len(members)), rounding)


def _adjusted(rule: ProspectiveAdjustment, judged: list[Member], successes: int) -> Pooled:
    rate = Fraction(successes, len(judged)) * 100
    tier = [one for one in rule.tiers if rate >= Fraction(one.from_percent)][-1]
    said = f"{successes} of {len(judged)} succeeded: later infusions are charged {tier.price_percent} %"
    return Pooled(len(judged), successes, 0, 0, said, price_percent=tier.price_percent)


def _capped(rule: ExpenditureCap, members: Sequence[Member]) -> Pooled:
    within = [one for one in members if one.infused_on <= rule.cut_off_on]
    if not within:
        raise EmptyPopulation("nobody was infused by the cut-off; name a later one")
    spent = sum(one.base - one.refunded for one in within)
    refund = max(0, spent - rule.total)
    said = f"{write_amount_for_reading(spent)} spent, {write_amount_for_reading(rule.total)} at most"
    return Pooled(len(within), 0, 0, refund, said)
