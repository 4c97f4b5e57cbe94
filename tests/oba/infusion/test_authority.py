"""Whose approval makes a determination count: one role, two roles together, an adjudicator, or the product itself."""

from datetime import timedelta

import pytest

from oba.infusion.commands import ProposeWaiver
from oba.infusion.events import DeterminationEndorsed, MilestoneDetermined, MilestoneWaived, RefundTriggered
from oba.policies.approve import approvals_owed
from tests.support.events import a_dose, a_result
from tests.support.streams import APPROVER, DUE_12, GRACE_OVER_12, WORKER, Given, an_agreement, enrolled

PAYER = {"by": "payer-approver-1", "acting_as": "payer_approver"}
MANUFACTURER = {"by": APPROVER, "acting_as": "approver"}


def proposed(approved_by: str) -> Given:
    """Month 12 failed and is proposed, under an agreement with that authority."""
    agreement = an_agreement(authority={"clause": "3.1", "approved_by": approved_by})
    stream = enrolled(agreement).on(DUE_12).when_told(a_result("3")).then()
    return stream.on(GRACE_OVER_12).when_proposed().then()


@pytest.mark.parametrize(("first", "second"), [(PAYER, MANUFACTURER), (MANUFACTURER, PAYER)])
def test_a_joint_authority_needs_both_roles_in_either_order(first: dict[str, str], second: dict[str, str]) -> None:
    stream = proposed("joint").when_approved(**first).then(DeterminationEndorsed)
    (proposal,) = stream.state.proposals.values()
    assert proposal.endorsed_by == {first["acting_as"]: first["by"]}
    assert (stream.state.issued, stream.state.triggered) == ({}, {})
    after = stream.when_approved(**second).then(MilestoneDetermined, RefundTriggered)
    assert after.state.triggered == {("test-agreement", "month-12", "PAYER-1"): 140_000_000}


def test_one_role_cannot_approve_twice_for_both() -> None:
    stream = proposed("joint").when_approved(**PAYER).then()
    again = stream.when_approved(by="payer-approver-2", acting_as="payer_approver")
    again.refused("already-endorsed", kind="conflict")


def test_one_person_cannot_approve_for_both_roles() -> None:
    stream = proposed("joint").when_approved(**PAYER).then()
    stream.when_approved(by=PAYER["by"], acting_as="approver").refused("separation-of-duties", kind="forbidden")


def test_a_role_that_a_joint_authority_does_not_name_cannot_approve() -> None:
    proposed("joint").when_approved(acting_as="arbitrator").refused("not-authorised", kind="forbidden")


def test_evidence_after_the_first_of_two_approvals_makes_both_start_again() -> None:
    stream = proposed("joint").when_approved(**PAYER).then()
    corrected = stream.when_corrected(stream.events[2].event_id, a_result("2"), on=DUE_12).then()
    corrected.when_approved(**MANUFACTURER).refused("overtaken-by-evidence", kind="conflict")
    again = corrected.when_proposed().then()
    (proposal,) = again.state.proposals.values()
    assert proposal.endorsed_by == {}


def test_an_independent_adjudicator_approves_as_arbitrator() -> None:
    stream = proposed("independent_adjudicator")
    stream.when_approved(**MANUFACTURER).refused("not-authorised", kind="forbidden")
    stream.when_approved(by="arbitrator-1", acting_as="arbitrator").then(MilestoneDetermined, RefundTriggered)


def test_where_approval_is_automatic_the_product_approves_its_own_proposal() -> None:
    stream = proposed("automatic")
    (command,) = approvals_owed(stream.state, stream.surroundings)
    assert (command.actor, command.acting_as) == (WORKER, "worker")
    after = stream.asked(command).then(MilestoneDetermined, RefundTriggered)
    assert approvals_owed(after.state, after.surroundings) == ()


def test_where_approval_is_automatic_no_person_approves() -> None:
    proposed("automatic").when_approved(**MANUFACTURER).refused("not-authorised", kind="forbidden")


def test_nothing_is_approved_by_itself_under_another_authority() -> None:
    stream = proposed("approver")
    assert approvals_owed(stream.state, stream.surroundings) == ()


def test_what_rests_on_an_unverified_number_is_not_approved_by_itself() -> None:
    agreement = an_agreement(authority={"clause": "3.1", "approved_by": "automatic"})
    stream = enrolled(agreement).on(DUE_12 - timedelta(days=60)).when_told(a_dose("ALPROLIX")).then()
    stream = stream.on(DUE_12).when_told(a_result("3")).then().on(GRACE_OVER_12).when_proposed().then()
    assert approvals_owed(stream.state, stream.surroundings) == ()
    stream.when_approved(by=WORKER, acting_as="worker").refused("unverified-reference", kind="conflict")


@pytest.mark.parametrize(
    ("approved_by", "role"),
    [
        ("approver", "approver"),
        ("payer_approver", "payer_approver"),
        ("joint", "payer_approver"),
        ("independent_adjudicator", "arbitrator"),
        ("automatic", "approver"),
    ],
)
def test_a_waiver_is_approved_by_a_person_in_the_role_of_who_gives_something_up(approved_by: str, role: str) -> None:
    stream = enrolled(an_agreement(authority={"clause": "3.1", "approved_by": approved_by}))
    stream = stream.when(ProposeWaiver, agreement_id="test-agreement", milestone="month-12", clause="6.1").then()
    stream.when_waived(acting_as="auditor").refused("not-authorised")
    stream.when_waived(acting_as=role).then(MilestoneWaived)
