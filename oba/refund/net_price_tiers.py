"""The base less the net price of what was reached: a tier of one milestone, or months of response (C27)."""

from fractions import Fraction
from typing import assert_never

from oba.dates import shift_months
from oba.determination.determination import RefundLine
from oba.money import write_amount_for_reading
from oba.problems import Problem
from oba.refund.counted import Counted, counted
from oba.refund.exact import Exact, stated
from oba.refund.failure_line import judged_part
from oba.refund.ground import Determined, Ground
from oba.refund.refused import Lines, gathered
from oba.terms.refund.net_price_tiers import MonthsOfResponse, NetPriceTiers, ResponseRow, TierReached
from oba.terms.stated import Stated


def net_price_tiers(terms: NetPriceTiers, ground: Ground) -> Lines:
    """One line for the tier's milestone once it is judged, or for the first failure that ended the response."""
    match terms.reached:
        case TierReached():
            return gathered(_by_tier(terms, terms.reached, one, ground) for one in ground.determined)
        case MonthsOfResponse():
            return gathered(_by_months(terms, terms.reached, ground))
        case _:  # pragma: no cover
            assert_never(terms.reached)


def _by_tier(
    terms: NetPriceTiers, reached: TierReached, found: Determined, ground: Ground
) -> RefundLine | Problem | None:
    """A milestone that is waived, excluded or not decided fixes no price."""
    if found.milestone != reached.milestone or found.finding not in ("met", "not_met"):
        return None
    tier = found.tier
    if tier is None and found.finding == "not_met":
        tier = reached.not_met_without_tier
    if tier is None or tier not in reached.net_prices:
        return Problem(
            code="tier-without-price",
            message=f"{found.milestone} reached no tier that has a net price",
            remedy="give the criterion tiers, and state a net price for each of them",
            clause=terms.clause,
        )
    exact = _less(reached.net_prices[tier], ground).noting(f"; {found.milestone} reached the tier {tier}")
    return exact.line("net_price_tiers", terms.clause, found.milestone, ground.rounding)


def _by_months(terms: NetPriceTiers, reached: MonthsOfResponse, ground: Ground) -> list[RefundLine | Problem]:
    ended: list[RefundLine | Problem] = []
    for failure in ground.failures[:1]:
        day = counted(terms.clause, reached.date, failure, ground)
        if isinstance(day, Problem):
            return [day]
        row = [row for row in reached.rows if _lasted(row, reached, day, ground)][-1]
        words = (
            f"; {day.words} is in the tier from month {row.from_month}, an anniversary in the {reached.boundary} one"
        )
        exact = judged_part(_less(row, ground), failure).noting(words)
        ended.append(exact.line("net_price_tiers", terms.clause, failure.milestone, ground.rounding))
    return ended


def _lasted(row: ResponseRow, reached: MonthsOfResponse, day: Counted, ground: Ground) -> bool:
    begins = shift_months(day.day_0, row.from_month, ground.month_end)
    match reached.boundary:
        case "earlier":
            return begins < day.on or row.from_month == 0
        case "later":
            return begins <= day.on
        case _:  # pragma: no cover
            assert_never(reached.boundary)


def _less(net_price: Stated, ground: Ground) -> Exact:
    """The base less a net price; a net price above the base leaves nothing to refund."""
    net = stated(net_price, ground.base)
    formula = f"{write_amount_for_reading(ground.base)} - net price {net.formula}"
    return Exact(max(Fraction(0), ground.base - net.cents), formula)
