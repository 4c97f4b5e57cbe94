"""FIX activity of a milestone: clean results of the required assay and laboratory in the window, selected by the terms.

Clean: for every earlier exogenous FIX dose at least max(days, half_lives x half-life) has passed (settled C2);
exactly on
the limit is clean, and doubt counts as contamination. Another assay is never converted and never averaged (settled C4).
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import assert_never

from oba.dates import start_of_day_utc
from oba.evidence import Item, SetAside
from oba.facts.fix_activity import IMPOSSIBLE_FROM_IU_PER_DL, FixActivityMeasured
from oba.facts.fix_product_use import FixProductUsed
from oba.measures import interval
from oba.measures.measured import Measured, Setting, rejected, set_aside, shown_interval, used
from oba.reference.tables import Reference, half_life_name
from oba.terms.measures.factor_activity import FactorActivity, Washout
from oba.trace import Rejected, Trace, Wanted

Result = Item[FixActivityMeasured]
Dose = Item[FixProductUsed]


@dataclass(frozen=True)
class Limit:
    """The hours that must pass after a dose, and the unverified reference row that it rests on."""

    hours: Fraction
    unverified: str | None


def factor_activity(terms: FactorActivity, setting: Setting) -> Measured:
    """FIX activity in IU/dL, or unknown: `no_result_in_window`, `contaminated`, `other_assay`, `conflicting_results`
    ...
    """
    window = setting.obligation.window
    in_window = [item for item in setting.evidence.of(FixActivityMeasured) if item.occurred_on in window]
    doses = setting.evidence.of(FixProductUsed)
    admitted: list[Result] = []
    left_out: list[Rejected] = []
    unverified: set[str] = set()
    for result in in_window:
        reason, rows = _refusal(terms, result, doses, setting.reference)
        unverified |= rows
        if reason is None:
            admitted.append(result)
        else:
            left_out.append(rejected(result, reason))
    conflicts = _conflicts(terms, setting)
    if conflicts:
        left_out.extend(set_aside(one) for one in conflicts)
        return _unknown(terms, setting, "conflicting_results", left_out, unverified)
    if not admitted:
        return _unknown(terms, setting, _why_nothing(left_out), left_out, unverified)
    return _selected(terms, setting, admitted, left_out, unverified)


def _refusal(
    terms: FactorActivity, result: Result, doses: tuple[Dose, ...], reference: Reference
) -> tuple[str | None, set[str]]:
    if result.fact.assay != terms.assay:
        return "other_assay", set()
    if terms.laboratory not in ("any", result.fact.laboratory):
        return "other_laboratory", set()
    if result.fact.state == "preliminary":
        return "not_final", set()
    unverified: set[str] = set()
    contaminated = False
    for dose in doses:
        limit = _limit(terms.washout, dose, reference)
        passed = _passed(dose, result)
        if passed is None:
            continue
        if limit.unverified is not None:
            unverified.add(limit.unverified)
        contaminated = contaminated or _in_hours(passed) < limit.hours
    return ("contaminated" if contaminated else None), unverified


def _limit(washout: Washout, dose: Dose, reference: Reference) -> Limit:
    half_life, row = _half_life_hours(washout, dose, reference)
    return Limit(hours=max(Fraction(24 * washout.days), Fraction(washout.half_lives) * half_life), unverified=row)


def _half_life_hours(washout: Washout, dose: Dose, reference: Reference) -> tuple[Fraction, str | None]:
    """The agreement's own number first, then the reference table; an unknown product takes the longest (settled C2)."""
    product = dose.fact.product
    if product is not None and product in washout.half_life_hours:
        return Fraction(washout.half_life_hours[product]), None
    row = reference.fix_product(product) if product is not None else None
    if row is None and washout.unknown_product_half_life_hours is not None:
        return Fraction(washout.unknown_product_half_life_hours), None
    row = row or reference.longest_half_life
    return Fraction(row.half_life_hours), half_life_name(row) if row.tag in ("R", "D") else None


def _in_hours(passed: timedelta) -> Fraction:
    return Fraction(passed // timedelta(microseconds=1), 3_600_000_000)


def _passed(dose: Dose, draw: Result) -> timedelta | None:
    """The time from dose to draw, doubt counted against the draw; None where the dose is not earlier.

    With one of the times unknown, equal local dates have no time between them; otherwise the unknown dose counts at the
    first instant of the next local date and the unknown draw at the first instant of its own (settled C2).
    """
    if dose.occurred_at is not None and draw.occurred_at is not None:
        passed = draw.occurred_at - dose.occurred_at
        return passed if passed >= timedelta(0) else None
    if dose.occurred_on > draw.occurred_on:
        return None
    if dose.occurred_on == draw.occurred_on:
        return timedelta(0)
    return max(timedelta(0), _wall_clock(draw, unknown_is=0) - _wall_clock(dose, unknown_is=1))


def _wall_clock(item: Dose | Result, *, unknown_is: int) -> datetime:
    """The local wall clock of a fact; where its time is unknown, midnight of its day or of the day after."""
    if item.occurred_at is not None:
        return item.occurred_at.replace(tzinfo=None)
    return datetime.combine(item.occurred_on + timedelta(days=unknown_is), time.min)


def _conflicts(terms: FactorActivity, setting: Setting) -> list[SetAside]:
    return [
        one
        for one in setting.evidence.set_aside
        if one.reason == "conflicting"
        and isinstance(one.fact, FixActivityMeasured)
        and one.fact.assay == terms.assay
        and terms.laboratory in ("any", one.fact.laboratory)
        and one.occurred_on in setting.obligation.window
    ]


def _why_nothing(left_out: list[Rejected]) -> str:
    reasons = {one.reason for one in left_out}
    for reason in ("contaminated", "not_final", "other_laboratory", "other_assay"):
        if reason in reasons:
            return reason
    return "no_result_in_window"


def _unknown(
    terms: FactorActivity, setting: Setting, reason: str, left_out: list[Rejected], unverified: set[str]
) -> Measured:
    wanted = Wanted(
        what=f"a clean {terms.assay.replace('_', '-')} FIX activity, {terms.laboratory} laboratory",
        until=setting.obligation.closes_on,
    )
    return Measured(
        trace=Trace(
            step="measure.factor_activity",
            sentence=f"FIX activity from {setting.obligation.opens_on} to {setting.obligation.closes_on} is unknown",
            clause=terms.clause,
            reason=reason,
            rejected=tuple(left_out),
            wanted=(wanted,),
            unverified=tuple(sorted(unverified)),
        )
    )


def _selected(
    terms: FactorActivity, setting: Setting, admitted: list[Result], left_out: list[Rejected], unverified: set[str]
) -> Measured:
    chosen, value, reason = _select(terms, setting, admitted)
    left_out.extend(rejected(result, reason) for result in admitted if result not in chosen)
    return Measured(
        value=value,
        provisional=not setting.closed and terms.selection != "first",
        decided_on=_decided_on(terms, chosen),
        items=tuple(chosen),
        trace=Trace(
            step="measure.factor_activity",
            sentence=(
                f"FIX activity, {terms.assay.replace('_', '-')}, {terms.selection} of {len(admitted)} clean results "
                f"from {setting.obligation.opens_on} to {setting.obligation.closes_on}: {shown_interval(value)} IU/dL"
            ),
            clause=terms.clause,
            value=f"{shown_interval(value)} IU/dL",
            used=tuple(used(result) for result in chosen),
            rejected=tuple(left_out),
            unverified=tuple(sorted(unverified)),
        ),
    )


def _select(
    terms: FactorActivity, setting: Setting, admitted: list[Result]
) -> tuple[list[Result], interval.Interval, str]:
    values = [_value(result) for result in admitted]
    match terms.selection:
        case "nearest":
            one = min(admitted, key=lambda result: _nearness(terms, setting, result))
            return [one], _value(one), "not_nearest"
        case "first":
            one = min(admitted, key=_draw_order)
            return [one], _value(one), "not_selected"
        case "last":
            last_draw = max(_draw_order(result)[:2] for result in admitted)
            one = min((result for result in admitted if _draw_order(result)[:2] == last_draw), key=_draw_order)
            return [one], _value(one), "not_selected"
        case "worst":
            return admitted, interval.lowest(values), "not_selected"
        case "best":
            return admitted, interval.highest(values), "not_selected"
        case "mean":
            return admitted, interval.mean(values), "not_selected"
        case "median":
            return admitted, interval.median(values), "not_selected"
        case _:  # pragma: no cover
            assert_never(terms.selection)


def _decided_on(terms: FactorActivity, chosen: list[Result]) -> date:
    """The draw of the decisive result; of a mean or median, where all are, the last one (settled D3)."""
    match terms.selection:
        case "worst":
            return min(chosen, key=lambda result: (_upper_end(result), _draw_order(result))).occurred_on
        case "best":
            return min(chosen, key=lambda result: (-_upper_end(result), _draw_order(result))).occurred_on
        case _:
            return max(result.occurred_on for result in chosen)


def _upper_end(result: Result) -> Fraction:
    """The highest value that the result leaves possible; one without an upper end stands above all possible values."""
    high = _value(result).high
    return high[0] if high is not None else Fraction(IMPOSSIBLE_FROM_IU_PER_DL)


def _value(result: Result) -> interval.Interval:
    return interval.reported(result.fact.comparator, Fraction(result.fact.iu_per_dl))


def _draw_order(result: Result) -> tuple[object, ...]:
    drawn = result.occurred_at or start_of_day_utc(result.occurred_on)
    return (result.occurred_on, drawn, _value(result).low, result.recorded_at, str(result.fact_id))


def _nearness(terms: FactorActivity, setting: Setting, result: Result) -> tuple[object, ...]:
    """Nearer in days, then the earlier draw, then the lower value, then the earlier recorded (settled C3)."""
    distance = abs((result.occurred_on - setting.obligation.due_on).days)
    low = _value(result).low
    return (distance, low, *_draw_order(result)) if terms.tie_break == "worst" else (distance, *_draw_order(result))
