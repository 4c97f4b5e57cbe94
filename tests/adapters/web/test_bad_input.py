"""Bad input: each is answered with the field and the remedy, nothing is half stored, and nothing is echoed."""

import copy
import json
from typing import Any

import pytest
from httpx import Response

from tests.support import samples as sample
from tests.support.api import Api

IDENTITY = (sample.GIVEN_NAME, sample.FAMILY_NAME, sample.MEMBER, "1979-03-17", sample.LOT, sample.ACCESSION)


def changed(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A body with one member set, or left out where the value is Ellipsis."""
    content = copy.deepcopy(body)
    *parents, last = path.split("/")
    part = content
    for name in parents:
        part = part[name]
    if value is ...:
        del part[last]
    else:
        part[last] = value
    return content


def assert_refused(answer: Response, status: int, code: str, pointer: str | None) -> None:
    """A problem with status, code and pointer, a remedy, and nothing of the patient."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    found = [(error["code"], error.get("pointer")) for error in problem["errors"]]
    assert (code, pointer) in found, found
    assert all(error["message"] and error["remedy"] for error in problem["errors"])
    assert (problem["type"], problem["status"]) == (f"urn:oba:problem:{problem['errors'][0]['code']}", status)
    assert problem["instance"] == f"urn:uuid:{answer.headers['x-request-id']}"
    assert not [text for text in IDENTITY if text in answer.text]


INFUSIONS = [
    ("occurred_at", "2027-06-15T17:00:01Z", "future-date", "/occurred_at"),
    ("occurred_at", "2026-11-15T09:30:00", "invalid-value", "/occurred_at"),
    ("occurred_at", "2026-11-15", "invalid-value", "/occurred_at"),
    ("occurred_at", 1709164800, "invalid-value", "/occurred_at"),
    ("occurred_at", "2026-11-15T23:59:60Z", "invalid-value", "/occurred_at"),
    ("occurred_at", "2026-11-15T09:30:00+14:01", "invalid-value", "/occurred_at"),
    ("patient/born_on", "2008-11-16", "under-age", "/patient/born_on"),
    ("patient/born_on", "2026-11-16", "birth-date", "/patient/born_on"),
    ("patient/born_on", 0, "invalid-value", "/patient/born_on"),
    ("patient/born_on", "1709164800", "invalid-value", "/patient/born_on"),
    ("patient/born_on", True, "invalid-value", "/patient/born_on"),
    ("patient/born_on", "2023-02-29", "invalid-value", "/patient/born_on"),
    ("patient/born_on", "03/17/1979", "invalid-value", "/patient/born_on"),
    ("patient/born_on", "1979-03-17T00:00:00Z", "invalid-value", "/patient/born_on"),
    ("patient/given_name", "Zephyrine\u202e", "text-characters", "/patient/given_name"),
    ("patient/given_name", "Zephyrine\u0000", "text-characters", "/patient/given_name"),
    ("patient/given_name", 7, "invalid-type", "/patient/given_name"),
    ("patient/family_name", ..., "missing-field", "/patient/family_name"),
    ("patient/nickname", "Zephyrine", "unknown-field", "/patient/nickname"),
    ("known_at", "2027-01-01T00:00:00Z", "unknown-field", "/known_at"),
    ("fact/htc_id", "HTC-9", "unknown-htc", "/fact/htc_id"),
    ("fact/product", "SOMETHING", "unknown-product", "/fact/product"),
    ("fact/ndc", "63833-0876-01", "ndc", "/fact/ndc"),
    ("fact/kit_lots", ..., "missing-field", "/fact/kit_lots"),
    ("fact/kit_lots", [], "lot-required", "/fact/kit_lots"),
    ("fact/kit_lots", [""], "lot-required", "/fact/kit_lots/0"),
    ("fact/kit_lots", ["N/A"], "lot-required", "/fact/kit_lots/0"),
    ("fact/kit_lots", ["LOT-1", "\U0001f600"], "lot-required", "/fact/kit_lots/1"),
    ("fact/kit_lot_digests", ["a" * 64], "unknown-field", "/fact/kit_lot_digests"),
    ("fact/patient_token", "7c8f8b54-93d3-4d0a-a2a3-0d2b6a2f6c11", "unknown-field", "/fact/patient_token"),
    ("fact/vials", 16.0, "decimal-as-string", "/fact/vials"),
    ("fact/vials", "16", "invalid-type", "/fact/vials"),
    ("fact/vials", True, "invalid-type", "/fact/vials"),
    ("fact/weight_kg", "700", "out-of-range", "/fact/weight_kg"),
    ("fact/weight_kg", "0", "out-of-range", "/fact/weight_kg"),
    ("fact/weight_kg", 80, "invalid-value", "/fact/weight_kg"),
    ("fact/_type_", "x", "unknown-field", "/fact/_type_"),
]


@pytest.mark.parametrize(("path", "value", "code", "pointer"), INFUSIONS)
def test_a_bad_infusion_is_refused_and_leaves_nothing(api: Api, path: str, value: Any, code: str, pointer: str) -> None:
    before = api.head()
    answer = api.post("/v1/infusions", changed(sample.INFUSION, path, value))
    assert_refused(answer, 422, code, pointer)
    assert api.head() == before
    assert api.post("/v1/infusions", sample.INFUSION).status_code == 201, "the vault kept nothing"


def test_a_second_infusion_of_the_patient_is_refused(api: Api, infusion: str) -> None:
    before = api.head()
    other = changed(changed(sample.INFUSION, "fact/htc_id", "HTC-2"), "patient/given_name", "  ZEPHYRINE ")
    answer = api.post("/v1/infusions", other, by="other_clerk")
    assert_refused(answer, 409, "one-per-lifetime", "/patient")
    assert infusion.rsplit("/", 1)[1] not in answer.text
    assert api.head() == before


FACTS = [
    ("fact/value", "-3", "out-of-range", "/fact/value"),
    ("fact/value", "500", "invalid-value", "/fact/value"),
    ("fact/value", "NaN", "invalid-value", "/fact/value"),
    ("fact/value", float("nan"), "not-finite", "/fact/value"),
    ("fact/value", float("inf"), "not-finite", "/fact/value"),
    ("fact/value", 38.6, "decimal-as-string", "/fact/value"),
    ("fact/value", 38, "invalid-value", "/fact/value"),
    ("fact/value", "1e400", "invalid-value", "/fact/value"),
    ("fact/value", "38,6", "invalid-value", "/fact/value"),
    ("fact/value", "1_000", "invalid-value", "/fact/value"),
    ("fact/value", "\u0663\u0668", "invalid-value", "/fact/value"),
    ("fact/value", " 38.6 ", "invalid-value", "/fact/value"),
    ("fact/unit", "mg/dL", "unknown-value", "/fact/unit"),
    ("fact/unit", ..., "missing-field", "/fact/unit"),
    ("fact/assay", "two_stage", "unknown-value", "/fact/assay"),
    ("fact/assay", ..., "missing-field", "/fact/assay"),
    ("fact/kind", "fix_activity", "unknown-kind", "/fact/kind"),
    ("fact/kind", ..., "missing-kind", "/fact/kind"),
    ("fact/kind", "infused", "missing-field", "/fact/product"),
    ("fact/accession", "Quackenbush\u00e9", "invalid-reference", "/fact/accession"),
    ("fact/accession_digest", "a" * 64, "unknown-field", "/fact/accession_digest"),
    ("fact/valeu", "1", "unknown-field", "/fact/valeu"),
    ("occurred_at", "2027-05-14T14:00:00", "invalid-value", "/occurred_at"),
    ("occurred_at", 0, "invalid-value", "/occurred_at"),
    ("occurred_at", "2027-06-16T00:00:00Z", "future-date", "/occurred_on"),
    ("occurred_at", ..., "missing-field", "/occurred_on"),
    ("occurred_on", "2027-05-15", "day-and-instant-disagree", "/occurred_on"),
    ("occurred_on", "2023-02-30", "invalid-value", "/occurred_on"),
    ("source", {"system": "free text, really"}, "invalid-form", "/source/system"),
    ("recorded_by", "somebody", "unknown-field", "/recorded_by"),
]


@pytest.mark.parametrize(("path", "value", "code", "pointer"), FACTS)
def test_a_bad_fact_is_refused_and_leaves_nothing(
    api: Api, infusion: str, path: str, value: Any, code: str, pointer: str
) -> None:
    before = api.head()
    body = json.dumps(changed(sample.fact(), path, value)).encode()
    headers = {**api.headers("coordinator"), "Idempotency-Key": "bad-fact"}
    assert_refused(api.raw(f"{infusion}/facts", body, headers), 422, code, pointer)
    assert api.head() == before


def test_an_impossible_activity_says_what_is_impossible(api: Api, infusion: str) -> None:
    answer = api.post(f"{infusion}/facts", sample.fact({**sample.FIX, "value": "500"}))
    assert "400 IU/dL" in answer.json()["errors"][0]["message"]
    assert "500" not in answer.text


@pytest.mark.parametrize(
    ("content", "code", "pointer"),
    [
        ({"kind": "patient_died", "relation": "unknown"}, "before-infusion", "/occurred_on"),
        ({"kind": "care_transferred", "htc_id": "HTC-2"}, "before-infusion", "/occurred_on"),
    ],
)
def test_a_fact_before_day_0_that_is_not_baseline_is_refused(
    api: Api, infusion: str, content: dict[str, Any], code: str, pointer: str
) -> None:
    before = api.head()
    body = {"occurred_on": "2026-11-14", "fact": content}
    assert_refused(api.post(f"{infusion}/facts", body), 422, code, pointer)
    assert api.head() == before


ENROLMENTS = [
    ("fact/terms_hash", "0" * 64, "unknown-agreement-version", "/fact/terms_hash"),
    ("fact/agreement_id", "third-agreement", "unknown-agreement-version", "/fact/terms_hash"),
    ("fact/payer_id", "PAY-2", "payer-not-party", "/fact/payer_id"),
    ("fact/price", 3500000, "amount-as-string", "/fact/price"),
    ("fact/price", "3,500,000.00", "invalid-value", "/fact/price"),
    ("fact/price", "3500000.005", "invalid-value", "/fact/price"),
    ("fact/currency", "usd", "unknown-value", "/fact/currency"),
    ("occurred_on", "2026-11-14", "enrolment-date", "/occurred_on"),
]


@pytest.mark.parametrize(("path", "value", "code", "pointer"), ENROLMENTS)
def test_a_bad_enrolment_is_refused_and_leaves_nothing(
    api: Api, path: str, value: Any, code: str, pointer: str
) -> None:
    registered = api.post("/v1/infusions", sample.INFUSION)
    before = api.head()
    answer = api.post(f"/v1/infusions/{registered.json()['code']}/enrolments", changed(sample.enrolment(), path, value))
    assert_refused(answer, 422, code, pointer)
    assert api.head() == before


def test_an_enrolment_is_no_fact_like_others(api: Api, infusion: str) -> None:
    answer = api.post(f"{infusion}/facts", sample.enrolment())
    assert_refused(answer, 422, "invalid-value", "/fact")
    assert "/enrolments" in answer.text


def test_a_bad_item_of_a_list_is_named_by_its_place(api: Api, infusion: str) -> None:
    before = api.head()
    body = {"rule_id": "twice-a-year", "items": ["bleeds", "whole_file"], "asked_on": "2027-06-01"}
    assert_refused(api.post(f"{infusion}/data-requests", body), 422, "unknown-value", "/items/1")
    assert api.head() == before


def test_the_infusion_itself_is_corrected_at_its_own_address(api: Api, infusion: str) -> None:
    (fact_id,) = api.post(f"{infusion}/facts", sample.fact()).json()["event_ids"]
    infused = api.services.tracker.log.since(0, 100)[3].body.model_dump(mode="json")
    digests = {**infused, "kit_lots": [sample.LOT]}
    del digests["kit_lot_digests"]
    before = api.head()
    answer = api.post(f"{infusion}/facts/{fact_id}/corrections", sample.fact(digests, reason="wrong_date"))
    assert_refused(answer, 422, "invalid-value", "/fact")
    assert "/corrections" in answer.text
    assert api.head() == before


def test_evidence_after_consent_was_withdrawn_is_sealed(api: Api, infusion: str) -> None:
    withdrawn = {"occurred_on": "2027-05-01", "fact": {"kind": "consent_withdrawn"}}
    assert api.post(f"{infusion}/facts", withdrawn).status_code == 201
    late = api.post(f"{infusion}/facts", sample.fact())
    assert late.status_code == 201
    (event_id,) = late.json()["event_ids"]
    evidence = api.get(f"{infusion}/evidence").json()
    assert event_id not in {item["fact_id"] for item in evidence["items"]}
    assert [one["reason"] for one in evidence["set_aside"] if one["fact_id"] == event_id] == ["sealed"]
    (entry,) = [one for one in api.get(f"{infusion}/timeline").json()["events"] if one["event_id"] == event_id]
    assert entry["sealed"] is True
    assert "content" not in entry


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Content-Type": "text/plain"}, 415, "media-type"),
        ({"Content-Type": "application/xml"}, 415, "media-type"),
        ({"Content-Type": "application/json; charset=latin-1"}, 415, "media-type"),
        ({"Content-Type": ""}, 415, "media-type"),
        ({"Content-Encoding": "gzip"}, 415, "media-type"),
        ({"Idempotency-Key": ""}, 400, "idempotency-key-required"),
        ({"Idempotency-Key": "x" * 256}, 400, "idempotency-key-required"),
        ({"Idempotency-Key": "two words"}, 400, "idempotency-key-required"),
    ],
)
def test_a_request_of_the_wrong_form_is_refused_before_its_body_is_read(
    api: Api, headers: dict[str, str], status: int, code: str
) -> None:
    given = {**api.headers("coordinator"), "Idempotency-Key": "k", "Content-Type": "application/json", **headers}
    answer = api.client.post("/v1/infusions", content=json.dumps(sample.INFUSION).encode(), headers=given)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)


def test_a_body_above_the_cap_is_refused_also_when_its_length_is_not_told(api: Api) -> None:
    headers = {**api.headers("coordinator"), "Idempotency-Key": "k", "Content-Type": "application/json"}
    told = api.client.post("/v1/infusions", content=b"[" * (1024 * 1024 + 1), headers=headers)
    untold = api.client.post("/v1/infusions", content=iter([b" " * 700_000] * 2), headers=headers)
    assert [answer.status_code for answer in (told, untold)] == [413, 413]


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"", 400, "empty-body"),
        (b"\xef\xbb\xbf{}", 400, "byte-order-mark"),
        (b'{"reason": "duplicate", "reason": "duplicate"}', 400, "duplicate-key"),
        (b"[" * 100_000, 400, "too-deep"),
        (b"null", 422, "not-an-object"),
    ],
)
def test_a_body_that_is_no_plain_object_is_a_problem(api: Api, raw: bytes, status: int, code: str) -> None:
    answer = api.raw("/v1/infusions", raw, {**api.headers("coordinator"), "Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)
