"""No return to continuous prophylaxis on or before the due date (settled C9)."""

from oba.criteria.judged import Judged, negated, on_measure
from oba.measures.measured import Setting
from oba.measures.prophylaxis import prophylaxis
from oba.terms.criteria.prophylaxis_free import ProphylaxisFree
from oba.trace import Trace


def prophylaxis_free(terms: ProphylaxisFree, setting: Setting) -> Judged:
    """True without a return, false from the day of the return on, unknown while neither is known."""
    state = prophylaxis(terms.measure, setting)
    verdict = negated(state.returned)
    trace = Trace(
        step="criterion.prophylaxis_free",
        sentence=f"free of continuous prophylaxis on {setting.obligation.due_on}: {verdict}",
        clause=terms.clause,
        verdict=verdict,
        reason=state.measured.trace.reason,
        because=(state.measured.trace,),
    )
    return on_measure(verdict, trace, state.measured)
