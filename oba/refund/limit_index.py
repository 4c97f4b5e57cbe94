"""By how much limits are indexed where the terms say so: whole years from Day 0, compounded (C35, settled F5)."""

from fractions import Fraction

from oba.problems import Problem
from oba.refund.counted import counted
from oba.refund.elapsed import elapsed
from oba.refund.failure import Failure
from oba.refund.ground import Ground
from oba.terms.failure_component import Indexation


def limit_index(terms: Indexation | None, failures: tuple[Failure, ...], ground: Ground) -> Fraction | Problem:
    """The factor up to the named date of the latest failure; 1 where nothing is indexed or nothing failed."""
    if terms is None or not failures:
        return Fraction(1)
    date = counted(terms.clause, terms.date, failures[-1], ground)
    if isinstance(date, Problem):
        return date
    years = elapsed(date.day_0, date.on).months // 12
    return (1 + Fraction(terms.percent_per_year) / 100) ** years
