"""What would change a decided answer: each single part that alone, answered the other way, turns the whole (C19)."""

from collections.abc import Iterator
from typing import assert_never

from oba.criteria.combining import asked_of
from oba.criteria.judged import negated
from oba.terms.criteria.any_criterion import (
    All,
    AnyOf,
    Criterion,
    Implies,
    KOfN,
    Latch,
    Not,
    OnMeasure,
    Sustained,
    Tiers,
    parts_of,
)
from oba.terms.criteria.change_from_baseline import ChangeFromBaseline
from oba.terms.criteria.compare import Compare
from oba.terms.criteria.compare_with_baseline import CompareWithBaseline
from oba.terms.criteria.prophylaxis_free import ProphylaxisFree
from oba.terms.criteria.state import STATES, State
from oba.terms.criteria.treat_as_failure import TreatAsFailure
from oba.trace import Trace, Verdict
from oba.units import Operator, write_number

_NAMES = {
    "factor_activity": "FIX activity",
    "bleeding_rate": "bleeding rate",
    "factor_consumption": "consumption of FIX products",
    "dose_share": "share of the dose",
    "days_covered": "days of cover",
    "inhibitor": "FIX inhibitor",
    "survival": "survival",
    "event_free": "freedom from events",
    "prophylaxis": "prophylaxis",
}
_OPPOSITE: dict[Operator, Operator] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def turned_by(criterion: Criterion, trace: Trace) -> tuple[str, ...]:
    """A sentence for each part that alone would turn a decided criterion; none where no single part would, or where
    the criterion is unknown.
    """
    if trace.verdict in (None, "unknown"):
        return ()
    return tuple(dict.fromkeys(_turning(criterion, trace)))


def _turning(criterion: Criterion, trace: Trace) -> Iterator[str]:
    match criterion:
        case All() | AnyOf() | Not() | KOfN() | Implies():
            yield from _below(criterion, trace)
        case Tiers() | Sustained() | Latch():
            yield f"another course of what clause {criterion.clause} looks back on"
        case _:
            assert trace.verdict is not None, "a judged criterion has a verdict"
            yield f"{_opposite(criterion, trace.verdict)} (clause {criterion.clause})"


def _below(criterion: All | AnyOf | Not | KOfN | Implies, trace: Trace) -> Iterator[str]:
    asked = asked_of(criterion)
    verdicts = [step.verdict or "unknown" for step in trace.because]
    for place, ((_, part), step) in enumerate(zip(parts_of(criterion), trace.because, strict=True)):
        other = negated(verdicts[place])
        turned = asked.verdict([*verdicts[:place], other, *verdicts[place + 1 :]])
        if other != "unknown" and turned == negated(asked.verdict(verdicts)):
            yield from _turning(part, step)


def _opposite(criterion: OnMeasure, verdict: Verdict) -> str:
    """What would have to be known for the part to come out the other way."""
    holds = verdict == "true"
    match criterion:
        case Compare():
            asked = f"{_operator(criterion.operator, holds)} {write_number(criterion.threshold)} {criterion.unit}"
            return f"{_NAMES[criterion.measure.kind]} {asked}"
        case CompareWithBaseline():
            times = f"{write_number(criterion.factor)} x the rate of the lead-in"
            return f"bleeding rate {_operator(criterion.operator, holds)} {times}"
        case ChangeFromBaseline():
            asked = f"{_operator(criterion.operator, holds)} {write_number(criterion.threshold)} {criterion.unit}"
            return f"{criterion.change} change of {_NAMES[criterion.measure.kind]} {asked}"
        case ProphylaxisFree():
            return "a return to prophylaxis" if holds else "no return to prophylaxis"
        case TreatAsFailure():
            return "prophylaxis that counts as a failure" if holds else "no prophylaxis that counts as a failure"
        case State():
            known = STATES[criterion.measure.kind]
            state = next(one for one in known if (one == criterion.in_state) != holds)
            return f"{_NAMES[criterion.measure.kind]}: {state}"
        case _:  # pragma: no cover
            assert_never(criterion)


def _operator(operator: Operator, holds: bool) -> Operator:
    return _OPPOSITE[operator] if holds else operator
