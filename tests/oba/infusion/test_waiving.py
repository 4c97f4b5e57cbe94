from datetime import date

import pytest

from oba.infusion.commands import WaiveMilestone
from oba.infusion.events import MilestoneDetermined, MilestoneWaived, RefundTriggered
from oba.infusion.questions import determinations
from tests.support.events import a_result
from tests.support.streams import (
    APPROVER,
    COORDINATOR,
    DUE_12,
    GRACE_OVER_12,
    GRACE_OVER_24,
    Decision,
    Given,
    enrolled,
)


def waived(stream: Given, milestone: str = "month-12", approved_by: str = APPROVER) -> Decision:
    fields = {"agreement_id": "test-agreement", "milestone": milestone, "clause": "6.1", "approved_by": approved_by}
    return stream.when(WaiveMilestone, **fields)


def failing() -> Given:
    return enrolled().on(DUE_12).when_told(a_result("3")).then().on(GRACE_OVER_12)


def test_a_milestone_is_waived_under_a_clause_with_the_approval_of_a_second_person() -> None:
    body = MilestoneWaived(agreement_id="test-agreement", milestone="month-12", clause="6.1", approved_by=APPROVER)
    after = waived(enrolled()).then(body)
    assert set(after.state.waivers) == {("test-agreement", "month-12")}


@pytest.mark.parametrize("approved_by", [COORDINATOR, "NOBODY"])
def test_one_person_alone_or_an_unknown_one_cannot_waive(approved_by: str) -> None:
    waived(enrolled(), approved_by=approved_by).refused("separation-of-duties", "/approved_by", "forbidden")


def test_a_milestone_that_does_not_exist_cannot_be_waived() -> None:
    waived(enrolled(), "month-13").refused("unknown-milestone", kind="not_found")


def test_a_milestone_is_waived_once() -> None:
    waived(waived(enrolled()).then()).refused("already-waived", kind="conflict")


def test_a_waived_milestone_costs_nothing_though_it_failed() -> None:
    after = waived(failing()).then().when_proposed().then().when_approved().then(MilestoneDetermined)
    assert after.state.issued["test-agreement", "month-12"].proposal.event.determination.finding == "waived"
    assert after.state.triggered == {}


def test_a_waiver_overtakes_an_open_proposal() -> None:
    waived(failing().when_proposed().then()).then().when_approved().refused("overtaken-by-evidence")


def test_a_waiver_after_an_approved_determination_changes_nothing() -> None:
    stream = waived(failing().determined()).then(MilestoneWaived)
    stream.when_proposed().refused("nothing-new")
    assert stream.state.triggered == {("test-agreement", "month-12", "PAYER-1"): 140_000_000}


def test_a_waiver_that_changes_nothing_does_not_come_alive_with_a_superseding_determination() -> None:
    stream = waived(failing().determined()).then()
    met = stream.when_corrected(stream.events[2].event_id, a_result("30"), on=DUE_12).then()
    after = met.determined()
    assert after.state.issued["test-agreement", "month-12"].proposal.event.determination.finding == "met"
    after.when_proposed().refused("nothing-new")


def test_a_waiver_of_one_milestone_leaves_the_other_alone() -> None:
    stream = waived(failing(), "month-24").then().determined("month-12")
    stream = stream.on(date(2028, 1, 15)).when_told(a_result("2")).then().on(GRACE_OVER_24).determined("month-24")
    assert stream.state.triggered == {("test-agreement", "month-12", "PAYER-1"): 140_000_000}
    assert any(isinstance(event.body, RefundTriggered) for event in stream.events)


def test_before_the_waiver_was_recorded_the_milestone_was_not_waived() -> None:
    stream = failing()
    after = waived(stream).then()
    known_at = stream.events[-1].recorded_at
    reference = stream.surroundings.reference
    then = determinations(after.state, after.shelf, reference, as_of=GRACE_OVER_12, known_at=known_at)
    now = determinations(
        after.state, after.shelf, reference, as_of=GRACE_OVER_12, known_at=after.events[-1].recorded_at
    )
    assert (then[0].finding, now[0].finding) == ("not_met", "waived")
