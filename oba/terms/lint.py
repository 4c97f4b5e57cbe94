"""What the models alone cannot see: contradictions inside a document. All problems at once, each with its place and
clause.
"""

from collections.abc import Callable, Iterator
from typing import assert_never

from oba.problems import Problem
from oba.terms.agreement import Agreement
from oba.terms.document import Document
from oba.terms.follow_up_plan import FollowUpPlan
from oba.terms.linting import (
    activity,
    bleeds,
    criteria,
    events,
    follow_up_plans,
    milestones,
    money,
    outcomes,
    payer_rules,
    readings,
    refund,
    refund_components,
    settling,
    timing,
    units,
    versions,
)
from oba.terms.payer_rule import PayerRule


def lint(document: Document) -> tuple[Problem, ...]:
    """Every contradiction of a document, in the order of the checks; then those that a reading would bring."""
    match document:
        case Agreement():
            found = [problem for check in AGREEMENT_CHECKS for problem in check(document)]
            return (*found, *readings.readings_fit(document, AGREEMENT_CHECKS))
        case PayerRule():
            return tuple(problem for rule_check in PAYER_RULE_CHECKS for problem in rule_check(document))
        case FollowUpPlan():
            return tuple(problem for plan_check in FOLLOW_UP_PLAN_CHECKS for problem in plan_check(document))
        case _:  # pragma: no cover
            assert_never(document)


AGREEMENT_CHECKS: tuple[Callable[[Agreement], Iterator[Problem]], ...] = (
    *milestones.CHECKS,
    *activity.CHECKS,
    *refund.CHECKS,
    *refund_components.CHECKS,
    *money.CHECKS,
    *units.CHECKS,
    *criteria.CHECKS,
    *events.CHECKS,
    *bleeds.CHECKS,
    *versions.CHECKS,
    *timing.CHECKS,
    *readings.CHECKS,
    *settling.CHECKS,
    *outcomes.CHECKS,
)
PAYER_RULE_CHECKS: tuple[Callable[[PayerRule], Iterator[Problem]], ...] = payer_rules.CHECKS
FOLLOW_UP_PLAN_CHECKS: tuple[Callable[[FollowUpPlan], Iterator[Problem]], ...] = follow_up_plans.CHECKS
