"""Payers under one agreement: each sees the milestones of its own enrolment, and writes about nothing else."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.web.permissions import PERMISSIONS
from oba.terms.agreement import Agreement
from tests.support import samples as sample
from tests.support.agreements import an_agreement
from tests.support.api import NOW, Api, Prepared

READS = ("", "/timeline", "/schedule", "/evidence", "/determinations")
SHARED = Agreement.model_validate(
    {
        **an_agreement("shared-agreement", "PAY-1").model_dump(mode="json"),
        "parties": {"manufacturer": "MAN-1", "payers": ["PAY-1", "PAY-2"]},
    }
)
MILESTONE = {"agreement_id": "shared-agreement", "milestone": "month-6"}
END = {"kind": "enrolment_ended", "agreement_id": "shared-agreement", "reason": "payer_changed"}
FOREIGN = ("1234567.89", "308641", "PAY-2")
CANARIES = ("3500000.00", "875000.00", "1234567.89", "308641.97")


@pytest.fixture
def api(prepared: Prepared, tmp_path: Path) -> Iterator[Api]:
    """The API with an agreement of two payers on the shelf, and a key of the first payer's own system."""
    api = Api(prepared, tmp_path / "var")
    api.services.tracker.register_document(SHARED, actor="PER-test")
    keys = api.services.tracker.records.keys
    scopes = sorted(PERMISSIONS)
    api.keys["system"] = keys.create_key("system-1", "service", "PAY-1", scopes=scopes, created_at=NOW)
    api.keys["htc_system"] = keys.create_key("system-2", "service", "HTC-1", scopes=scopes, created_at=NOW)
    yield api
    api.close()


def registered(api: Api) -> str:
    """The address of an infusion without any enrolment."""
    answer = api.post("/v1/infusions", sample.INFUSION)
    assert answer.status_code == 201, answer.text
    return f"/v1/infusions/{answer.json()['code']}"


def enrolled(api: Api, infusion: str, terms: Agreement, payer: str, **fact: Any) -> str:
    """The id of an enrolment."""
    body = sample.enrolment(terms, payer)
    body["occurred_on"] = fact.pop("occurred_on", body["occurred_on"])
    answer = api.post(f"{infusion}/enrolments", {**body, "fact": {**body["fact"], **fact}})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["event_ids"][0])


def told(api: Api, infusion: str, fact: dict[str, Any], by: str = "coordinator") -> int:
    """The answer to a fact of the first of June."""
    return api.post(f"{infusion}/facts", {"occurred_on": "2027-06-01", "fact": fact}, by=by).status_code


def proposed(api: Api, infusion: str) -> str:
    """The id of a proposal for the milestone of the shared agreement."""
    assert api.post(f"{infusion}/facts", sample.fact()).status_code == 201
    assert api.post(f"{infusion}/determinations", MILESTONE).status_code == 201
    found = api.get(f"{infusion}/determinations").json()["proposed"][-1]
    return str(found["determination"]["determination_id"])


@pytest.fixture
def handed_over(api: Api) -> str:
    """Judged and refunded under the first payer, whose enrolment then ended; the second payer enrolled again."""
    infusion = registered(api)
    enrolled(api, infusion, SHARED, "PAY-1")
    address = f"{infusion}/determinations/{proposed(api, infusion)}/approvals"
    assert api.post(address, by="approver", match=api.etag(infusion)).status_code == 201
    assert told(api, infusion, END) == 201
    enrolled(api, infusion, SHARED, "PAY-2", occurred_on="2027-06-02", price="1234567.89")
    return infusion


def texts(api: Api, infusion: str, by: str) -> str:
    """Everything that one may read of an infusion."""
    answers = [api.get(f"{infusion}{read}", by=by) for read in READS]
    assert {answer.status_code for answer in answers} == {200}
    lists = [api.get(f"/v1/{name}", by=by) for name in ("refund-triggers", "worklist", "infusions")]
    export = api.get("/v1/exports/triggers", by=by, payer="PAY-1", period="2027Q2")
    return "".join(answer.text for answer in (*answers, *lists, export))


def test_the_next_payer_of_an_agreement_sees_nothing_of_the_payer_before(api: Api, handed_over: str) -> None:
    text = texts(api, handed_over, "other_analyst")
    assert "1234567.89" in text
    assert not [word for word in ("3500000", "875000", "PAY-1", "month-6", "refund_triggered") if word in text]


def test_the_payer_before_sees_nothing_of_the_next_payer(api: Api, handed_over: str) -> None:
    text = texts(api, handed_over, "payer_analyst")
    found = [text[max(0, text.index(word) - 60) : text.index(word) + 20] for word in FOREIGN if word in text]
    assert found == []


def test_the_payer_before_keeps_reading_its_own_rows(api: Api, handed_over: str) -> None:
    kinds = [event["kind"] for event in api.get(f"{handed_over}/timeline", by="payer_analyst").json()["events"]]
    decided = {"determination_proposed", "milestone_determined", "refund_triggered", "enrolment_ended"}
    assert decided <= set(kinds)
    answers = api.get(f"{handed_over}/determinations", by="payer_analyst").json()
    assert [one["milestone"] for one in answers["determinations"]] == ["month-6"]
    assert answers["proposed"][0]["refund"][0]["amount"] == 87500000 or "875000.00" in json.dumps(answers["proposed"])
    assert "month-6" in api.get("/v1/refund-triggers", by="payer_analyst").text


def test_an_enrolment_that_was_corrected_is_seen_by_neither_the_wrong_nor_with_the_wrong_payer(api: Api) -> None:
    infusion = api.infusion()
    wrong = enrolled(api, infusion, SHARED, "PAY-1", price="7777777.77")
    body = sample.enrolment(SHARED, "PAY-2")
    body["fact"]["price"] = "1234567.89"
    address = f"{infusion}/facts/{wrong}/corrections"
    assert api.post(address, {**body, "reason": "transcription_error"}).status_code == 201
    first, second = texts(api, infusion, "payer_analyst"), texts(api, infusion, "other_analyst")
    assert "1234567.89" not in first
    assert "PAY-2" not in first
    assert "1234567.89" in second
    assert "7777777.77" not in first + second


def test_retractions_and_returns_follow_what_they_name(api: Api) -> None:
    infusion = api.infusion()
    foreign = enrolled(api, infusion, sample.SECOND, "PAY-2")
    api.post(f"{infusion}/facts", sample.fact())
    about = {"agreement_id": "second-agreement", "milestone": "month-6"}
    assert api.post(f"{infusion}/determinations", about).status_code == 201
    (entry,) = api.get(f"{infusion}/determinations").json()["proposed"]
    address = f"{infusion}/determinations/{entry['determination']['determination_id']}/returns"
    returned = api.post(address, {"reason": "evidence_questioned"}, by="approver", match=api.etag(infusion))
    assert returned.status_code == 201, returned.text
    kinds = [event["kind"] for event in api.get(f"{infusion}/timeline", by="other_analyst").json()["events"]]
    assert "determination_returned" in kinds
    body = {"occurred_on": "2027-06-01", "reason": "entered_in_error"}
    assert api.post(f"{infusion}/facts/{foreign}/retractions", body).status_code == 201
    timeline = api.get(f"{infusion}/timeline", by="payer_analyst").json()["events"]
    assert {event["kind"] for event in timeline} == {"infused", "enrolled_under_agreement", "fix_activity_measured"}
    assert api.get(f"{infusion}/determinations", by="payer_analyst").json()["decided"] == []
    assert foreign not in api.get(f"{infusion}/evidence", by="payer_analyst").text


@pytest.mark.parametrize("agreement", ["second-agreement", "no-such"])
def test_a_payers_system_ends_no_enrolment_of_another_payer(api: Api, agreement: str) -> None:
    infusion = api.infusion()
    enrolled(api, infusion, sample.SECOND, "PAY-2")
    before = api.head()
    assert told(api, infusion, {**END, "agreement_id": agreement}, by="system") == 404
    assert api.head() == before


def test_a_payers_system_ends_no_enrolment_of_another_payer_under_its_own_agreement(api: Api, handed_over: str) -> None:
    before = api.head()
    assert told(api, handed_over, END, by="system") == 404
    assert api.head() == before


@pytest.mark.parametrize(
    "fact",
    [
        {"kind": "agreement_assumed_by_payer", "agreement_id": "first-agreement", "payer_id": "PAY-2"},
        {"kind": "agreement_assumed_by_payer", "agreement_id": "second-agreement", "payer_id": "PAY-1"},
        {"kind": "exclusion_recorded", "agreement_id": "second-agreement", "milestone": "month-6", "clause": "9.1"},
        {"kind": "exclusion_recorded", "agreement_id": "no-such", "milestone": "month-6", "clause": "9.1"},
    ],
)
def test_a_payers_system_reports_nothing_about_what_is_not_its_own(api: Api, fact: dict[str, Any]) -> None:
    infusion = api.infusion()
    enrolled(api, infusion, sample.SECOND, "PAY-2")
    assert told(api, infusion, fact, by="system") == 404


def test_a_payers_system_corrects_and_retracts_no_fact_of_another_payer(api: Api) -> None:
    infusion = api.infusion()
    foreign = enrolled(api, infusion, sample.SECOND, "PAY-2")
    (own, *_) = [one["fact_id"] for one in api.get(infusion).json()["enrolments"] if one["payer_id"] == "PAY-1"]
    absent = "00000000-0000-4000-8000-000000000000"
    before = api.head()
    taken = {"occurred_on": "2027-06-01", "reason": "entered_in_error"}
    corrected = {**sample.enrolment(), "reason": "transcription_error"}
    handed = {**sample.enrolment(SHARED, "PAY-2"), "reason": "transcription_error"}
    answers = [
        *(api.post(f"{infusion}/facts/{fact}/retractions", taken, by="system") for fact in (foreign, absent)),
        *(api.post(f"{infusion}/facts/{fact}/corrections", corrected, by="system") for fact in (foreign, absent)),
        api.post(f"{infusion}/facts/{own}/corrections", handed, by="system"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 5
    assert api.head() == before


def test_no_decision_of_a_payer_tells_a_foreign_proposal_from_an_absent_one(api: Api, handed_over: str) -> None:
    ids = [
        api.get(f"{handed_over}/determinations").json()["proposed"][0]["determination"]["determination_id"],
        "00000000-0000-4000-8000-000000000000",
    ]
    api.keys["next"] = api.services.tracker.records.keys.create_key(
        "PER-next", "payer_approver", "PAY-2", person_id="PER-other-analyst", created_at=NOW
    )
    match = api.etag(handed_over)
    answers = [api.post(f"{handed_over}/determinations/{one}/approvals", by="next", match=match).json() for one in ids]
    assert [answer["status"] for answer in answers] == [404, 404]
    assert answers[0]["errors"] == answers[1]["errors"]


def test_an_htc_reads_no_amount_anywhere(api: Api, handed_over: str) -> None:
    api.clock.move_by(timedelta(days=1))
    pages = [f"{handed_over}{read}" for read in READS]
    pages += [f"/v1/{name}" for name in ("refund-triggers", "worklist", "infusions", "data-request-windows")]
    pages += [f"/v1/agreements/{row['terms_hash']}" for row in api.get("/v1/agreements").json()["data"]]
    everything = "".join(api.get(page).text for page in pages)
    assert [amount for amount in CANARIES[:3] if amount in everything] == list(CANARIES[:3])
    members = ('"price', '"refund"', '"differences"', '"beneficiary"', '"base"', '"formula"', '"percent"', '"at_risk"')
    for by in ("htc_clerk", "htc_physician", "htc_system"):
        assert api.get("/v1/exports/triggers", by=by, payer="PAY-1", period="2027Q2").status_code in (403, 404)
        for page in pages:
            text = api.get(page, by=by).text
            assert not [word for word in (*CANARIES, *members) if word in text], (by, page)
            assert not [word for word in ("350000000", "87500000", "123456789") if word in text], (by, page)
