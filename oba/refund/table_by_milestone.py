"""What each milestone that is not met costs (C24), rounded once on its line (settled F7)."""

from oba.refund.exact import Exact, percent_of_base, stated
from oba.refund.failure_line import failure_line
from oba.refund.ground import Ground
from oba.refund.refused import Lines, gathered
from oba.terms.refund.table_by_milestone import MilestoneRow, TableByMilestone
from oba.terms.stated import Stated


def table_by_milestone(terms: TableByMilestone, ground: Ground) -> Lines:
    """One line for each failure whose milestone has a row."""
    return gathered(
        failure_line("table_by_milestone", terms, failure, ground, _exact(terms.rows[failure.row], ground.base))
        for failure in ground.failures
        if failure.row in terms.rows
    )


def _exact(row: MilestoneRow, base: int) -> Exact:
    return stated(row, base) if isinstance(row, Stated) else percent_of_base(base, row)
