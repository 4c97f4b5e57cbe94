"""What holds for every line that a failure costs: the part that was judged, indexation, and the one rounding."""

from decimal import Decimal
from fractions import Fraction

from oba.determination.determination import RefundLine
from oba.problems import Problem
from oba.refund.counted import counted
from oba.refund.elapsed import elapsed
from oba.refund.exact import Exact
from oba.refund.failure import Failure
from oba.refund.ground import Ground
from oba.terms.failure_component import FailureComponent, Indexation
from oba.units import write_number


def failure_line(
    component: str, terms: FailureComponent, failure: Failure, ground: Ground, exact: Exact, note: str = ""
) -> RefundLine | Problem:
    """The line of one failure: exact until here, rounded once (C35, settled D4, F5, F7)."""
    indexed = _indexed(terms.indexation, failure, ground, judged_part(exact, failure))
    if isinstance(indexed, Problem):
        return indexed
    return indexed.noting(note).line(component, terms.clause, failure.milestone, ground.rounding)


def judged_part(exact: Exact, failure: Failure) -> Exact:
    """The part that is owed where missing data are prorated; otherwise the whole (settled D4)."""
    return exact if failure.share == 1 else exact.times(failure.share, f"{failure.share} (part that was judged)")


def _indexed(terms: Indexation | None, failure: Failure, ground: Ground, exact: Exact) -> Exact | Problem:
    if terms is None:
        return exact
    date = counted(terms.clause, terms.date, failure, ground)
    if isinstance(date, Problem):
        return date
    years = elapsed(date.day_0, date.on).months // 12
    factor = Decimal(1) + terms.percent_per_year / 100
    words = f"(clause {terms.clause}: whole years from Day 0 {date.day_0} to {date.words})"
    return exact.times(Fraction(factor) ** years, f"{write_number(factor)}^{years} {words}")
