"""What is owed once, whatever fails after: for the first failure within the limit (C23, settled B5, F2)."""

from typing import assert_never

from oba.dates import shift_months
from oba.problems import Problem
from oba.refund.counted import counted
from oba.refund.exact import Exact
from oba.refund.failure import Failure
from oba.refund.failure_line import failure_line
from oba.refund.ground import Ground
from oba.refund.refused import Lines, RefundRefused, gathered
from oba.terms.failure_component import LimitedComponent, Within


def once(component: str, terms: LimitedComponent, ground: Ground, exact: Exact) -> Lines:
    """At most one line; where missing data are prorated, for the failure of which most was judged."""
    found = [(failure, _within(terms, failure, ground)) for failure in ground.failures]
    problems = tuple(words for _, words in found if isinstance(words, Problem))
    if problems:
        return RefundRefused(problems)
    inside = [(failure, words) for failure, words in found if isinstance(words, str)]
    if not inside:
        return ()
    failure, words = max(inside, key=lambda one: one[0].share)
    return gathered([failure_line(component, terms, failure, ground, exact, f", once{words}")])


def _within(terms: LimitedComponent, failure: Failure, ground: Ground) -> str | Problem | None:
    """The words about the limit, which are empty without one; None where the failure lies beyond it."""
    if terms.within is None:
        return ""
    date = counted(terms.clause, terms.within.date, failure, ground)
    if isinstance(date, Problem):
        return date
    end = shift_months(date.day_0, terms.within.months, ground.month_end)
    match terms.within.boundary:
        case "inclusive":
            inside, words = date.on <= end, f"up to {end}"
        case "exclusive":
            inside, words = date.on < end, f"before {end}"
        case _:  # pragma: no cover
            assert_never(terms.within.boundary)
    return f"; {date.words} is within {_months(terms.within)}, {words}" if inside else None


def _months(within: Within) -> str:
    return f"{within.months} months of Day 0"
