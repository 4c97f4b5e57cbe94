"""Which of the admitted results a milestone is judged by: the selections and their ties (C10, settled C3)."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import assert_never

from oba.dates import start_of_day_utc
from oba.facts.fix_activity import IMPOSSIBLE_FROM_IU_PER_DL
from oba.measures import interval
from oba.measures.washout import Result
from oba.terms.measures.factor_activity import FactorActivity


def select(
    terms: FactorActivity, due_on: date, admitted: Sequence[Result]
) -> tuple[list[Result], interval.Interval, str]:
    """The results that carry the value, the value in IU/dL, and the coded reason for leaving out the others."""
    match terms.selection:
        case "nearest":
            one = min(admitted, key=lambda result: _nearness(terms, due_on, result))
            return [one], value_of(one), "not_nearest"
        case "first":
            one = min(admitted, key=draw_order)
            return [one], value_of(one), "not_selected"
        case "last":
            last_draw = max(_drawn(result) for result in admitted)
            one = min((result for result in admitted if _drawn(result) == last_draw), key=draw_order)
            return [one], value_of(one), "not_selected"
        case "worst" | "best" | "mean" | "median":
            return list(admitted), _of_all(terms, [value_of(result) for result in admitted]), "not_selected"
        case _:  # pragma: no cover
            assert_never(terms.selection)


def _of_all(terms: FactorActivity, values: Sequence[interval.Interval]) -> interval.Interval:
    match terms.selection:
        case "worst":
            return interval.lowest(values)
        case "best":
            return interval.highest(values)
        case "mean":
            return interval.mean(values)
        case _:
            return interval.median(values)


def decisive(terms: FactorActivity, chosen: Sequence[Result]) -> Result:
    """The result whose draw is the day of the decision; of a mean or median, where all are, the last one (settled
    D3).
    """
    match terms.selection:
        case "worst":
            return min(chosen, key=lambda result: (_upper_end(result), draw_order(result)))
        case "best":
            highest = max(_upper_end(result) for result in chosen)
            return min((result for result in chosen if _upper_end(result) == highest), key=draw_order)
        case _:
            return max(chosen, key=draw_order)


def value_of(result: Result) -> interval.Interval:
    """What the result leaves possible, in IU/dL."""
    return interval.reported(result.fact.comparator, Fraction(result.fact.iu_per_dl))


def draw_order(result: Result) -> tuple[object, ...]:
    """The earlier draw, then the lower value, then the earlier recorded (settled C3)."""
    return (*_drawn(result), value_of(result).low, _upper_end(result), result.recorded_at, str(result.fact_id))


def drawn_after(result: Result, earlier: Result) -> bool:
    """Whether a result is certainly of a later draw: of a later day, or of a later known hour of the same day."""
    if result.occurred_on != earlier.occurred_on:
        return result.occurred_on > earlier.occurred_on
    times = (result.occurred_at, earlier.occurred_at)
    return times[0] is not None and times[1] is not None and times[0] > times[1]


def _drawn(result: Result) -> tuple[object, ...]:
    """When it was drawn; an unknown time counts at the first instant of its day (settled C2)."""
    known = result.occurred_at is not None
    return (result.occurred_on, known, result.occurred_at or start_of_day_utc(result.occurred_on))


def _upper_end(result: Result) -> interval.Bound:
    """The highest value that the result leaves possible; one without an upper end stands above all possible values."""
    return value_of(result).high or (Fraction(IMPOSSIBLE_FROM_IU_PER_DL), 0)


def _nearness(terms: FactorActivity, due_on: date, result: Result) -> tuple[object, ...]:
    """Nearer in days, then the earlier draw, then the lower value, then the earlier recorded (settled C3)."""
    distance = abs((result.occurred_on - due_on).days)
    low = value_of(result).low
    return (distance, low, *draw_order(result)) if terms.tie_break == "worst" else (distance, *draw_order(result))
