"""What was approved stands: other approvals, ends of enrolments, late evidence, life events do not move it unseen."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from oba.facts.any_fact import ANY_FACT
from oba.facts.base import Fact
from oba.facts.enrolment import EnrolledUnderAgreement
from oba.infusion.commands import RetractFact, When
from oba.infusion.enrolment import last_enrolled
from oba.infusion.events import (
    DeterminationProposed,
    MilestoneDetermined,
    RefundAdjusted,
    RefundDifference,
    RefundTriggered,
)
from oba.infusion.questions import determinations
from oba.policies.propose import proposals_owed
from oba.terms.agreement import Agreement
from oba.terms.document import terms_hash
from tests.support.documents import AGREEMENT
from tests.support.events import DAY_0, a_dose, a_result, an_enrolment
from tests.support.streams import (
    APPROVER,
    CURE_OVER_12,
    DUE_12,
    DUE_24,
    GRACE_OVER_12,
    GRACE_OVER_24,
    MANUAL,
    REFERENCE,
    Given,
    an_agreement,
    costing,
    enrolled,
)

MONTH_12, MONTH_24 = ("test-agreement", "month-12", "PAYER-1"), ("test-agreement", "month-24", "PAYER-1")
EARLY_24 = DUE_24 - timedelta(days=20)


def fact(kind: str, **content: object) -> Fact:
    return ANY_FACT.validate_python({"kind": kind, **content})


def measured(stream: Given, value: str, on: date, decided_on: date) -> Given:
    return stream.on(on).when_told(a_result(value)).then().on(decided_on)


def failed(agreement: Agreement | None = None) -> Given:
    """Month 12 was approved as not met."""
    return measured(enrolled(agreement or an_agreement()), "3", DUE_12, GRACE_OVER_12).determined()


def retracted(stream: Given, fact_id: UUID, *, by: str = "coordinator") -> Given:
    when = When(occurred_on=stream.today)
    return stream.when(RetractFact, by=by, fact_id=fact_id, reason="entered_in_error", when=when, source=MANUAL).then()


def ended(stream: Given, reason: str) -> Given:
    return stream.when_told(fact("enrolment_ended", agreement_id="test-agreement", reason=reason)).then()


def dearer(stream: Given, price: str) -> Given:
    corrected = an_enrolment("test-agreement", terms_hash(stream.agreement), price=price)
    return stream.when_corrected(stream.events[1].event_id, corrected, on=DAY_0).then()


def owed(stream: Given) -> list[str]:
    return [command.milestone for command in proposals_owed(stream.state, stream.surroundings)]


def flat(selection: str = "nearest") -> Agreement:
    """Half the price, once."""
    component = {"clause": "9.1", "kind": "flat_percentage", "percent": "50"}
    several = {"clause": "9.2", "rule": "cumulative", "same_day": "all"}
    refund = {"components": [component], "several_failures": several, "rounding": "half_even"}
    return an_agreement(selection=selection, refund=refund)


def early_month_24(agreement: Agreement) -> tuple[Given, UUID]:
    """Month 12 was approved as met and month 24 as not met, early; then the enrolment ended before its due date."""
    stream = measured(enrolled(agreement), "30", DUE_12 - timedelta(days=20), DUE_12)
    result = stream.last()
    stream = measured(stream.determined("month-12"), "3", EARLY_24, EARLY_24).determined("month-24")
    return ended(stream.on(EARLY_24 + timedelta(days=5)), "by_agreement_of_the_parties"), result


@pytest.mark.parametrize(
    "agreement",
    [flat("first"), costing("highest_of", "50", "50", selection="first")],
    ids=["once", "the highest of several failures"],
)
def test_a_failure_approved_early_competes_also_after_its_enrolment_ended(agreement: Agreement) -> None:
    stream, result = early_month_24(agreement)
    assert stream.state.triggered == {MONTH_24: 175_000_000}
    stream = stream.when_corrected(result, a_result("1"), on=DUE_12 - timedelta(days=20)).then()
    assert owed(stream) == ["month-12"]
    assert sum(stream.determined("month-12").state.triggered.values()) == 175_000_000


def test_a_failure_approved_early_stands_after_its_enrolment_ended_and_can_be_superseded() -> None:
    stream, _ = early_month_24(costing("cumulative", "40", "20", selection="first"))
    stream.when_proposed("month-24").refused("nothing-new")
    result = next(event.event_id for event in stream.events if event.occurred_on == EARLY_24)
    corrected = stream.when_corrected(result, a_result("30"), on=EARLY_24).then().on(GRACE_OVER_24)
    after = (
        corrected.when_proposed("month-24").then().when_approved("month-24").then(MilestoneDetermined, RefundAdjusted)
    )
    assert after.state.triggered == {MONTH_24: 0}


def taken_back(how: str) -> Given:
    stream = failed()
    if how == "retracted":
        return retracted(stream, stream.events[1].event_id)
    return ended(stream, "enrolled_in_error")


@pytest.mark.parametrize("how", ["retracted", "in error"])
def test_a_refund_under_an_enrolment_that_is_taken_back_is_given_back(how: str) -> None:
    stream = taken_back(how)
    assert owed(stream) == ["month-12"]
    proposed = stream.when_proposed().then(DeterminationProposed)
    proposal = proposed.state.proposals["test-agreement", "month-12"].event
    assert (proposal.determination.finding, proposal.determination.reason) == ("excluded", "enrolment_taken_back")
    assert proposal.differences == (RefundDifference(milestone="month-12", beneficiary="PAYER-1", amount=-140_000_000),)
    after = proposed.when_approved().then(MilestoneDetermined, RefundAdjusted)
    assert (after.state.triggered, owed(after)) == ({MONTH_12: 0}, [])


def test_whoever_retracted_the_enrolment_cannot_approve_that_its_refund_is_given_back() -> None:
    stream = failed()
    stream = retracted(stream, stream.events[1].event_id, by="approver-2").when_proposed().then()
    stream.when_approved(by="approver-2").refused("separation-of-duties")
    stream.when_approved().then(MilestoneDetermined, RefundAdjusted)


def test_an_enrolment_anew_after_one_in_error_takes_the_milestone_over() -> None:
    stream = taken_back("in error").when_enrolled(price="1000000.00", payer_id="PAYER-2").then(EnrolledUnderAgreement)
    after = stream.when_proposed().then().when_approved().then(MilestoneDetermined, RefundAdjusted, RefundAdjusted)
    assert after.state.triggered == {MONTH_12: 0, ("test-agreement", "month-12", "PAYER-2"): 40_000_000}


def test_before_the_approval_was_known_a_milestone_without_enrolment_has_no_place() -> None:
    stream = taken_back("in error")
    clocks: dict[str, Any] = {"as_of": stream.today, "known_at": stream.events[-1].recorded_at}
    assert len(determinations(stream.state, stream.shelf, REFERENCE, **clocks)) == 1
    for earlier in ({"as_of": DAY_0 - timedelta(days=1)}, {"known_at": stream.events[0].recorded_at}):
        assert determinations(stream.state, stream.shelf, REFERENCE, **{**clocks, **earlier}) == ()


def test_the_last_enrolment_under_a_version_is_told_also_where_it_was_corrected() -> None:
    stream = dearer(failed(), "4000000.00")
    version = terms_hash(stream.agreement)
    assert last_enrolled(stream.events, "test-agreement", version).price == 400_000_000
    with pytest.raises(IndexError):
        last_enrolled(stream.events, "other-agreement", version)


def test_after_a_corrected_price_the_earlier_milestone_keeps_its_base_until_it_is_superseded() -> None:
    stream = measured(dearer(failed(), "4000000.00"), "2", DUE_24, GRACE_OVER_24).when_proposed("month-24").then()
    after = stream.when_approved("month-24").then(MilestoneDetermined, RefundTriggered)
    assert after.state.triggered == {MONTH_12: 140_000_000, MONTH_24: 80_000_000}
    assert owed(after) == ["month-12"]
    assert after.determined("month-12").state.triggered == {MONTH_12: 160_000_000, MONTH_24: 80_000_000}


def test_the_base_guard_takes_the_highest_base_among_the_failures() -> None:
    stream = dearer(failed(costing("cumulative", "70", "60")), "2000000.00")
    stream = measured(stream, "2", DUE_24, GRACE_OVER_24).determined("month-24")
    assert stream.state.triggered == {MONTH_12: 245_000_000, MONTH_24: 105_000_000}
    assert sum(stream.determined("month-12").state.triggered.values()) == 200_000_000


def test_an_approver_sees_every_difference_that_the_approval_triggers() -> None:
    stream = failed(costing("highest_of", "20", "40"))
    stream = measured(stream, "2", DUE_24, GRACE_OVER_24).when_proposed("month-24").then()
    shown = stream.state.proposals["test-agreement", "month-24"].event.differences
    assert [(one.milestone, one.amount) for one in shown] == [("month-12", -70_000_000), ("month-24", 140_000_000)]
    after = stream.when_approved("month-24").then(MilestoneDetermined, RefundAdjusted, RefundTriggered)
    booked = [event.body for event in after.events[-2:]]
    assert [getattr(one, "difference", getattr(one, "amount", None)) for one in booked] == [-70_000_000, 140_000_000]


def test_a_milestone_that_a_later_version_does_not_have_still_counts_for_a_refund_that_is_owed_once() -> None:
    first = flat()
    content = first.model_dump(mode="json")
    second = an_agreement(effective_on="2025-01-01", milestones=content["milestones"][1:], refund=content["refund"])
    stream = ended(failed(first), "payer_changed")
    stream = Given(shelf=enrolled(second, first).shelf, events=stream.events, today=stream.today)
    stream = stream.when_enrolled(price="3500000.00").then()
    stream = measured(stream, "2", DUE_24, GRACE_OVER_24).determined("month-24")
    assert stream.state.triggered == {MONTH_12: 175_000_000}


def kept() -> tuple[Given, UUID]:
    """Month 12 was approved as not met, under an agreement that keeps what was approved against late evidence."""
    stream = failed(an_agreement(late_evidence={"clause": "8.1", "rule": "keep"}))
    return stream, stream.events[2].event_id


@pytest.mark.parametrize(
    ("recorded_on", "milestones"), [(CURE_OVER_12 - timedelta(days=1), ["month-12"]), (CURE_OVER_12, [])]
)
def test_late_is_what_was_recorded_after_the_cure_whenever_the_policy_asks(
    recorded_on: date, milestones: list[str]
) -> None:
    stream, result = kept()
    corrected = stream.on(recorded_on).when_corrected(result, a_result("40"), on=DUE_12).then()
    assert [owed(corrected.on(recorded_on + timedelta(days=later))) for later in (0, 1, 30)] == [milestones] * 3


def test_evidence_that_is_taken_back_late_is_kept_too() -> None:
    stream, result = kept()
    assert owed(retracted(stream.on(CURE_OVER_12), result).on(CURE_OVER_12 + timedelta(days=1))) == []
    assert owed(retracted(stream, result).on(CURE_OVER_12 + timedelta(days=1))) == ["month-12"]


def died_after_early_failure() -> tuple[Given, UUID]:
    stream = enrolled(an_agreement(selection="first"))
    early = DUE_12 - timedelta(days=20)
    stream = measured(stream, "3", early, early)
    result = stream.last()
    died = stream.determined().on(DUE_12 - timedelta(days=5)).when_told(fact("patient_died", relation="unrelated"))
    return died.then(), result


def test_a_later_death_does_not_hide_that_the_evidence_of_a_failure_was_taken_back() -> None:
    stream, result = died_after_early_failure()
    assert "month-12" not in owed(stream)
    gone = retracted(stream, result)
    assert "month-12" in owed(gone)
    after = gone.determined()
    assert after.state.triggered == {MONTH_12: 0}
    assert "month-12" not in owed(after)


def test_whoever_took_back_a_fact_whose_absence_decides_cannot_approve() -> None:
    stream = measured(enrolled(), "3", DUE_12, DUE_12)
    stream = stream.when_told(a_dose("IDELVION", purpose="bleed"), on=DUE_12 - timedelta(days=1)).then()
    stream = retracted(stream, stream.last(), by=APPROVER).on(GRACE_OVER_12).when_proposed().then()
    stream.when_approved(by=APPROVER).refused("separation-of-duties", kind="forbidden")
    stream.when_approved(by="approver-2").then(MilestoneDetermined, RefundTriggered)


def test_whoever_reported_that_a_laboratory_took_its_result_back_cannot_approve_what_follows() -> None:
    stream = measured(enrolled(), "30", DUE_12 - timedelta(days=1), DUE_12)
    stream = measured(stream, "3", DUE_12 + timedelta(days=2), DUE_12 + timedelta(days=2))
    cancelled = a_result("30", state="cancelled")
    first = next(event.event_id for event in stream.events if event.occurred_on == DUE_12 - timedelta(days=1))
    stream = stream.when_corrected(first, cancelled, on=DUE_12 - timedelta(days=1), by=APPROVER).then()
    stream = stream.on(GRACE_OVER_12).when_proposed().then()
    assert stream.proposed().finding == "not_met"
    stream.when_approved(by=APPROVER).refused("separation-of-duties", kind="forbidden")
    stream.when_approved(by="approver-2").then(MilestoneDetermined, RefundTriggered)


def test_whoever_took_back_a_fact_that_decides_nothing_may_approve() -> None:
    stream = measured(enrolled(), "3", DUE_12, DUE_12)
    stream = stream.when_told(fact("weight_measured", weight_kg="70")).then()
    stream = retracted(stream, stream.last(), by=APPROVER).on(GRACE_OVER_12).when_proposed().then()
    stream.when_approved(by=APPROVER).then(MilestoneDetermined, RefundTriggered)


def test_a_schedule_does_not_go_on_after_the_death_until_which_a_milestone_is_judged() -> None:
    measure = {"kind": "prophylaxis", "clause": "5.3", "doses": 4, "within_days": 27, "bridging_days": 90}
    measure = {**measure, "temporary_spell": {"kind": "from_days", "days": 28}}
    agreement = an_agreement(
        criteria={"activity": {"clause": "5.3", "kind": "prophylaxis_free", "measure": measure}},
        missing_data={**AGREEMENT["missing_data"], "none_given": "exclude"},
        consequences={**AGREEMENT["consequences"], "straddling_milestone": "judged_on_evidence_until_event"},
    )
    stream = enrolled(agreement).on(DUE_12 - timedelta(days=5))
    stream = stream.told(fact("prophylaxis_started", product="IDELVION", every_days="7"))
    stream = stream.on(DUE_12 + timedelta(days=3)).told(fact("patient_died", relation="unrelated"))
    assert "month-12" not in owed(stream.on(GRACE_OVER_12))
    (first, _) = determinations(
        stream.state, stream.shelf, REFERENCE, as_of=CURE_OVER_12, known_at=stream.events[-1].recorded_at
    )
    assert (first.finding, first.reason) == ("excluded", "missing_data")
