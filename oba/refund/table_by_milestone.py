"""A percentage of the base for each milestone that is not met (C24), rounded once on its line (settled F7)."""

from oba.determination.determination import RefundLine
from oba.money import Rounding, percent_of, write_amount_for_reading
from oba.refund.failure import Failure
from oba.terms.refund.table_by_milestone import TableByMilestone


def table_by_milestone(
    terms: TableByMilestone, base: int, failures: tuple[Failure, ...], rounding: Rounding
) -> tuple[RefundLine, ...]:
    """One line for each failure whose milestone has a row."""
    return tuple(
        RefundLine(
            component="table_by_milestone",
            clause=terms.clause,
            milestone=failure.milestone,
            formula=f"{write_amount_for_reading(base)} x {terms.rows[failure.milestone]} %",
            amount=percent_of(base, terms.rows[failure.milestone], rounding),
        )
        for failure in failures
        if failure.milestone in terms.rows
    )
