"""Who reports what over the API: what moves money is the coordinator's, and the refusal says who may."""

from typing import Any

import pytest

from tests.support import samples as sample
from tests.support.api import Api

ABOUT = {"agreement_id": "first-agreement", "milestone": "month-6"}
ADMINISTRATIVE: list[dict[str, Any]] = [
    {"kind": "enrolment_ended", "agreement_id": "first-agreement", "reason": "payer_changed"},
    {"kind": "agreement_assumed_by_payer", "agreement_id": "first-agreement", "payer_id": "PAY-1"},
    {"kind": "adjudicator_answered", **ABOUT, "outcome": "met", "document_digest": "a" * 64},
    {"kind": "coverage_changed", "payer_id": "PAY-2"},
    {"kind": "exclusion_recorded", **ABOUT, "clause": "6.1"},
]
VISIT = {"kind": "milestone_assessed", "milestone": "month-6", "attested_by": "PER-htc-physician"}


def told(fact: dict[str, Any]) -> dict[str, Any]:
    """The body of a fact of a day."""
    return {"occurred_on": "2027-06-01", "fact": fact}


def enrolment_of(api: Api, infusion: str) -> str:
    """The id of the enrolment of an infusion."""
    fact_id: str = api.get(infusion).json()["enrolments"][0]["fact_id"]
    return fact_id


def code_of(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["errors"][0]["code"]


@pytest.mark.parametrize("fact", ADMINISTRATIVE, ids=lambda fact: str(fact["kind"]))
@pytest.mark.parametrize("by", ["htc_clerk", "htc_physician"])
def test_an_htc_reports_nothing_that_moves_money(api: Api, infusion: str, by: str, fact: dict[str, Any]) -> None:
    before = api.head()
    answer = api.post(f"{infusion}/facts", told(fact), by=by)
    assert code_of(answer) == (403, "kind-not-allowed")
    assert answer.json()["errors"][0]["pointer"] == "/fact/kind"
    assert "coordinator" in answer.json()["errors"][0]["remedy"]
    assert api.head() == before


@pytest.mark.parametrize("fact", ADMINISTRATIVE[1:2] + ADMINISTRATIVE[3:], ids=lambda fact: str(fact["kind"]))
def test_a_coordinator_reports_it(api: Api, infusion: str, fact: dict[str, Any]) -> None:
    assert api.post(f"{infusion}/facts", told(fact)).status_code == 201


def test_a_clerk_corrects_no_price(api: Api, infusion: str) -> None:
    address = f"{infusion}/facts/{enrolment_of(api, infusion)}/corrections"
    cheaper = sample.enrolment()
    cheaper["fact"] = {**cheaper["fact"], "price": "1.00"}
    body = {**cheaper, "reason": "transcription_error"}
    assert code_of(api.post(address, body, by="htc_clerk")) == (403, "kind-not-allowed")
    assert api.post(address, body).status_code == 201


def test_a_correction_counts_by_the_fact_that_it_names(api: Api, infusion: str) -> None:
    address = f"{infusion}/facts/{enrolment_of(api, infusion)}/corrections"
    body = sample.fact(reason="transcription_error")
    assert code_of(api.post(address, body, by="htc_clerk")) == (403, "kind-not-allowed")
    assert code_of(api.post(address, body)) == (422, "other-kind")


def test_a_clerk_retracts_their_own_kinds_only(api: Api, infusion: str) -> None:
    (fact_id,) = api.post(f"{infusion}/facts", sample.fact()).json()["event_ids"]
    corrected = sample.fact({**sample.FIX, "value": "25.2"}, reason="transcription_error")
    assert api.post(f"{infusion}/facts/{fact_id}/corrections", corrected, by="htc_clerk").status_code == 201
    body = {"occurred_on": "2027-06-01", "reason": "entered_in_error"}
    address = f"{infusion}/facts/{enrolment_of(api, infusion)}/retractions"
    assert code_of(api.post(address, body, by="htc_clerk")) == (403, "kind-not-allowed")
    assert api.post(f"{infusion}/facts/{fact_id}/retractions", body, by="htc_clerk").status_code == 201


def test_a_correction_of_a_correction_counts_by_its_content(api: Api, infusion: str) -> None:
    enrolled = enrolment_of(api, infusion)
    body = {**sample.enrolment(), "reason": "transcription_error"}
    body["fact"] = {**body["fact"], "price": "3400000.00"}
    (corrected,) = api.post(f"{infusion}/facts/{enrolled}/corrections", body).json()["event_ids"]
    retraction = {"occurred_on": "2027-06-01", "reason": "entered_in_error"}
    answer = api.post(f"{infusion}/facts/{corrected}/retractions", retraction, by="htc_clerk")
    assert code_of(answer) == (403, "kind-not-allowed")


def test_an_infusion_of_another_htc_is_absent_before_anything_is_said_of_roles(api: Api, infusion: str) -> None:
    answer = api.post(f"{infusion}/facts", told(ADMINISTRATIVE[0]), by="other_clerk")
    assert code_of(answer) == (404, "not-found")


@pytest.mark.parametrize(("organisation", "may_enrol"), [("HTC-1", False), ("PAY-1", False), ("MAN-1", True)])
def test_a_service_reports_what_the_staff_of_its_organisation_would(
    api: Api, infusion: str, organisation: str, may_enrol: bool
) -> None:
    api.keys["service"] = api.services.tracker.records.keys.create_key(
        "SRV-1", "service", organisation, scopes=("record_fact",), created_at=api.clock.now()
    )
    answer = api.post(f"{infusion}/facts", told(ADMINISTRATIVE[3]), by="service")
    assert (answer.status_code == 201) is may_enrol
    clinical = api.post(f"{infusion}/facts", sample.fact(), by="service")
    assert (clinical.status_code == 201) is (organisation != "PAY-1")


def test_a_visit_is_attested_by_a_physician_of_the_htc_whoever_enters_it(api: Api, infusion: str) -> None:
    for person in ("PER-coordinator", "PER-htc-clerk", "PER-other-clerk"):
        answer = api.post(f"{infusion}/facts", told({**VISIT, "attested_by": person}), by="htc_clerk")
        assert code_of(answer) == (422, "not-an-attester")
        assert answer.json()["errors"][0]["pointer"] == "/fact/attested_by"
    assert api.post(f"{infusion}/facts", told(VISIT), by="htc_clerk").status_code == 201


def test_a_fact_after_a_withdrawal_of_consent_is_answered_as_sealed(api: Api, infusion: str) -> None:
    (before,) = api.post(f"{infusion}/facts", sample.fact()).json()["event_ids"]
    withdrawn = api.post(f"{infusion}/facts", told({"kind": "consent_withdrawn"}))
    assert withdrawn.json()["flags"] == []
    late = api.post(f"{infusion}/facts", sample.fact({**sample.FIX, "value": "3.1"}), key="late")
    again = api.post(f"{infusion}/facts", sample.fact({**sample.FIX, "value": "3.1"}), key="late")
    assert late.json()["flags"] == again.json()["flags"] == ["sealed"]
    corrected = sample.fact({**sample.FIX, "value": "25.2"}, reason="transcription_error")
    assert api.post(f"{infusion}/facts/{before}/corrections", corrected).json()["flags"] == ["sealed"]
    assert api.post(f"{infusion}/facts", told({"kind": "consent_given", "version": "v2"})).json()["flags"] == []
    assert api.post(f"{infusion}/facts", sample.fact({**sample.FIX, "value": "8"})).json()["flags"] == []
