"""A warning about several agreements together: over one infusion each has a guard of its own (settled F9)."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations

from oba.problems import Problem
from oba.terms.agreement import Agreement


def without_joint_limit(agreements: Iterable[Agreement]) -> Iterator[Problem]:
    """A warning for each two agreements that may lie over one infusion and do not both name their joint limit."""
    for one, other in combinations(agreements, 2):
        if one.id != other.id and _may_meet(one, other) and not (_names(one, other) and _names(other, one)):
            yield Problem(
                code="no-joint-limit",
                message=f"{one.id} and {other.id} may lie over one infusion; each refunds up to the whole base",
                remedy="name each of them in the other's refund.joint_limit_with, if they share one base",
                pointer="/refund/joint_limit_with",
            )


def _may_meet(one: Agreement, other: Agreement) -> bool:
    begins_on = max(one.effective_on, other.effective_on)
    ends_on = min(one.ends_on or date.max, other.ends_on or date.max)
    return one.therapy.product == other.therapy.product and begins_on <= ends_on


def _names(one: Agreement, other: Agreement) -> bool:
    joint = one.refund.joint_limit_with
    return joint is not None and other.id in joint.agreements
