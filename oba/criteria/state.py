"""A measure of two states is in the one that is asked for; while it is provisional the verdict is open (settled C1)."""

from typing import assert_never

from oba.criteria.judged import Judged, negated
from oba.measures.event_free import event_free
from oba.measures.inhibitor import inhibitor
from oba.measures.measured import Setting
from oba.measures.prophylaxis import prophylaxis
from oba.measures.stated import Stated
from oba.measures.survival import survival
from oba.terms.criteria.state import STATES, MeasureOfState, State
from oba.terms.measures.event_free import EventFree
from oba.terms.measures.inhibitor import Inhibitor
from oba.terms.measures.prophylaxis import Prophylaxis
from oba.terms.measures.survival import Survival
from oba.trace import Trace


def state(terms: State, setting: Setting) -> Judged:
    """True in the state asked for, false in the other one; `confirmed_on` where a second result confirmed it."""
    found = stated(terms.measure, setting)
    measured = found.measured
    before, _ = STATES[terms.measure.kind]
    known = "unknown" if measured.provisional else found.happened
    verdict = negated(known) if terms.in_state == before else known
    said = f"{terms.measure.kind.replace('_', ' ')} is {measured.trace.value or 'unknown'}"
    so_far = "so far; evidence may still come" if measured.provisional else verdict
    trace = Trace(
        step="criterion.state",
        sentence=f"{said}, asked: {terms.in_state}: {so_far}",
        clause=terms.clause,
        verdict=verdict,
        reason="provisional" if measured.provisional else measured.trace.reason,
        because=(measured.trace,),
    )
    return Judged(
        verdict=verdict,
        trace=trace,
        decided_on=measured.decided_on,
        items=measured.items,
        confirmed_on=found.confirmed_on,
    )


def stated(measure: MeasureOfState, setting: Setting) -> Stated:
    """Whether what a measure looks for has happened."""
    match measure:
        case Inhibitor():
            return inhibitor(measure, setting)
        case Survival():
            return survival(measure, setting)
        case EventFree():
            return event_free(measure, setting)
        case Prophylaxis():
            found = prophylaxis(measure, setting)
            return Stated(happened=found.returned, measured=found.measured)
        case _:  # pragma: no cover
            assert_never(measure)
