"""Who may do what, and who sees what: deny by default, not yours is absent, prices never to an HTC."""

import json
from inspect import iscoroutinefunction
from typing import Any

import pytest
from fastapi.routing import APIRoute

from adapters.records.roles import ROLES
from adapters.web.app import ROOMS
from adapters.web.permissions import OPEN, PERMISSIONS, may
from oba.terms.document import terms_hash
from tests.support import samples as sample
from tests.support.api import ROLES_OF, Api

READS = ("", "/timeline", "/schedule", "/evidence", "/determinations")
LISTS = ("infusions", "refund-triggers", "data-request-windows", "worklist", "agreements", "directory/htcs")


def operations(api: Api) -> set[str]:
    """The operations that the API describes."""
    described = api.client.get("/openapi.json").json()["paths"]
    return {operation["operationId"] for methods in described.values() for operation in methods.values()}


def test_every_route_has_a_row_and_every_row_a_route(api: Api) -> None:
    assert operations(api) == set(PERMISSIONS) | (OPEN - {"openapi"})


def test_a_route_without_a_row_is_closed_to_everybody(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {name: roles for name, roles in PERMISSIONS.items() if name != "list_htcs"}
    monkeypatch.setattr("adapters.web.permissions.PERMISSIONS", rows)
    assert api.get("/v1/directory/htcs").status_code == 403


def test_the_table_names_known_roles_only() -> None:
    assert set().union(*PERMISSIONS.values()) <= set(ROLES)


def test_a_service_key_needs_the_operation_among_its_scopes() -> None:
    assert may("service", "record_fact", frozenset({"record_fact"}))
    assert not may("service", "record_fact", frozenset({"list_infusions"}))
    assert not may("service", "approve_determination", frozenset({"approve_determination"}))


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer no", "Basic abc", "Bearer oba_aaaaaaaaaaaaaaaa_" + "0" * 64, "Bearer " + "x" * 9000],
)
def test_without_a_good_key_nothing_is_answered(api: Api, header: str | None) -> None:
    answer = api.client.get("/v1/infusions", headers={"Authorization": header} if header is not None else {})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (401, "key-required")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_revoked_key_is_no_key(api: Api) -> None:
    keys = api.services.tracker.records.keys
    principal = keys.verify(api.keys["auditor"])
    assert principal is not None
    assert keys.revoke(principal.key_id, api.clock.now())
    assert api.get("/v1/infusions", by="auditor").status_code == 401


@pytest.mark.parametrize("role", sorted(ROLES_OF))
@pytest.mark.parametrize("operation", sorted(PERMISSIONS))
def test_the_api_follows_the_table(api_of_the_module: tuple[Api, dict[str, Any]], role: str, operation: str) -> None:
    api, requests = api_of_the_module
    method, path, body = requests[operation]
    headers = {**api.headers(role), "Idempotency-Key": f"{role}-{operation}", "If-Match": '"999"'}
    content = json.dumps(body).encode() if body is not None else None
    if content is not None:
        headers["Content-Type"] = "application/json"
    answer = api.client.request(method, path, content=content, headers=headers)
    refused = answer.status_code == 403 and answer.json()["errors"][0]["code"] == "role-not-allowed"
    assert refused is not may(role, operation, frozenset(PERMISSIONS)), (answer.status_code, answer.text)
    assert answer.status_code < 500


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("stranger", ["other_clerk", "other_analyst"])
def test_what_is_not_yours_is_answered_like_what_is_absent(api: Api, infusion: str, stranger: str, read: str) -> None:
    not_theirs = api.get(f"{infusion}{read}", by=stranger)
    absent = api.get(f"/v1/infusions/INF-0000-0000-0{read}", by=stranger)
    assert not_theirs.status_code == absent.status_code == 404
    assert {**not_theirs.json(), "instance": ""} == {**absent.json(), "instance": ""}


@pytest.mark.parametrize("code", ["inf-0000", "INF-%D0%90000-0000-0", "..%2f..%2fetc", "%00", "7", "%2525"])
def test_a_code_that_is_none_is_absent(api: Api, code: str) -> None:
    assert api.get(f"/v1/infusions/{code}").status_code == 404


def test_strangers_find_empty_lists(api: Api, infusion: str) -> None:
    api.post(f"{infusion}/facts", sample.fact())
    for path in LISTS[:3]:
        by = "other_analyst"
        assert api.get(f"/v1/{path}", by=by).json()["data"] == [], path
    assert api.get("/v1/worklist", by="other_clerk").json()["data"] == []
    assert api.get("/v1/exports/triggers", by="other_analyst", payer="PAY-1", period="2027Q2").status_code == 404
    assert api.get("/v1/exports/triggers", by="coordinator", payer="PAY-9", period="2027Q2").status_code == 404


def test_a_stranger_writes_nothing(api: Api, infusion: str) -> None:
    before = api.head()
    assert api.post(f"{infusion}/facts", sample.fact(), by="other_clerk").status_code == 404
    body = {"rule_id": "twice-a-year", "items": ["bleeds"], "asked_on": "2027-06-01"}
    assert api.post(f"{infusion}/data-requests", body, by="other_analyst").status_code == 404
    assert api.head() == before


def test_a_payer_sees_the_enrolment_of_no_other_payer(api: Api, infusion: str) -> None:
    assert api.post(f"{infusion}/enrolments", sample.enrolment(sample.SECOND, "PAY-2")).status_code == 201
    api.post(f"{infusion}/facts", sample.fact())
    for agreement in ("first-agreement", "second-agreement"):
        body = {"agreement_id": agreement, "milestone": "month-6"}
        assert api.post(f"{infusion}/determinations", body).status_code == 201
    for by, own, other in (
        ("payer_analyst", "first-agreement", "second-agreement"),
        ("other_analyst", "second-agreement", "first-agreement"),
    ):
        for read in READS:
            text = api.get(f"{infusion}{read}", by=by).text
            assert other not in text, (by, read)
        assert own in api.get(f"{infusion}/timeline", by=by).text
        assert [row["agreement_id"] for row in api.get("/v1/agreements", by=by).json()["data"]] == [own]
        assert {row["agreement_id"] for row in api.get("/v1/refund-triggers", by=by).json()["data"]} == {own}
    assert api.get(f"/v1/agreements/{terms_hash(sample.FIRST)}", by="other_analyst").status_code == 404


def test_a_payers_approver_approves_under_no_agreement_of_another_payer(api: Api, infusion: str) -> None:
    api.post(f"{infusion}/enrolments", sample.enrolment(sample.SECOND, "PAY-2"))
    api.post(f"{infusion}/facts", sample.fact())
    api.post(f"{infusion}/determinations", {"agreement_id": "second-agreement", "milestone": "month-6"})
    (proposal,) = api.get(f"{infusion}/determinations").json()["proposed"]
    address = f"{infusion}/determinations/{proposal['determination']['determination_id']}/approvals"
    assert api.post(address, by="payer_approver", match=api.etag(infusion)).status_code == 404


def test_a_payer_sees_the_data_requests_of_no_other_payer(api: Api, infusion: str) -> None:
    api.post(f"{infusion}/enrolments", sample.enrolment(sample.SECOND, "PAY-2"))
    body = {"rule_id": "twice-a-year", "items": ["bleeds"], "asked_on": "2027-06-01"}
    api.post(f"{infusion}/data-requests", body)
    event = api.get(f"{infusion}/timeline").json()["events"][-1]
    answered = {"items": ["bleeds"], "provided_on": "2027-06-02"}
    api.post(f"{infusion}/data-requests/{event['content']['request_id']}/answers", answered)
    assert "data_" not in api.get(f"{infusion}/timeline", by="other_analyst").text
    asked = {"rule": "twice-a-year", "asked_on": "2027-06-03"}
    assert api.get(f"{infusion}/data-requests/verdict", by="other_analyst", **asked).status_code == 422


def test_no_answer_shows_a_price_or_a_refund_to_an_htc(api: Api, infusion: str) -> None:
    api.post(f"{infusion}/facts", sample.fact())
    api.post(f"{infusion}/determinations", {"agreement_id": "first-agreement", "milestone": "month-6"})
    (proposal,) = api.get(f"{infusion}/determinations").json()["proposed"]
    address = f"{infusion}/determinations/{proposal['determination']['determination_id']}/approvals"
    assert api.post(address, by="approver", match=api.etag(infusion)).status_code == 201
    assert "3500000.00" in api.get(infusion).text
    paths = [f"{infusion}{read}" for read in READS] + [f"/v1/{path}" for path in LISTS]
    paths += [f"/v1/agreements/{row['terms_hash']}" for row in api.get("/v1/agreements").json()["data"]]
    for by in ("htc_clerk", "htc_physician"):
        for path in paths:
            text = api.get(path, by=by).text
            money = ("3500000.00", "875000.00", '"price', '"refund"', '"at_risk"', '"triggered"', '"percent"')
            assert not [word for word in money if word in text], (by, path)


def test_an_htc_registers_its_own_infusions_only(api: Api) -> None:
    answer = api.post("/v1/infusions", sample.INFUSION, by="other_clerk")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "not-your-htc")
    assert api.post("/v1/infusions", sample.INFUSION, by="htc_clerk").status_code == 201


def test_after_a_transfer_both_htcs_see_the_infusion(api: Api, infusion: str) -> None:
    body = {"occurred_on": "2027-06-01", "fact": {"kind": "care_transferred", "htc_id": "HTC-2"}}
    assert api.post(f"{infusion}/facts", body).status_code == 201
    assert [api.get(infusion, by=by).status_code for by in ("htc_clerk", "other_clerk")] == [200, 200]


def test_a_physician_attests_in_their_own_name_and_records_nothing_else(api: Api, infusion: str) -> None:
    visit = {"kind": "milestone_assessed", "milestone": "month-6", "attested_by": "PER-htc-physician"}
    own = api.post(f"{infusion}/facts", {"occurred_on": "2027-05-14", "fact": visit}, by="htc_physician")
    other = {**visit, "attested_by": "PER-htc-clerk"}
    foreign = api.post(f"{infusion}/facts", {"occurred_on": "2027-05-14", "fact": other}, by="htc_physician")
    sample_ = api.post(f"{infusion}/facts", sample.fact(), by="htc_physician")
    assert [answer.status_code for answer in (own, foreign, sample_)] == [201, 403, 403]


@pytest.mark.parametrize("read", READS)
def test_every_read_of_an_infusion_leaves_a_row_in_the_audit(api: Api, infusion: str, read: str) -> None:
    content = api.get(f"{infusion}{read}", by="auditor").json()
    (entry,) = api.services.tracker.records.audit.entries(subject=content["infusion_id"])
    assert (entry.principal_id, entry.role) == ("PER-auditor", "auditor")


def test_no_patient_token_is_ever_shown(api: Api, infusion: str) -> None:
    for read in READS:
        assert "patient_token" not in api.get(f"{infusion}{read}").text


def test_routes_are_plain_functions() -> None:
    routes = [route for room in ROOMS for route in room.router.routes if isinstance(route, APIRoute)]
    assert len(routes) == len(PERMISSIONS)
    assert not [route.name for route in routes if iscoroutinefunction(route.endpoint)]
