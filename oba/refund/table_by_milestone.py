"""A percentage of the base for each milestone that is not met (C24), rounded once on its line (settled F7)."""

from oba.refund.exact import percent_of_base
from oba.refund.failure_line import failure_line
from oba.refund.ground import Ground
from oba.refund.refused import Lines, gathered
from oba.terms.refund.table_by_milestone import TableByMilestone


def table_by_milestone(terms: TableByMilestone, ground: Ground) -> Lines:
    """One line for each failure whose milestone has a row."""
    return gathered(
        failure_line(
            "table_by_milestone", terms, failure, ground, percent_of_base(ground.base, terms.rows[failure.row])
        )
        for failure in ground.failures
        if failure.row in terms.rows
    )
