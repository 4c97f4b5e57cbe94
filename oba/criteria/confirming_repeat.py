"""Whether a failure is confirmed by its repeat; a passing verdict needs none (C10, settled C5)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypeAlias, assert_never, cast

from oba.criteria.comparison import Comparison
from oba.criteria.judged import Judged
from oba.dates import Span
from oba.facts.fix_activity import FixActivityMeasured
from oba.measures.measured import Measured, Setting, used
from oba.measures.repeat import Repeat, repeat_of
from oba.measures.selection import decisive, draw_order, value_of
from oba.measures.washout import Result
from oba.terms.criteria.compare import Compare, ConfirmingRepeat
from oba.terms.measures.factor_activity import FactorActivity
from oba.trace import Trace, Verdict, Wanted

Answer: TypeAlias = Literal["confirmed", "passed", "comparator_leaves_it_open", "conflicting_results", "unconfirmed"]


@dataclass(frozen=True)
class Repeated:
    """A failing result, what its repeat says of it, and the step of the trace."""

    failing: Result
    repeat: Repeat
    answer: Answer
    trace: Trace


def confirm(
    terms: Compare,
    confirmation: ConfirmingRepeat,
    comparison: Comparison,
    measure: FactorActivity,
    setting: Setting,
    measured: Measured,
) -> Judged:
    """False once the repeat fails as well; `decided_on` is then the first failure, `confirmed_on` the repeat's day."""
    found = [
        _repeated(confirmation, comparison, measure, setting, failing)
        for failing in _failing(measure, comparison, measured)
    ]
    for one in found:
        if one.answer == "confirmed":
            return _judged(terms, comparison, measured, "false", [one], None)
    waiting = [one for one in found if one.answer != "passed"]
    if waiting:
        return _judged(terms, comparison, measured, "unknown", found, waiting[0].answer)
    if confirmation.passing_repeat == "leaves_unknown":
        return _judged(terms, comparison, measured, "unknown", found, "repeat_passed")
    if measured.provisional:
        return _judged(terms, comparison, measured, "unknown", found, "provisional")
    return _judged(terms, comparison, measured, "true", found, None)


def _failing(measure: FactorActivity, comparison: Comparison, measured: Measured) -> list[Result]:
    """The results of which each alone makes the criterion fail, in the order of their draws: of a worst value that lies
    too low every result that does, otherwise the decisive one.
    """
    chosen = [cast("Result", item) for item in measured.items if isinstance(item.fact, FixActivityMeasured)]
    if measure.selection == "worst" and comparison.operator in (">", ">="):
        return sorted((one for one in chosen if comparison.of(value_of(one)) == "false"), key=draw_order)
    return [decisive(measure, chosen)]


def _repeated(
    confirmation: ConfirmingRepeat,
    comparison: Comparison,
    measure: FactorActivity,
    setting: Setting,
    failing: Result,
) -> Repeated:
    days = Span(
        first=failing.occurred_on + timedelta(days=confirmation.at_least_days),
        last=failing.occurred_on + timedelta(days=confirmation.within_days),
    )
    repeat = repeat_of(measure, setting, failing, days)
    answer = _answer(comparison, repeat)
    trace = Trace(
        step="criterion.compare.repeat",
        sentence=_sentence(comparison, failing, days, repeat, answer),
        clause=confirmation.clause,
        verdict=_verdict(answer),
        reason=None if answer in ("confirmed", "passed") else answer,
        used=(used(repeat.result),) if repeat.result is not None else (),
        rejected=repeat.left_out,
        wanted=(Wanted(what=_wanted(measure, failing, days), until=days.last),) if answer == "unconfirmed" else (),
        unverified=repeat.unverified,
    )
    return Repeated(failing, repeat, answer, trace)


def _answer(comparison: Comparison, repeat: Repeat) -> Answer:
    if repeat.conflicting:
        return "conflicting_results"
    if repeat.result is None:
        return "unconfirmed"
    verdict = comparison.of(value_of(repeat.result))
    match verdict:
        case "false":
            return "confirmed"
        case "true":
            return "passed"
        case "unknown":
            return "comparator_leaves_it_open"
        case _:  # pragma: no cover
            assert_never(verdict)


def _verdict(answer: Answer) -> Verdict:
    match answer:
        case "confirmed":
            return "false"
        case "passed":
            return "true"
        case _:
            return "unknown"


def _wanted(measure: FactorActivity, failing: Result, days: Span) -> str:
    laboratory = failing.fact.laboratory if measure.laboratory_order else measure.laboratory
    return (
        f"a clean {measure.assay.replace('_', '-')} FIX activity, {laboratory} laboratory, drawn again after "
        f"{failing.occurred_on}, from {days.first} to {days.last}"
    )


def _sentence(comparison: Comparison, failing: Result, days: Span, repeat: Repeat, answer: Answer) -> str:
    first = f"the failure of {failing.occurred_on}"
    if repeat.result is None:
        lack = "there is none" if answer == "unconfirmed" else "results that contradict each other come first"
        return f"{first} needs a repeat drawn from {days.first} to {days.last}; {lack}"
    repeated = f"the repeat of {repeat.result.occurred_on}, {repeat.result.fact.says()}"
    match answer:
        case "confirmed":
            return f"{first} is confirmed: {repeated}, is not {comparison.asked} either"
        case "passed":
            return f"{first} is not confirmed: {repeated}, is {comparison.asked}"
        case _:
            return f"{first} is neither confirmed nor cleared: {repeated}, may be {comparison.asked} or not"


def _judged(
    terms: Compare,
    comparison: Comparison,
    measured: Measured,
    verdict: Verdict,
    found: list[Repeated],
    reason: str | None,
) -> Judged:
    repeats = [one.repeat.result for one in found if one.repeat.result is not None]
    said = {
        "false": "false, and confirmed",
        "true": "false, and cleared by the repeat",
        "unknown": "false, unconfirmed",
    }
    trace = Trace(
        step="criterion.compare",
        sentence=f"{measured.trace.value} {comparison.asked}: {said[verdict]}",
        clause=terms.clause,
        verdict=verdict,
        reason=reason,
        because=(measured.trace, *(one.trace for one in found)),
    )
    decided_on = {
        "false": found[0].failing.occurred_on,
        "true": max((one.occurred_on for one in repeats), default=measured.decided_on),
        "unknown": measured.decided_on,
    }[verdict]
    confirmed_on = repeats[0].occurred_on if verdict == "false" else None
    items = (*measured.items, *(one for one in repeats if one not in measured.items))
    return Judged(verdict=verdict, trace=trace, decided_on=decided_on, items=items, confirmed_on=confirmed_on)
