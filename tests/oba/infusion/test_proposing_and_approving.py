"""A determination is put before a second person, who approves it or sends it back."""

from datetime import date, timedelta

import pytest

from oba.determination.question import as_if
from oba.facts.correction import FactCorrected
from oba.identity import derived_id
from oba.infusion.commands import ApproveDetermination, RetractFact, ReturnDetermination, When
from oba.infusion.deciding.determining import determination_now
from oba.infusion.events import (
    DeterminationProposed,
    DeterminationReturned,
    MilestoneDetermined,
    RefundTriggered,
)
from oba.infusion.questions import determinations, question
from oba.problems import Refusal
from oba.terms.document import terms_hash
from tests.support.events import DAY_0, a_dose, a_result, an_enrolment, an_infusion
from tests.support.streams import (
    APPROVER,
    CLERK,
    CURE_OVER_12,
    DUE_12,
    GRACE_OVER_12,
    MANUAL,
    PRICE,
    WORKER,
    Decision,
    Given,
    an_agreement,
    enrolled,
    infused,
)


def failing() -> Given:
    """FIX activity of 3 IU/dL on the due date of month 12, and the window with its grace is over."""
    return enrolled().on(DUE_12).when_told(a_result("3")).then().on(GRACE_OVER_12)


def returned(stream: Given, reason: str = "evidence_questioned") -> Decision:
    determination_id = stream.proposed().determination_id
    return stream.when(ReturnDetermination, by=APPROVER, determination_id=determination_id, reason=reason)


def test_a_decided_milestone_is_proposed_with_the_refund_that_approval_would_trigger() -> None:
    after = failing().when_proposed().then(DeterminationProposed)
    proposal = after.state.proposals["test-agreement", "month-12"]
    assert (proposal.proposed_by, proposal.proposed_on) == (WORKER, GRACE_OVER_12)
    assert (proposal.event.determination.finding, proposal.event.determination.first_failure_on) == ("not_met", DUE_12)
    assert [(line.milestone, line.amount) for line in proposal.event.refund] == [("month-12", 140_000_000)]
    assert (proposal.event.beneficiary, proposal.event.currency, proposal.event.supersedes) == ("PAYER-1", "USD", None)


def test_nothing_is_proposed_while_evidence_may_still_come() -> None:
    stream = enrolled().on(DUE_12).when_told(a_result("3")).then()
    stream.on(GRACE_OVER_12 - timedelta(days=1)).when_proposed().refused("not-yet-decidable", kind="conflict")
    enrolled().on(CURE_OVER_12 - timedelta(days=1)).when_proposed().refused("not-yet-decidable")


def test_the_refusal_says_what_is_missing_or_that_one_must_wait() -> None:
    missing = enrolled().on(DUE_12).when_proposed().decided
    waiting = enrolled().on(DUE_12).when_told(a_result("30")).then().when_proposed().decided
    assert isinstance(missing, Refusal)
    assert isinstance(waiting, Refusal)
    assert "clean one-stage FIX activity" in missing.problems[0].remedy
    assert waiting.problems[0].remedy == "wait until the window and its grace have closed"


@pytest.mark.parametrize("milestone", ["month-13", "month-24"])
def test_a_milestone_that_the_infusion_does_not_have_is_refused(milestone: str) -> None:
    infused().when_proposed(milestone).refused("unknown-milestone", kind="not_found")
    enrolled().when_proposed("month-13").refused("unknown-milestone", kind="not_found")


def test_the_same_answer_is_proposed_once() -> None:
    stream = failing().when_proposed().then()
    stream.when_proposed(by="coordinator").refused("already-proposed", kind="conflict")


def test_a_later_answer_replaces_the_open_proposal() -> None:
    stream = failing().when_proposed().then()
    first = stream.proposed().determination_id
    after = stream.when_told(a_result("30"), on=DUE_12 - timedelta(days=1)).then()
    after = after.when_corrected(after.events[2].event_id, a_result("2"), on=DUE_12).then(FactCorrected)
    after = after.when_proposed().then(DeterminationProposed)
    assert after.proposed().determination_id != first
    approved = after.when(ApproveDetermination, by=APPROVER, determination_id=first, acting_as="approver")
    approved.refused("no-open-proposal", kind="not_found")


def test_a_proposal_counts_once_a_second_person_approves_it() -> None:
    stream = failing().when_proposed().then()
    after = stream.when_approved().then(MilestoneDetermined, RefundTriggered)
    issued = after.state.issued["test-agreement", "month-12"]
    assert (issued.approved_by, issued.approved_on, issued.event_id) == (
        APPROVER,
        GRACE_OVER_12,
        after.events[-2].event_id,
    )
    assert after.state.proposals == {}
    assert after.state.triggered == {("test-agreement", "month-12", "PAYER-1"): 140_000_000}


def test_what_is_met_costs_nothing() -> None:
    stream = enrolled().on(DUE_12).when_told(a_result("30")).then().on(GRACE_OVER_12)
    after = stream.when_proposed().then().when_approved().then(MilestoneDetermined)
    assert after.state.triggered == {}
    after.when_proposed().refused("nothing-new", kind="conflict")


def test_a_determination_is_approved_once() -> None:
    stream = failing().when_proposed().then()
    determination_id = stream.proposed().determination_id
    after = stream.when_approved().then()
    again = after.when(ApproveDetermination, by="approver-2", determination_id=determination_id, acting_as="approver")
    again.refused("no-open-proposal")


def test_the_proposer_cannot_approve() -> None:
    stream = failing().when_proposed(by=APPROVER).then()
    stream.when_approved(by=APPROVER).refused("separation-of-duties", kind="forbidden")
    stream.when_approved(by="approver-2").then()


def test_the_author_of_decisive_evidence_cannot_approve() -> None:
    stream = failing().when_proposed().then()
    stream.when_approved(by=CLERK).refused("separation-of-duties", kind="forbidden")


def test_neither_author_nor_corrector_of_decisive_evidence_can_approve() -> None:
    stream = enrolled().on(DUE_12).when_told(a_result("30"), by="clerk-1").then()
    stream = stream.when_corrected(stream.last(), a_result("3"), by="clerk-2").then()
    stream = stream.on(GRACE_OVER_12).when_proposed().then()
    for author in ("clerk-1", "clerk-2"):
        stream.when_approved(by=author).refused("separation-of-duties")
    stream.when_approved(by="clerk-3").then()


def test_approval_in_another_role_than_the_agreement_names_is_refused() -> None:
    stream = failing().when_proposed().then()
    stream.when_approved(acting_as="payer_approver").refused("not-authorised", kind="forbidden")


def test_the_agreement_says_whose_approval_counts() -> None:
    agreement = an_agreement(authority={"clause": "3.1", "approved_by": "payer_approver"})
    stream = enrolled(agreement).on(DUE_12).when_told(a_result("3")).then().on(GRACE_OVER_12).when_proposed().then()
    stream.when_approved(acting_as="approver").refused("not-authorised")
    stream.when_approved(acting_as="payer_approver").then(MilestoneDetermined, RefundTriggered)


def test_a_determination_that_rests_on_an_unverified_number_cannot_be_approved() -> None:
    stream = enrolled().on(DUE_12 - timedelta(days=60)).when_told(a_dose("ALPROLIX")).then()
    stream = stream.on(DUE_12).when_told(a_result("3")).then().on(GRACE_OVER_12).when_proposed().then()
    assert stream.proposed().unverified == ("half-life of ALPROLIX 86.5 h [R]",)
    stream.when_approved().refused("unverified-reference", kind="conflict")


def test_a_proposal_that_evidence_has_overtaken_cannot_be_approved() -> None:
    stream = failing().when_proposed().then()
    nearer = stream.when_corrected(stream.events[2].event_id, a_result("30"), on=DUE_12).then()
    nearer.when_approved().refused("overtaken-by-evidence", kind="conflict")
    nearer.when_proposed().then().when_approved().then(MilestoneDetermined)


def test_evidence_that_decides_nothing_does_not_overtake_a_proposal() -> None:
    stream = failing().when_proposed().then()
    farther = stream.when_told(a_result("40"), on=DUE_12 + timedelta(days=9)).then()
    farther.when_approved().then(MilestoneDetermined, RefundTriggered)


def test_a_proposal_under_an_enrolment_in_error_cannot_be_approved() -> None:
    stream = failing().when_proposed().then()
    enrolment = stream.events[1].event_id
    when = When(occurred_on=stream.today)
    gone = stream.when(RetractFact, fact_id=enrolment, reason="entered_in_error", when=when, source=MANUAL).then()
    gone.when_approved().refused("overtaken-by-evidence")


def test_a_proposal_whose_price_was_corrected_cannot_be_approved_at_the_old_amount() -> None:
    stream = failing().when_proposed().then()
    earlier = stream.proposed().determination_id
    cheaper = an_enrolment("test-agreement", terms_hash(stream.agreement), price="3000000.00")
    corrected = stream.when_corrected(stream.events[1].event_id, cheaper, on=DAY_0).then()
    corrected.when_approved().refused("overtaken-by-evidence")
    after = corrected.when_proposed().then(DeterminationProposed)
    assert after.proposed().determination_id != earlier
    approved = after.when_approved().then(MilestoneDetermined, RefundTriggered)
    assert approved.state.triggered == {("test-agreement", "month-12", "PAYER-1"): 120_000_000}


def test_a_returned_proposal_waits_no_longer_and_may_be_proposed_again_by_hand() -> None:
    stream = failing().when_proposed().then()
    determination_id = stream.proposed().determination_id
    after = returned(stream).then(DeterminationReturned)
    assert (after.state.proposals, after.state.returned) == ({}, frozenset({determination_id}))
    after.when_proposed(by="coordinator").then(DeterminationProposed)


def test_only_an_open_proposal_can_be_returned() -> None:
    unknown = derived_id("test", "none")
    decision = failing().when(ReturnDetermination, determination_id=unknown, reason="evidence_questioned")
    decision.refused("no-open-proposal", kind="not_found")


def test_the_determination_now_is_a_refusal_where_there_is_no_such_milestone() -> None:
    stream = failing()
    unknown = determination_now(stream.state, stream.surroundings, "test-agreement", "month-13")
    decided = determination_now(stream.state, stream.surroundings, "test-agreement", "month-12")
    assert isinstance(unknown, Refusal)
    assert not isinstance(decided, Refusal)
    assert decided.finding == "not_met"


def test_the_clock_of_the_log_may_run_ahead_of_ours() -> None:
    stream = failing()
    behind = stream.on(date(2027, 1, 1))
    determination = determination_now(behind.state, behind.surroundings, "test-agreement", "month-12")
    assert not isinstance(determination, Refusal)
    assert determination.known_at == stream.events[-1].recorded_at


def test_questions_for_other_clocks_know_only_what_was_recorded() -> None:
    stream = failing().when_proposed().then()
    shelf, reference = stream.shelf, stream.surroundings.reference
    early = stream.events[0].recorded_at
    before = determinations(stream.state, shelf, reference, as_of=GRACE_OVER_12, known_at=early)
    now = determinations(stream.state, shelf, reference, as_of=GRACE_OVER_12, known_at=stream.events[-1].recorded_at)
    assert before == ()
    assert [(one.milestone, one.finding) for one in now] == [("month-12", "not_met"), ("month-24", "not_yet")]
    unregistered = stream.events[0].recorded_at - timedelta(days=1)
    assert determinations(stream.state, shelf, reference, as_of=DUE_12, known_at=unregistered) == ()


def test_a_question_held_open_keeps_what_hangs_on_it() -> None:
    stream = failing()
    asked = question(
        stream.state,
        stream.shelf,
        stream.surroundings.reference,
        "test-agreement",
        "month-12",
        as_of=stream.today,
        known_at=stream.events[-1].recorded_at,
    )
    assert asked is not None
    assert as_if(asked, closed=True).stake == asked.stake


def test_the_price_and_the_share_of_the_dose_are_part_of_what_a_determination_is() -> None:
    share = an_agreement(price={"clause": "2.1", "kind": "list_price_at_infusion", "dose_share": "multiplies"})
    full = enrolled(share).on(DUE_12).when_told(a_result("3")).then().on(GRACE_OVER_12).when_proposed().then()
    tenth = an_infusion(dose_share_percent="10")
    corrected = full.when_corrected(full.events[0].event_id, tenth, on=DAY_0).then()
    corrected.when_approved().refused("overtaken-by-evidence")
    after = corrected.when_proposed().then().when_approved().then(MilestoneDetermined, RefundTriggered)
    assert after.state.triggered == {("test-agreement", "month-12", "PAYER-1"): PRICE * 40 // 1000}
