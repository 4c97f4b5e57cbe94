"""Facts as they are reported, corrected and taken back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from oba.facts.any_fact import ANY_FACT
from oba.facts.base import Fact
from oba.facts.correction import FactCorrected, FactRetracted, FactsMoved
from oba.facts.fix_activity import FixActivityMeasured
from oba.identity import derived_id
from oba.infusion.commands import RecordFact, RetractFact, When
from tests.support.events import (
    DAY_0,
    INFUSION,
    a_baseline,
    a_bleed,
    a_dose,
    a_result,
    an_assessment,
    an_enrolment,
    an_infusion,
)
from tests.support.streams import COORDINATOR, MANUAL, Decision, Given, an_agreement, enrolled, infused

VISIT = date(2026, 7, 15)
BEFORE = DAY_0 - timedelta(days=1)


def fact(kind: str, **content: Any) -> Fact:
    return ANY_FACT.validate_python({"kind": kind, **content})


def retracted(stream: Given, **changes: Any) -> Decision:
    fields = {"fact_id": stream.last(), "reason": "entered_in_error", "when": When(occurred_on=stream.today)}
    return stream.when(RetractFact, **{**fields, **changes}, source=MANUAL)


def test_a_fact_is_recorded_with_its_day_and_who_reported_it() -> None:
    after = enrolled().on(VISIT).when_told(a_result(), on=VISIT - timedelta(days=2), by="clerk-2").then(a_result())
    event = after.events[-1]
    assert (event.occurred_on, event.actor, event.source) == (VISIT - timedelta(days=2), "clerk-2", MANUAL)


@pytest.mark.parametrize("kind", [an_infusion(), an_enrolment("test-agreement", "a" * 64)])
def test_an_infusion_and_an_enrolment_have_commands_of_their_own(kind: Fact) -> None:
    enrolled().when_told(kind).refused("own-command", "/fact/kind", "invalid")


def test_a_fact_of_tomorrow_is_refused() -> None:
    enrolled().when_told(a_result(), on=DAY_0 + timedelta(days=1)).refused("future-date", "/occurred_on", "invalid")


def test_a_fact_of_this_evening_is_refused() -> None:
    evening = datetime(2026, 1, 15, 20, tzinfo=UTC)
    enrolled().when_told(a_result(), at=evening).refused("future-date", "/occurred_on")


def test_a_fact_before_day_0_that_is_not_baseline_is_refused() -> None:
    enrolled().when_told(a_result(), on=BEFORE).refused("before-infusion", "/occurred_on")


@pytest.mark.parametrize("told", [a_baseline(), a_dose(), fact("weight_measured", weight_kg="70")], ids=type)
def test_baseline_use_and_weight_may_lie_before_day_0(told: Fact) -> None:
    enrolled().when_told(told, on=BEFORE).then(told)


def test_a_lead_in_that_ends_after_the_infusion_is_refused() -> None:
    late = a_baseline(lead_in={"first": "2025-06-01", "last": "2026-01-16"})
    enrolled().when_told(late).refused("lead-in-after-infusion", "/fact/lead_in/last")
    on_day_0 = a_baseline(lead_in={"first": "2025-06-01", "last": "2026-01-15"})
    enrolled().when_told(on_day_0).then(on_day_0)


PRODUCTS = [
    (a_dose("FIXIPLEX"), "/fact/product"),
    (fact("prophylaxis_started", product="FIXIPLEX", every_days="7"), "/fact/product"),
    (
        a_baseline(regimen={"product": "FIXIPLEX", "iu_per_dose": "3000", "every_days": "7"}),
        "/fact/regimen/product",
    ),
]


@pytest.mark.parametrize(("told", "pointer"), PRODUCTS, ids=["dose", "schedule", "baseline"])
def test_an_unknown_fix_product_is_refused(told: Fact, pointer: str) -> None:
    enrolled().when_told(told).refused("unknown-product", pointer)


@pytest.mark.parametrize(
    "told",
    [
        a_dose(None),
        fact("prophylaxis_started", product="IDELVION", every_days="7"),
        a_baseline(regimen={"product": "IDELVION", "iu_per_dose": "3000", "every_days": "7"}),
    ],
    ids=["product not known", "schedule", "baseline"],
)
def test_a_known_product_or_none_at_all_is_recorded(told: Fact) -> None:
    enrolled().when_told(told).then(told)


def test_an_unknown_htc_is_refused() -> None:
    enrolled().when_told(fact("care_transferred", htc_id="HTC-9")).refused("unknown-htc", "/fact/htc_id")


def test_an_unknown_payer_is_refused() -> None:
    enrolled().when_told(fact("coverage_changed", payer_id="PAYER-9")).refused("unknown-payer", "/fact/payer_id")
    uncovered = fact("coverage_changed", payer_id=None)
    enrolled().when_told(uncovered).then(uncovered)


def test_an_unknown_person_is_refused() -> None:
    visit = an_assessment("month-12", attested_by="NOBODY")
    enrolled().when_told(visit).refused("unknown-person", "/fact/attested_by")


@pytest.mark.parametrize("person", [COORDINATOR, "PHYSICIAN-2", "PHYSICIAN-3"])
def test_a_visit_is_attested_by_a_physician_of_the_htc_in_care_and_by_nobody_else(person: str) -> None:
    visit = an_assessment("month-12", attested_by=person)
    enrolled().on(VISIT).when_told(visit).refused("not-an-attester", "/fact/attested_by")


def test_after_a_transfer_the_physicians_of_the_new_and_of_the_infusing_htc_attest() -> None:
    day = DAY_0 + timedelta(days=100)
    stream = enrolled().on(day).when_told(fact("care_transferred", htc_id="HTC-2")).then()
    stream = stream.on(VISIT).when_told(fact("care_transferred", htc_id="HTC-3")).then()
    between = VISIT - timedelta(days=1)
    for person in ("PHYSICIAN-1", "PHYSICIAN-2"):
        visit = an_assessment("month-12", attested_by=person)
        stream.when_told(visit, on=between).then(visit)
    third = an_assessment("month-12", attested_by="PHYSICIAN-3")
    stream.when_told(third, on=between).refused("not-an-attester", "/fact/attested_by")
    stream.when_told(third).then(third)
    stream.when_told(an_assessment("month-12", attested_by="PHYSICIAN-2")).refused(
        "not-an-attester", "/fact/attested_by"
    )


def test_only_a_party_of_the_agreement_assumes_it() -> None:
    assumed = {"agreement_id": "test-agreement", "payer_id": "PAYER-3"}
    enrolled().when_told(fact("agreement_assumed_by_payer", **assumed)).refused("payer-not-party", "/fact/payer_id")
    party = fact("agreement_assumed_by_payer", **{**assumed, "payer_id": "PAYER-2"})
    enrolled().when_told(party).then(party)
    unknown = {"agreement_id": "other-agreement", "payer_id": "PAYER-9"}
    enrolled().when_told(fact("agreement_assumed_by_payer", **unknown)).refused_for("not-enrolled", "unknown-payer")


def test_a_second_baseline_is_refused_until_the_first_is_taken_back() -> None:
    baseline = a_baseline()
    stream = enrolled().on(VISIT).when_told(baseline, on=DAY_0).then()
    stream.when_told(baseline, on=DAY_0).refused("baseline-exists", "/fact/kind", "conflict")
    other = a_baseline(alt_u_per_l="20")
    stream.when_told(other, on=DAY_0).refused("baseline-exists", "/fact/kind", "conflict")
    stream.when_corrected(stream.last(), other, on=DAY_0).then(FactCorrected)
    retracted(stream).then().when_told(other, on=DAY_0).then(other)


@pytest.mark.parametrize("kind", ["milestone_assessed", "missing_cause_recorded"])
def test_an_unknown_milestone_is_refused(kind: str) -> None:
    content = {"milestone_assessed": {"attested_by": "PHYSICIAN-1"}, "missing_cause_recorded": {"cause": "patient"}}
    told = fact(kind, milestone="month-13", **content[kind])
    enrolled().when_told(told).refused("unknown-milestone", "/fact/milestone")
    infused().when_told(told).refused("unknown-milestone", "/fact/milestone")


def test_a_visit_for_a_milestone_of_the_infusion_is_recorded() -> None:
    told = fact("missing_cause_recorded", milestone="month-12", cause="patient")
    enrolled().when_told(told).then(told)


def test_a_ruling_names_an_agreement_of_the_infusion_and_a_milestone_of_it() -> None:
    ruling = {"agreement_id": "test-agreement", "milestone": "month-12", "clause": "6.1"}
    known = fact("exclusion_recorded", **ruling)
    enrolled().when_told(known).then(known)
    other = fact("exclusion_recorded", **{**ruling, "agreement_id": "other-agreement"})
    enrolled().when_told(other).refused("not-enrolled", "/fact/agreement_id")
    answer = {**ruling, "milestone": "month-36", "outcome": "met", "document_digest": "a" * 64}
    del answer["clause"]
    enrolled().when_told(fact("adjudicator_answered", **answer)).refused("unknown-milestone", "/fact/milestone")


def test_a_ruling_about_the_milestone_of_another_agreement_is_refused() -> None:
    milestones = an_agreement().model_dump(mode="json")["milestones"]
    refund = an_agreement().model_dump(mode="json")["refund"]
    refund["components"][0]["rows"] = {"month-12": "40"}
    shorter = an_agreement(id="shorter", milestones=milestones[:1], refund=refund)
    stream = enrolled(an_agreement(), shorter)
    hashes = {one.id: version for version, one in stream.shelf.agreements.items()}
    stream = stream.when_enrolled(an_enrolment("shorter", hashes["shorter"])).then()
    told = fact("exclusion_recorded", agreement_id="shorter", milestone="month-24", clause="6.1")
    stream.when_told(told).refused("unknown-milestone", "/fact/milestone")


@pytest.mark.parametrize("name", ["bleed_log_complete_through", "fix_use_complete_through"])
def test_an_attestation_of_a_future_date_is_refused(name: str) -> None:
    stream = enrolled().on(VISIT)
    ahead = an_assessment("month-12", **{name: VISIT + timedelta(days=1)})
    stream.when_told(ahead).refused("attested-future", f"/fact/{name}")
    same_day = an_assessment("month-12", **{name: VISIT})
    stream.when_told(same_day).then(same_day)


def test_a_treatment_before_the_onset_or_in_the_future_is_refused() -> None:
    stream = enrolled().on(VISIT)
    for last in (VISIT - timedelta(days=2), VISIT + timedelta(days=1)):
        bleed = a_bleed(treated=True, last_treatment={"on": last})
        stream.when_told(bleed, on=VISIT - timedelta(days=1)).refused("treatment-date", "/fact/last_treatment/on")
    treated = a_bleed(treated=True, last_treatment={"on": VISIT})
    stream.when_told(treated, on=VISIT - timedelta(days=1)).then(treated)


def test_a_dose_names_a_bleed_that_exists_or_none() -> None:
    stream = enrolled().on(VISIT)
    stream.when_told(a_dose(bleed_fact_id=derived_id("test", "no bleed"))).refused(
        "unknown-bleed", "/fact/bleed_fact_id"
    )
    stream.when_told(a_dose(bleed_fact_id=stream.last())).refused("unknown-bleed", "/fact/bleed_fact_id")
    bled = stream.when_told(a_bleed()).then()
    linked = a_dose(bleed_fact_id=bled.last())
    bled.when_told(linked).then(linked)


def test_the_same_laboratory_result_twice_is_refused() -> None:
    result = a_result(accession_digest="a" * 64)
    stream = enrolled().on(VISIT).when_told(result).then()
    stream.when_told(result).refused("already-recorded", "/fact", "conflict")
    stream.when_told(result, on=VISIT - timedelta(days=1)).then(result)
    other_value = a_result("41", accession_digest="a" * 64)
    stream.when_told(other_value).then(other_value)


def test_two_equal_results_without_an_accession_may_both_be_true() -> None:
    stream = enrolled().on(VISIT).when_told(a_result()).then()
    stream.when_told(a_result()).then(a_result())
    stream.when_told(a_bleed()).then().when_told(a_bleed()).then(a_bleed())


def test_a_correction_carries_the_whole_content_and_names_the_first_fact() -> None:
    stream = enrolled().on(VISIT).when_told(a_result("3")).then()
    first = stream.last()
    after = stream.when_corrected(first, a_result("30"), source_sequence=2).then(FactCorrected)
    (item,) = after.state.everything.of(FixActivityMeasured)
    assert (item.fact, item.fact_id, item.corrected_by) == (a_result("30"), first, after.last())


def test_a_correction_of_a_correction_is_refused_and_names_the_first_fact() -> None:
    stream = enrolled().on(VISIT).when_told(a_result("3")).then()
    first = stream.last()
    stream = stream.when_corrected(first, a_result("30")).then()
    stream.when_corrected(stream.last(), a_result("31")).refused("names-a-correction", "/fact_id", "invalid")
    retracted(stream).refused("names-a-correction", "/fact_id")
    stream.when_corrected(first, a_result("31")).then(FactCorrected)


def test_a_correction_of_something_unknown_is_refused() -> None:
    stream = enrolled().on(VISIT)
    stream.when_corrected(derived_id("test", "unknown"), a_result()).refused("unknown-fact", "/fact_id", "not_found")


def test_a_correction_cannot_change_the_kind() -> None:
    stream = enrolled().on(VISIT).when_told(a_result()).then()
    stream.when_corrected(stream.last(), a_bleed()).refused("other-kind", "/fact/kind", "invalid")


def test_a_correction_that_says_what_stands_is_refused() -> None:
    stream = enrolled().on(VISIT).when_told(a_result()).then()
    stream.when_corrected(stream.last(), a_result()).refused("nothing-corrected", "/fact", "conflict")
    stream.when_corrected(stream.last(), a_result(), on=VISIT - timedelta(days=1)).then(FactCorrected)


def test_a_correction_is_examined_like_a_new_fact() -> None:
    stream = enrolled().on(VISIT).when_told(a_result()).then()
    stream.when_corrected(stream.last(), a_result(), on=BEFORE).refused("before-infusion", "/occurred_on")


def test_a_retraction_takes_a_fact_back_with_its_corrections() -> None:
    stream = enrolled().on(VISIT).when_told(a_result("3")).then()
    first = stream.last()
    corrected = stream.when_corrected(first, a_result("30")).then()
    after = retracted(corrected, fact_id=first).then(FactRetracted)
    assert after.state.everything.of(FixActivityMeasured) == ()


def test_a_retracted_fact_cannot_be_corrected_or_retracted_again() -> None:
    stream = enrolled().on(VISIT).when_told(a_result()).then()
    first = stream.last()
    gone = retracted(stream).then()
    gone.when_corrected(first, a_result("30")).refused("fact-retracted", "/fact_id", "conflict")
    retracted(gone, fact_id=first).refused("fact-retracted", "/fact_id", "conflict")
    retracted(gone).refused("unknown-fact", "/fact_id", "not_found")


def test_a_fact_that_was_moved_to_another_patient_cannot_be_corrected() -> None:
    stream = enrolled().on(VISIT).when_told(a_result()).then()
    first = stream.last()
    moved = stream.told(FactsMoved(fact_ids=(first,), to_infusion_id=INFUSION, approved_by="PHYSICIAN-1"))
    moved.when_corrected(first, a_result("30")).refused("fact-retracted", "/fact_id")


def test_the_infusion_itself_cannot_be_retracted() -> None:
    retracted(infused()).refused("infusion-stands", "/fact_id", "invalid")


def test_nothing_is_taken_back_ahead_of_its_time() -> None:
    stream = enrolled().on(VISIT).when_told(a_result()).then()
    tomorrow = When(occurred_on=VISIT + timedelta(days=1))
    retracted(stream, when=tomorrow).refused("future-date", "/occurred_on")


def test_facts_recorded_after_consent_was_withdrawn_are_kept_sealed_and_not_folded() -> None:
    stream = enrolled().on(VISIT).when_told(a_result("38")).then()
    before = stream.last()
    withdrawn = stream.when_told(fact("consent_withdrawn")).then()
    after = withdrawn.when_told(a_result("2"), on=VISIT - timedelta(days=1)).then(FixActivityMeasured)
    sealed = after.last()
    corrected = after.when_corrected(before, a_result("3")).then(FactCorrected)
    evidence = corrected.state.everything
    assert [(item.fact_id, str(item.fact.value)) for item in evidence.of(FixActivityMeasured)] == [(before, "38")]
    reasons = {one.fact_id: one.reason for one in evidence.set_aside}
    assert reasons == {sealed: "sealed", corrected.last(): "sealed"}


def test_life_events_are_not_sealed_by_a_withdrawal_of_consent() -> None:
    stream = enrolled().on(VISIT).when_told(fact("consent_withdrawn")).then()
    after = stream.when_told(fact("coverage_changed", payer_id="PAYER-2")).then()
    assert after.state.everything.set_aside == ()


def test_a_command_that_asks_for_the_same_gives_the_same_events() -> None:
    stream = enrolled().on(VISIT)
    command = stream.command(RecordFact, when=When(occurred_on=VISIT), fact=a_result(), source=MANUAL)
    once, again = stream.asked(command), stream.asked(command)
    assert once.decided == again.decided
    assert [event.event_id for event in stream.asked(command).then().events[-1:]] == [
        derived_id("event", command.command_id, 0)
    ]
