"""A warning where two agreements may lie over one infusion, and each refunds up to the whole base (settled F9)."""

from typing import Any

import pytest

from oba.terms.agreement import Agreement
from oba.terms.linting.joint_limits import without_joint_limit
from tests.support.streams import an_agreement


def sharing(name: str, *others: str, **changes: Any) -> Agreement:
    """An agreement that shares its limit with others."""
    refund = an_agreement().model_dump(mode="json")["refund"]
    joint = {"clause": "9.11", "agreements": list(others)} if others else None
    return an_agreement(id=name, refund={**refund, "joint_limit_with": joint}, **changes)


@pytest.mark.parametrize(
    ("others", "warned"),
    [
        (sharing("b"), True),
        (sharing("b", "a"), False),
        (sharing("b", "c"), True),
        (sharing("a", effective_on="2025-06-01"), False),
        (sharing("b", effective_on="2031-01-01", signed_on="2030-12-01"), False),
        (sharing("b", therapy={"product": "OTHER", "hcpcs": "J0000"}), False),
    ],
    ids=["unnamed", "both named", "another named", "a version of itself", "after its end", "another therapy"],
)
def test_two_agreements_that_may_meet_are_warned_about_unless_both_share_their_limit(
    others: Agreement, warned: bool
) -> None:
    found = list(without_joint_limit((sharing("a", "b", ends_on="2030-12-31"), others)))
    assert [problem.code for problem in found] == (["no-joint-limit"] if warned else [])
