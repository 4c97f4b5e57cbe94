"""Sustained over values (C20): every measurement, no k failing ones in a row, no drop from the peak (settled C12)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from oba.criteria.comparison import Comparison
from oba.criteria.judged import Judged
from oba.criteria.milestone_series import members
from oba.criteria.series import Held, at_each, drops, long_gaps, no_run
from oba.evidence import Item
from oba.facts.base import Fact
from oba.measures.factor_activity import wanted_result
from oba.measures.interval import Bound, Interval
from oba.measures.measured import Measured, Setting
from oba.measures.result_series import ANY_VALUE, Member, ResultSeries, result_series
from oba.terms.criteria.any_criterion import NoKConsecutiveFailures, Sustained
from oba.terms.criteria.sustained import (
    AtEveryMeasurement,
    JudgedMeasurements,
    LongestGap,
    Measurements,
    MilestoneValues,
    NoDropFromPeak,
)
from oba.trace import Trace, Verdict, Wanted
from oba.units import FIX_UNITS


@dataclass(frozen=True)
class _Point:
    """A member of the series: its day, what it comes to, how it reads, its facts, and why it is open where it is."""

    on: date
    verdict: Verdict
    said: str
    items: tuple[Item[Fact], ...] = ()
    reason: str | None = None
    wanted: tuple[Wanted, ...] = ()


@dataclass(frozen=True)
class _Rule:
    """How the form is asked: in words, and by the verdicts of the members."""

    said: str
    held: Callable[[Sequence[Verdict]], Held]
    failure_is_final: bool = True
    """A failure stands whatever may still be reported."""
    rests_on_all_before: bool = False
    """A failure rests on the members before it, too."""


def at_measurements(
    terms: Sustained, form: AtEveryMeasurement | NoKConsecutiveFailures, over: JudgedMeasurements, setting: Setting
) -> Judged:
    """Whether the measurements pass as the form asks. A pass that is recorded late may stand between two failures of a
    run, so that a run is certain only once the window has closed (settled C1).
    """
    comparison = Comparison(over.operator, over.threshold, over.unit)
    series = result_series(over, setting)
    verdicts = [comparison.of(member.value) for member in series.members]
    if isinstance(form, AtEveryMeasurement):
        rule = _Rule(f"every measurement {comparison.asked}", at_each)
    else:
        said = f"no {form.k} measurements in a row that are not {comparison.asked}"
        rule = _Rule(said, lambda found: no_run(found, form.k, form.unknown_between), failure_is_final=False)
    return _judged(terms, rule, _points(over, setting, series, verdicts), (series.trace,), closed=setting.closed)


def without_drop(terms: Sustained, form: NoDropFromPeak, over: Measurements, setting: Setting) -> Judged:
    """Whether no measurement lies further below the highest one before it than the agreement lets it."""
    series = result_series(over, setting)
    verdicts = drops([member.value for member in series.members], floor_of(form.more_than, form.unit))
    points = _points(over, setting, series, verdicts)
    return _judged(terms, _drop_rule(form), points, (series.trace,), closed=setting.closed)


def without_drop_at_milestones(
    terms: Sustained,
    form: NoDropFromPeak,
    over: MilestoneValues,
    settings: Sequence[Setting],
    measured: Sequence[Measured],
) -> Judged:
    """Whether the value at no milestone of the series lies further below the highest one before it; a value that is
    unknown, or may still change, may be any.
    """
    places = members(over.earlier, settings)
    found = [measured[place] for place in places]
    verdicts = drops([_known(measured) for measured in found], floor_of(form.more_than, form.unit))
    points = [
        _Point(
            on=one.decided_on or settings[place].obligation.closes_on,
            verdict=verdict,
            said=f"{one.trace.value} at {settings[place].obligation.name}",
            items=one.items,
            reason=_why_open(one, verdict),
        )
        for place, one, verdict in zip(places, found, verdicts, strict=True)
    ]
    return _judged(terms, _drop_rule(form), points, tuple(one.trace for one in found), closed=True)


def _why_open(measured: Measured, verdict: Verdict) -> str | None:
    if verdict != "unknown":
        return None
    if measured.provisional:
        return "provisional"
    return measured.trace.reason or "comparator_leaves_it_open"


def _known(measured: Measured) -> Interval:
    return ANY_VALUE if measured.value is None or measured.provisional else measured.value


def floor_of(more_than: Decimal, unit: str) -> Callable[[Bound], Bound]:
    """The lowest value that is not a drop from a peak, in IU/dL; exact, and compared without rounding (settled C3)."""
    if unit == "percent of peak":
        share = 1 - Fraction(more_than) / 100
        return lambda peak: (peak[0] * share, peak[1])
    most = Fraction(more_than * FIX_UNITS[unit])
    return lambda peak: (peak[0] - most, peak[1])


def _drop_rule(form: NoDropFromPeak) -> _Rule:
    return _Rule(f"no drop of more than {form.more_than} {form.unit} from the peak", at_each, rests_on_all_before=True)


def _points(over: Measurements, setting: Setting, series: ResultSeries, verdicts: Sequence[Verdict]) -> list[_Point]:
    """The measurements and, as unknown members between them, the gaps that are longer than the agreement tolerates."""
    points = [_point(over, setting, member, verdict) for member, verdict in zip(series.members, verdicts, strict=True)]
    if not isinstance(over.gap, LongestGap):
        return points
    days = [member.on for member in series.members]
    gaps = [
        _Point(
            on=first,
            verdict="unknown",
            said=f"no measurement from {first} to {last}",
            reason="gap_too_long",
            wanted=(_wanted(over, setting, f"drawn between {first} and {last}"),),
        )
        for first, last in long_gaps(days, over.gap, series.span.first, series.span.last)
    ]
    return sorted((*points, *gaps), key=lambda point: (point.on, point.reason == "gap_too_long"))


def _point(over: Measurements, setting: Setting, member: Member, verdict: Verdict) -> _Point:
    if member.item is None:
        reason, wanted = "conflicting_results", (_wanted(over, setting, f"of {member.on}, free of contradiction"),)
        return _Point(member.on, "unknown", member.said, reason=reason, wanted=wanted)
    reason_open = "comparator_leaves_it_open" if verdict == "unknown" else None
    return _Point(member.on, verdict, member.said, items=(member.item,), reason=reason_open)


def _wanted(over: Measurements, setting: Setting, which: str) -> Wanted:
    return Wanted(what=f"{wanted_result(over.measure)}, {which}", until=setting.recorded_until)


def _judged(
    terms: Sustained, rule: _Rule, points: Sequence[_Point], because: tuple[Trace, ...], *, closed: bool
) -> Judged:
    held = rule.held([point.verdict for point in points])
    verdict, reason = _open(held.verdict, rule, points, closed=closed)
    run = [points[place] for place in held.run] if verdict == "false" else []
    carrying = run if run and not rule.rests_on_all_before else points[: held.run[0] + 1] if run else points
    failed = f", {' and '.join(point.said for point in run)}" if run else ""
    return Judged(
        verdict=verdict,
        trace=Trace(
            step="criterion.sustained",
            sentence=f"{rule.said}: {verdict}{failed}",
            clause=terms.clause,
            reason=reason,
            verdict=verdict,
            wanted=tuple(one for point in points for one in point.wanted) if verdict == "unknown" else (),
            because=because,
        ),
        decided_on=run[0].on if run else max((point.on for point in points if point.items), default=None),
        confirmed_on=run[-1].on if run else None,
        items=tuple(item for point in carrying for item in point.items),
    )


def _open(verdict: Verdict, rule: _Rule, points: Sequence[_Point], *, closed: bool) -> tuple[Verdict, str | None]:
    """The verdict after what may still come, and the coded reason where it is unknown (settled C1)."""
    if not any(point.items for point in points):
        return "unknown", "no_result_in_series"
    if not closed and not (verdict == "false" and rule.failure_is_final):
        return "unknown", "provisional"
    reasons = [point.reason for point in points if point.verdict == "unknown"]
    if verdict == "true" and "gap_too_long" in reasons:
        return "unknown", "gap_too_long"
    return verdict, reasons[0] if verdict == "unknown" else None
