"""Checks of the refund: rows that name judged milestones, and percentages that stay within the base (C23, C24)."""

from collections.abc import Callable, Iterator
from fractions import Fraction

from oba.problems import Problem
from oba.terms.agreement import Agreement
from oba.terms.linting.most import most_of
from oba.terms.refund.table_by_milestone import TableByMilestone


def _refund_rows_name_judged_milestones(agreement: Agreement) -> Iterator[Problem]:
    roles = {milestone.id: milestone.role for milestone in agreement.every_milestone}
    for place, component in enumerate(agreement.refund.components):
        if not isinstance(component, TableByMilestone):
            continue
        for milestone in component.rows:
            if roles.get(milestone) != "judged":
                yield _problem(
                    "refund-row-without-milestone",
                    "the row names no judged milestone of the agreement",
                    "name a milestone whose role is judged; a data point costs nothing",
                    f"/refund/components/{place}/rows/{milestone}",
                    component.clause,
                )


def _refund_stays_within_the_base(agreement: Agreement) -> Iterator[Problem]:
    if _most_percent(agreement) > 100:
        yield _problem(
            "refund-above-base",
            "the components together can exceed 100 % of the base",
            "lower the percentages, or name another rule for several failures",
            "/refund/components",
            agreement.refund.several_failures.clause,
        )


def _most_percent(agreement: Agreement) -> Fraction:
    """The most that the percentages can come to: of all milestones together, or of the one that counts."""
    judged = tuple(milestone.id for milestone in agreement.every_milestone if milestone.role == "judged")
    once, by_milestone = Fraction(0), dict.fromkeys(judged, Fraction(0))
    for component in agreement.refund.components:
        most = most_of(component, judged)
        once += most.once
        for milestone, percent in most.by_milestone.items():
            by_milestone[milestone] = by_milestone.get(milestone, Fraction(0)) + percent
    together = agreement.refund.several_failures.rule == "cumulative"
    return once + (
        sum(by_milestone.values(), Fraction(0)) if together else max(by_milestone.values(), default=Fraction(0))
    )


CHECKS: tuple[Callable[[Agreement], Iterator[Problem]], ...] = (
    _refund_rows_name_judged_milestones,
    _refund_stays_within_the_base,
)


def _problem(code: str, message: str, remedy: str, pointer: str, clause: str | None) -> Problem:
    return Problem(code=code, message=message, remedy=remedy, pointer=pointer, clause=clause)
