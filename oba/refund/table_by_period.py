"""A share of the base by how long after Day 0 the failure lies (C24, settled F2)."""

from datetime import date
from typing import assert_never

from oba.dates import shift_months
from oba.determination.determination import RefundLine
from oba.problems import Problem
from oba.refund.counted import Counted, counted
from oba.refund.exact import stated
from oba.refund.failure import Failure
from oba.refund.failure_line import failure_line
from oba.refund.ground import Ground
from oba.refund.refused import Lines, gathered
from oba.terms.refund.table_by_period import PeriodRow, TableByPeriod


def table_by_period(terms: TableByPeriod, ground: Ground) -> Lines:
    """One line for each failure whose named date lies in a row; before the first row and after the last nothing."""
    return gathered(_line(terms, failure, ground) for failure in ground.failures)


def _line(terms: TableByPeriod, failure: Failure, ground: Ground) -> RefundLine | Problem | None:
    day = counted(terms.clause, terms.date, failure, ground)
    if isinstance(day, Problem):
        return day
    for row in terms.rows:
        begins = shift_months(day.day_0, row.from_month, ground.month_end)
        ends = shift_months(day.day_0, row.to_month, ground.month_end)
        if _inside(terms, day, begins, ends):
            exact = stated(row, ground.base)
            return failure_line("table_by_period", terms, failure, ground, exact, _words(terms, row, day, begins, ends))
    return None


def _inside(terms: TableByPeriod, day: Counted, begins: date, ends: date) -> bool:
    match terms.boundary:
        case "earlier":
            return begins < day.on <= ends or day.on == begins == day.day_0
        case "later":
            return begins <= day.on < ends
        case _:  # pragma: no cover
            assert_never(terms.boundary)


def _words(terms: TableByPeriod, row: PeriodRow, day: Counted, begins: date, ends: date) -> str:
    row_words = f"months {row.from_month} to {row.to_month}, {begins} to {ends}"
    return f"; {day.words} lies in {row_words}, an anniversary belongs to the {terms.boundary} row"
