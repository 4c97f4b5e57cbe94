"""The next admissible result after one that failed (C10, settled C5)."""

from dataclasses import dataclass, replace

from oba.dates import Span
from oba.facts.fix_activity import FixActivityMeasured
from oba.measures.factor_activity import admission, conflicting
from oba.measures.measured import Setting, set_aside
from oba.measures.selection import draw_order, drawn_after
from oba.measures.washout import Result
from oba.terms.measures.factor_activity import FactorActivity
from oba.trace import Rejected


@dataclass(frozen=True)
class Repeat:
    """The repeat of a result, or None; and what was looked at before it, each with its reason."""

    result: Result | None
    left_out: tuple[Rejected, ...]
    unverified: tuple[str, ...]
    conflicting: bool = False
    """Results that contradict each other come before it: which is the next is open until a person resolves them."""


def repeat_of(terms: FactorActivity, setting: Setting, failing: Result, days: Span) -> Repeat:
    """The next admissible result of a later draw within the days, inside the window or outside it.

    It is of the same assay, and of the same class of laboratory where the agreement asks them in an order: nothing is
    mixed within one test (C12).
    """
    alone = replace(setting, shared_results=None)
    same = _same_test(terms, failing)
    later = [
        result
        for result in setting.evidence.of(FixActivityMeasured)
        if result.occurred_on in days and drawn_after(result, failing)
    ]
    found = admission(same, alone, later)
    result = min(found.admitted, key=draw_order, default=None)
    last = days.last if result is None else result.occurred_on
    conflicts = [one for one in conflicting(same, alone) if failing.occurred_on < one.occurred_on <= last]
    before = [one for one in found.left_out if one.occurred_on <= last]
    return Repeat(
        result=None if conflicts else result,
        left_out=(*before, *(set_aside(one) for one in conflicts)),
        unverified=found.unverified,
        conflicting=bool(conflicts),
    )


def _same_test(terms: FactorActivity, failing: Result) -> FactorActivity:
    if not terms.laboratory_order:
        return terms
    return terms.model_copy(update={"laboratory": failing.fact.laboratory, "laboratory_order": ()})
