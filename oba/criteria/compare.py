"""A measure compared with the agreement's number; provisional values leave the verdict open (settled C1)."""

from dataclasses import replace
from typing import assert_never

from oba.criteria.comparison import Comparison, comparison_of
from oba.criteria.confirming_repeat import confirm
from oba.criteria.judged import Judged, on_measure
from oba.criteria.while_open import stays
from oba.measures.bleeding_rate import bleeding_rate
from oba.measures.days_covered import days_covered
from oba.measures.dose_share import dose_share
from oba.measures.factor_activity import factor_activity
from oba.measures.factor_consumption import factor_consumption
from oba.measures.measured import Measured, Setting
from oba.terms.criteria.compare import Compare, FallBackAssay
from oba.terms.measures.any_measure import RateOrLevel
from oba.terms.measures.bleeding_rate import BleedingRate
from oba.terms.measures.days_covered import DaysCovered
from oba.terms.measures.dose_share import DoseShare
from oba.terms.measures.factor_activity import FactorActivity
from oba.terms.measures.factor_consumption import FactorConsumption
from oba.trace import Trace, Verdict

FALLS_BACK = frozenset(
    {"no_result_in_window", "contaminated", "not_final", "other_assay", "other_laboratory", "other_reagent"}
)
"""Why the required assay gives no value, where the fall-back assay is asked instead; a conflict is resolved first."""


def compare(terms: Compare, setting: Setting) -> Judged:
    """`measure operator threshold`; unknown while the measure is unknown, open or provisional, or a failure is not
    confirmed though the agreement asks for it.
    """
    measured = _measure(terms, setting)
    comparison = comparison_of(terms)
    if measured.value is not None:
        return _on_value(terms, comparison, terms.measure, setting, measured)
    if isinstance(terms.measure, FactorActivity) and terms.fall_back and measured.trace.reason in FALLS_BACK:
        return _by_fall_back(terms, terms.measure, terms.fall_back, setting, measured)
    trace = _trace(terms, f"is the value {comparison.asked}? It is unknown", "unknown", measured, measured.trace.reason)
    return on_measure("unknown", trace, measured)


def _by_fall_back(
    terms: Compare, measure: FactorActivity, fall_back: FallBackAssay, setting: Setting, missing: Measured
) -> Judged:
    """The verdict by the fall-back assay against its own threshold (settled C4). Until the close the required assay may
    still come.
    """
    other = measure.model_copy(update={"assay": fall_back.assay, "clause": fall_back.clause})
    measured, comparison = factor_activity(other, setting), comparison_of(fall_back)
    if measured.value is None:
        sentence = f"is the value {comparison_of(terms).asked}, or by the fall-back assay {comparison.asked}? Unknown"
        trace = _trace(terms, sentence, "unknown", missing, missing.trace.reason)
        judged = on_measure("unknown", trace.model_copy(update={"because": (measured.trace,)}), measured)
    else:
        waiting = replace(measured, provisional=not setting.closed, only_falls=False)
        judged = _on_value(terms, comparison, other, setting, waiting)
    return replace(judged, trace=judged.trace.model_copy(update={"because": (missing.trace, *judged.trace.because)}))


def _on_value(
    terms: Compare, comparison: Comparison, measure: RateOrLevel, setting: Setting, measured: Measured
) -> Judged:
    assert measured.value is not None
    verdict = comparison.of(measured.value)
    if measured.provisional and not stays(measured, comparison.operator, comparison.limit, verdict):
        sentence = f"{measured.trace.value} {comparison.asked}: {verdict} so far; evidence may still come"
        return on_measure("unknown", _trace(terms, sentence, "unknown", measured, "provisional"), measured)
    if verdict == "false" and terms.confirmation is not None and isinstance(measure, FactorActivity):
        return confirm(terms, terms.confirmation, comparison, measure, setting, measured)
    sentence = f"{measured.trace.value} {comparison.asked}: {verdict}"
    reason = (measured.trace.reason or "comparator_leaves_it_open") if verdict == "unknown" else None
    return on_measure(verdict, _trace(terms, sentence, verdict, measured, reason), measured)


def _measure(terms: Compare, setting: Setting) -> Measured:
    match terms.measure:
        case FactorActivity():
            return factor_activity(terms.measure, setting)
        case BleedingRate():
            return bleeding_rate(terms.measure, setting)
        case FactorConsumption():
            return factor_consumption(terms.measure, setting)
        case DoseShare():
            return dose_share(terms.measure, setting)
        case DaysCovered():
            return days_covered(terms.measure, setting)
        case _:  # pragma: no cover
            assert_never(terms.measure)


def _trace(terms: Compare, sentence: str, verdict: Verdict, measured: Measured, reason: str | None) -> Trace:
    return Trace(
        step="criterion.compare",
        sentence=sentence,
        clause=terms.clause,
        verdict=verdict,
        reason=reason,
        because=(measured.trace,),
    )
