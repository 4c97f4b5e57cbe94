from datetime import date, timedelta

from oba.facts.any_fact import ANY_FACT
from oba.identity import derived_id
from oba.infusion.commands import ApproveWaiver, ProposeWaiver
from oba.infusion.events import MilestoneDetermined, MilestoneWaived, MilestoneWaiverProposed, RefundTriggered
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


def proposed(stream: Given, milestone: str = "month-12", clause: str = "6.1") -> Decision:
    return stream.when(ProposeWaiver, agreement_id="test-agreement", milestone=milestone, clause=clause)


def waived(stream: Given, milestone: str = "month-12") -> Decision:
    return proposed(stream, milestone).then().when_waived()


def failing() -> Given:
    return enrolled().on(DUE_12).when_told(a_result("3")).then().on(GRACE_OVER_12)


def test_a_proposed_waiver_waits_and_waives_nothing_yet() -> None:
    after = proposed(failing()).then(MilestoneWaiverProposed)
    (waiting,) = after.state.proposed_waivers.values()
    assert (waiting.event.clause, waiting.proposed_by, waiting.proposed_on) == ("6.1", COORDINATOR, GRACE_OVER_12)
    assert after.state.waivers == {}
    after.when_proposed().then()


def test_a_milestone_is_waived_under_a_clause_by_two_people() -> None:
    stream = proposed(enrolled()).then()
    (waiting,) = stream.state.proposed_waivers.values()
    body = MilestoneWaived(
        waiver_id=waiting.event.waiver_id,
        agreement_id="test-agreement",
        milestone="month-12",
        clause="6.1",
        proposed_by=COORDINATOR,
        approved_by=APPROVER,
    )
    after = stream.when_waived().then(body)
    assert set(after.state.waivers) == {("test-agreement", "month-12")}
    assert after.state.proposed_waivers == {}


def test_who_proposed_a_waiver_cannot_approve_it() -> None:
    proposed(enrolled()).then().when_waived(by=COORDINATOR).refused("separation-of-duties", kind="forbidden")


def test_a_waiver_is_approved_in_the_role_that_the_agreement_names() -> None:
    proposed(enrolled()).then().when_waived(acting_as="payer_approver").refused("not-authorised", kind="forbidden")


def test_a_waiver_that_does_not_wait_cannot_be_approved() -> None:
    stream = proposed(enrolled()).then()
    stream.when_waived().then().when_waived().refused("no-open-waiver", kind="not_found")
    unknown = {"waiver_id": derived_id("test", "none"), "acting_as": "approver"}
    stream.when(ApproveWaiver, by=APPROVER, **unknown).refused("no-open-waiver", kind="not_found")


def test_a_waiver_under_another_clause_replaces_the_one_that_waits() -> None:
    first = proposed(enrolled()).then()
    (overtaken,) = first.state.proposed_waivers.values()
    second = proposed(first, clause="6.2").then()
    (waiting,) = second.state.proposed_waivers.values()
    assert waiting.event.clause == "6.2"
    approval = {"waiver_id": overtaken.event.waiver_id, "acting_as": "approver"}
    second.when(ApproveWaiver, by=APPROVER, **approval).refused("no-open-waiver")


def test_the_same_waiver_is_proposed_once() -> None:
    proposed(proposed(enrolled()).then()).refused("already-proposed", kind="conflict")


def test_a_waiver_of_a_milestone_that_left_the_schedule_is_not_approved() -> None:
    stream = proposed(enrolled()).then()
    ended = ANY_FACT.validate_python(
        {"kind": "enrolment_ended", "agreement_id": "test-agreement", "reason": "enrolled_in_error"}
    )
    enrolled_in_error = stream.when_told(ended).then()
    enrolled_in_error.when_waived().refused("unknown-milestone", kind="not_found")


def test_a_milestone_that_does_not_exist_cannot_be_waived() -> None:
    proposed(enrolled(), "month-13").refused("unknown-milestone", kind="not_found")


def test_a_milestone_is_waived_once() -> None:
    proposed(waived(enrolled()).then()).refused("already-waived", kind="conflict")


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


def test_before_the_day_of_the_waiver_the_milestone_was_not_waived() -> None:
    after = waived(failing()).then()
    reference, known_at = after.surroundings.reference, after.events[-1].recorded_at
    before = determinations(
        after.state, after.shelf, reference, as_of=GRACE_OVER_12 - timedelta(days=1), known_at=known_at
    )
    that_day = determinations(after.state, after.shelf, reference, as_of=GRACE_OVER_12, known_at=known_at)
    assert (before[0].finding, that_day[0].finding) == ("not_yet", "waived")
