"""A measure compared with the agreement's number; provisional values leave the verdict open (settled C1)."""

from fractions import Fraction
from typing import assert_never

from oba.criteria.judged import Judged, on_measure
from oba.measures.bleeding_rate import bleeding_rate
from oba.measures.factor_activity import factor_activity
from oba.measures.measured import Measured, Setting
from oba.terms.criteria.compare import Compare
from oba.terms.measures.bleeding_rate import BleedingRate
from oba.terms.measures.factor_activity import FactorActivity
from oba.trace import Trace, Verdict
from oba.units import FIX_UNITS


def compare(terms: Compare, setting: Setting) -> Judged:
    """`measure operator threshold`; unknown while the measure is unknown, open or provisional."""
    measured = _measure(terms, setting)
    asked = f"{terms.operator} {terms.threshold} {terms.unit}"
    if measured.value is None:
        trace = _trace(terms, f"is the value {asked}? It is unknown", "unknown", measured, measured.trace.reason)
        return on_measure("unknown", trace, measured)
    verdict = measured.value.compare(terms.operator, _threshold(terms))
    if measured.provisional and not _final(terms, verdict):
        sentence = f"{measured.trace.value} {asked}: {verdict} so far; evidence may still come"
        return on_measure("unknown", _trace(terms, sentence, "unknown", measured, "provisional"), measured)
    sentence = f"{measured.trace.value} {asked}: {verdict}"
    reason = "comparator_leaves_it_open" if verdict == "unknown" else None
    return on_measure(verdict, _trace(terms, sentence, verdict, measured, reason), measured)


def _measure(terms: Compare, setting: Setting) -> Measured:
    match terms.measure:
        case FactorActivity():
            return factor_activity(terms.measure, setting)
        case BleedingRate():
            return bleeding_rate(terms.measure, setting)
        case _:  # pragma: no cover
            assert_never(terms.measure)


def _threshold(terms: Compare) -> Fraction:
    return Fraction(terms.threshold * FIX_UNITS.get(terms.unit, FIX_UNITS["IU/dL"]))


def _final(terms: Compare, verdict: Verdict) -> bool:
    """A worst value that already lies below a limit stays below it, whatever else is drawn (settled C1)."""
    if not isinstance(terms.measure, FactorActivity) or terms.measure.selection != "worst":
        return False
    return verdict == ("false" if terms.operator in (">", ">=") else "true")


def _trace(terms: Compare, sentence: str, verdict: Verdict, measured: Measured, reason: str | None) -> Trace:
    return Trace(
        step="criterion.compare",
        sentence=sentence,
        clause=terms.clause,
        verdict=verdict,
        reason=reason,
        because=(measured.trace,),
    )
