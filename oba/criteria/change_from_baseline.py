"""The change of a measure against its baseline (C14): unknown where either is, and where no ratio can be taken."""

from dataclasses import replace
from fractions import Fraction
from typing import assert_never

from oba.criteria.judged import Judged
from oba.criteria.while_open import against
from oba.measures.baseline_activity import baseline_activity
from oba.measures.baseline_rate import baseline_rate
from oba.measures.bleeding_rate import bleeding_rate
from oba.measures.factor_activity import factor_activity
from oba.measures.interval import Interval, exactly
from oba.measures.measured import Measured, Setting, shown, shown_interval
from oba.terms.criteria.change_from_baseline import (
    BySeverity,
    ChangeFromBaseline,
    ImputedBaseline,
    RecordedActivity,
    RecordedLeadIn,
)
from oba.terms.measures.bleeding_rate import BleedingRate
from oba.terms.measures.factor_activity import FactorActivity
from oba.trace import Trace, Verdict
from oba.units import FIX_UNITS

_CANONICAL = FIX_UNITS["IU/dL"]


def change_from_baseline(terms: ChangeFromBaseline, setting: Setting) -> Judged:
    """`change operator threshold`; unknown while the measure is unknown or provisional, without a baseline (settled
    C8), and for a ratio or percentage of a baseline of zero (`baseline_zero`).
    """
    measured = _measure(terms, setting)
    baseline = _baseline(terms, setting)
    asked = f"{terms.change} change {terms.operator} {terms.threshold} {terms.unit}"
    if measured.value is None or baseline.value is None:
        reason = measured.trace.reason if measured.value is None else baseline.trace.reason
        return _judged(terms, "unknown", f"is the {asked}? It is unknown", reason, measured, baseline)
    before = baseline.value.low[0]
    if terms.change != "absolute" and before == 0:
        sentence = f"is the {asked}? Nothing can be divided by a baseline of zero"
        return _judged(terms, "unknown", sentence, "baseline_zero", measured, baseline)
    changed = _changed(terms, measured, before)
    verdict, reason = against(changed, terms.operator, _threshold(terms))
    value = _value(terms, changed)
    so_far = " so far; evidence may still come" if reason == "provisional" else ""
    sentence = f"{measured.trace.value} against {baseline.trace.value}: {value}, {asked}: {verdict}{so_far}"
    return _judged(terms, verdict, sentence, reason, changed, baseline, value)


def _measure(terms: ChangeFromBaseline, setting: Setting) -> Measured:
    match terms.measure:
        case FactorActivity():
            return factor_activity(terms.measure, setting)
        case BleedingRate():
            return bleeding_rate(terms.measure, setting)
        case _:  # pragma: no cover
            assert_never(terms.measure)


def _baseline(terms: ChangeFromBaseline, setting: Setting) -> Measured:
    match terms.baseline, terms.measure:
        case RecordedLeadIn(), BleedingRate() as measure:
            return baseline_rate(measure, setting.evidence)
        case RecordedActivity(), FactorActivity():
            return baseline_activity(terms.clause, (), setting.evidence)
        case BySeverity(rows=rows), FactorActivity():
            return baseline_activity(terms.clause, rows, setting.evidence)
        case ImputedBaseline() as imputed, _:
            return _imputed(terms, imputed)
        case _:
            trace = Trace(
                step="measure.baseline",
                sentence="the baseline that the agreement names does not fit the measure",
                clause=terms.clause,
                reason="baseline_does_not_fit",
            )
            return Measured(trace=trace)


def _imputed(terms: ChangeFromBaseline, imputed: ImputedBaseline) -> Measured:
    value = Fraction(imputed.value * FIX_UNITS.get(imputed.unit, _CANONICAL))
    unit = "bleeds per year" if isinstance(terms.measure, BleedingRate) else "IU/dL"
    trace = Trace(
        step="measure.imputed_baseline",
        sentence=f"the agreement gives {imputed.value} {imputed.unit} as the baseline",
        clause=terms.clause,
        value=f"{shown(value)} {unit}",
    )
    return Measured(trace=trace, value=exactly(value))


def _changed(terms: ChangeFromBaseline, measured: Measured, before: Fraction) -> Measured:
    """The measure as a change; every change grows with the value, so that the ends of an interval stay its ends."""
    assert measured.value is not None
    low, high = measured.value.low, measured.value.high
    value = Interval(
        low=(_change(terms, low[0], before), low[1]),
        high=None if high is None else (_change(terms, high[0], before), high[1]),
    )
    least = None if measured.at_least is None else _change(terms, measured.at_least, before)
    return replace(measured, value=value, at_least=least)


def _change(terms: ChangeFromBaseline, value: Fraction, before: Fraction) -> Fraction:
    match terms.change:
        case "absolute":
            return value - before
        case "ratio":
            return value / before
        case "percent":
            return (value - before) * 100 / before
        case _:  # pragma: no cover
            assert_never(terms.change)


def _threshold(terms: ChangeFromBaseline) -> Fraction:
    return Fraction(terms.threshold * FIX_UNITS.get(terms.unit, _CANONICAL))


def _value(terms: ChangeFromBaseline, changed: Measured) -> str:
    assert changed.value is not None
    unit = "bleeds per year" if isinstance(terms.measure, BleedingRate) else "IU/dL"
    units = {"absolute": unit, "ratio": "times", "percent": "% change"}
    return f"{shown_interval(changed.value)} {units[terms.change]}"


def _judged(
    terms: ChangeFromBaseline,
    verdict: Verdict,
    sentence: str,
    reason: str | None,
    measured: Measured,
    baseline: Measured,
    value: str | None = None,
) -> Judged:
    trace = Trace(
        step="criterion.change_from_baseline",
        sentence=sentence,
        clause=terms.clause,
        value=value,
        verdict=verdict,
        reason=reason,
        because=(measured.trace, baseline.trace),
    )
    return Judged(
        verdict=verdict, trace=trace, decided_on=measured.decided_on, items=(*measured.items, *baseline.items)
    )
