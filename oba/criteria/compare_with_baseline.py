"""A bleeding rate compared with the lead-in's, both exact and by the same definition (settled C8)."""

from fractions import Fraction

from oba.criteria.judged import Judged
from oba.criteria.while_open import against
from oba.measures.baseline_rate import baseline_rate
from oba.measures.bleeding_rate import bleeding_rate
from oba.measures.measured import Measured, Setting
from oba.terms.criteria.compare_with_baseline import CompareWithBaseline
from oba.trace import Trace, Verdict


def compare_with_baseline(terms: CompareWithBaseline, setting: Setting) -> Judged:
    """`rate operator factor x baseline rate`; unknown while either is unknown, or while the rate is provisional and
    further facts could still change the verdict (settled C1).
    """
    rate = bleeding_rate(terms.measure, setting)
    baseline = baseline_rate(terms.measure, setting.evidence)
    asked = f"{terms.operator} {terms.factor} x lead-in rate"
    if rate.value is None or baseline.value is None:
        reason = rate.trace.reason if rate.value is None else baseline.trace.reason
        return _judged(terms, "unknown", f"is the bleeding rate {asked}? It is unknown", reason, rate, baseline)
    limit = Fraction(terms.factor) * baseline.value.low[0]
    verdict, reason = against(rate, terms.operator, limit)
    said = f"{rate.trace.value} {asked} of {baseline.trace.value}"
    if reason == "provisional":
        so_far = rate.value.compare(terms.operator, limit)
        sentence = f"{said}: {so_far} so far; evidence may still come"
        return _judged(terms, "unknown", sentence, reason, rate, baseline)
    return _judged(terms, verdict, f"{said}: {verdict}", reason, rate, baseline)


def _judged(
    terms: CompareWithBaseline, verdict: Verdict, sentence: str, reason: str | None, rate: Measured, baseline: Measured
) -> Judged:
    trace = Trace(
        step="criterion.compare_with_baseline",
        sentence=sentence,
        clause=terms.clause,
        verdict=verdict,
        reason=reason,
        because=(rate.trace, baseline.trace),
    )
    return Judged(verdict=verdict, trace=trace, decided_on=rate.decided_on, items=(*rate.items, *baseline.items))
