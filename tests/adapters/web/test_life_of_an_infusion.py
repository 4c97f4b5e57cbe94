"""From an infusion to a refund trigger over the API: each command, and what each reader then sees."""

import csv
import io

from oba.terms.document import terms_hash
from tests.support import samples as sample
from tests.support.api import Api


def proposed(api: Api, infusion: str) -> str:
    """The address of a proposed determination that is not met."""
    assert api.post(f"{infusion}/facts", sample.fact()).status_code == 201
    body = {"agreement_id": "first-agreement", "milestone": "month-6"}
    assert api.post(f"{infusion}/determinations", body).status_code == 201
    (proposal,) = api.get(f"{infusion}/determinations").json()["proposed"]
    return f"{infusion}/determinations/{proposal['determination']['determination_id']}"


def approve(api: Api, infusion: str) -> None:
    """Approve the determination of an infusion."""
    address = proposed(api, infusion)
    answer = api.post(f"{address}/approvals", by="approver", match=api.etag(infusion))
    assert answer.status_code == 201, answer.text


def test_a_registered_infusion_is_answered_with_its_code_and_version(api: Api) -> None:
    answer = api.post("/v1/infusions", sample.INFUSION)
    content = answer.json()
    assert answer.status_code == 201
    assert content["code"].startswith("INF-")
    assert (content["version"], answer.headers["ETag"]) == (1, '"1"')
    assert "position" not in content, "a place among everybody's events tells of others"


def test_a_registered_infusion_is_read_with_day_0_and_enrolment(api: Api, infusion: str) -> None:
    content = api.get(infusion).json()
    assert content["day_0"] == "2026-11-15"
    assert content["infused"]["time_zone"] == "America/Chicago"
    (enrolment,) = content["enrolments"]
    assert (enrolment["payer_id"], enrolment["price"]) == ("PAY-1", "3500000.00")


def test_the_local_date_at_the_htc_is_fixed_on_entry(api: Api) -> None:
    late = {**sample.INFUSION, "occurred_at": "2026-11-16T04:30:00Z"}
    code = api.post("/v1/infusions", late).json()["code"]
    assert api.get(f"/v1/infusions/{code}").json()["day_0"] == "2026-11-15"


def test_a_failed_milestone_becomes_a_refund_trigger_that_the_payer_sees(api: Api, infusion: str) -> None:
    approve(api, infusion)
    answer = api.get("/v1/refund-triggers", by="payer_analyst").json()
    (row,) = answer["data"]
    assert (row["milestone"], row["phase"], row["outcome"]) == ("month-6", "closed", "not_met")
    assert (row["at_risk"], row["triggered"]) == ("0.00", "875000.00")
    assert (answer["next_cursor"], answer["has_more"]) == (None, False)


def test_a_determination_is_explained_by_its_trace(api: Api, infusion: str) -> None:
    proposed(api, infusion)
    (answer,) = api.get(f"{infusion}/determinations", milestone="month-6").json()["determinations"]
    assert (answer["finding"], answer["phase"]) == ("not_met", "closed")
    assert answer["trace"]["because"]
    assert answer["decisive_fact_ids"]


def test_a_filter_that_fits_no_milestone_gives_no_determination(api: Api, infusion: str) -> None:
    assert api.get(f"{infusion}/determinations", agreement_id="second-agreement").json()["determinations"] == []


def test_an_approved_refund_is_in_the_export_of_its_quarter(api: Api, infusion: str) -> None:
    approve(api, infusion)
    answer = api.get("/v1/exports/triggers", by="payer_analyst", payer="PAY-1", period="2027Q2")
    assert answer.headers["content-type"].startswith("text/csv")
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["milestone"], row["amount"]) == ("month-6", "875000.00")
    totals = api.get("/v1/exports/triggers", by="payer_analyst", payer="PAY-1", period="2027Q2", part="totals")
    assert answer.headers["x-detail-sha256"] in totals.text


def test_the_proposer_cannot_approve(api: Api, infusion: str) -> None:
    address = proposed(api, infusion)
    api.keys["approver"] = api.services.tracker.records.keys.create_key(
        "PER-coordinator", "approver", "MAN-1", person_id="PER-coordinator", created_at=api.clock.now()
    )
    before = api.head()
    answer = api.post(f"{address}/approvals", by="approver", match=api.etag(infusion))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "separation-of-duties")
    assert api.head() == before


def test_a_payers_approver_does_not_count_where_the_agreement_names_another(api: Api, infusion: str) -> None:
    address = proposed(api, infusion)
    answer = api.post(f"{address}/approvals", by="payer_approver", match=api.etag(infusion))
    assert answer.status_code == 403


def test_a_proposal_is_returned_with_its_reason(api: Api, infusion: str) -> None:
    address = proposed(api, infusion)
    returned = api.post(
        f"{address}/returns", {"reason": "evidence_questioned"}, by="approver", match=api.etag(infusion)
    )
    assert returned.status_code == 201
    assert [one["reason"] for one in api.get(f"{infusion}/determinations").json()["decided"]] == ["evidence_questioned"]


def test_a_correction_changes_the_answer_and_the_past_answer_is_still_given(api: Api, infusion: str) -> None:
    (fact_id,) = api.post(f"{infusion}/facts", sample.fact()).json()["event_ids"]
    then = api.get(f"{infusion}/determinations").json()
    corrected = sample.fact({**sample.FIX, "value": "25.2"}, reason="transcription_error")
    assert api.post(f"{infusion}/facts/{fact_id}/corrections", corrected).status_code == 201
    now = api.get(f"{infusion}/determinations").json()
    past = api.get(f"{infusion}/determinations", known_at=then["known_at"], as_of=then["as_of"]).json()
    assert [answer["determinations"][0]["finding"] for answer in (then, now, past)] == ["not_met", "met", "not_met"]
    assert past["determinations"] == then["determinations"]


def test_a_retracted_fact_is_set_aside(api: Api, infusion: str) -> None:
    (fact_id,) = api.post(f"{infusion}/facts", sample.fact()).json()["event_ids"]
    body = {"occurred_on": "2027-06-01", "reason": "entered_in_error"}
    assert api.post(f"{infusion}/facts/{fact_id}/retractions", body).status_code == 201
    evidence = api.get(f"{infusion}/evidence").json()
    assert fact_id not in {item["fact_id"] for item in evidence["items"]}
    assert {one["fact_id"]: one["reason"] for one in evidence["set_aside"]}[fact_id] == "retracted"


def test_a_corrected_start_moves_day_0(api: Api, infusion: str) -> None:
    body = {"reason": "wrong_date", "occurred_at": "2026-11-16T09:30:00-06:00", "fact": sample.ADMINISTRATION}
    assert api.post(f"{infusion}/corrections", body).status_code == 201
    assert api.get(infusion).json()["day_0"] == "2026-11-16"


def test_a_corrected_administration_stays_at_its_htc(api: Api, infusion: str) -> None:
    moved = {**sample.ADMINISTRATION, "htc_id": "HTC-2"}
    body = {"reason": "wrong_date", "occurred_at": "2026-11-16T09:30:00-06:00", "fact": moved}
    answer = api.post(f"{infusion}/corrections", body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/fact/htc_id")


def test_a_waiver_is_proposed_by_one_person_and_approved_by_another(api: Api, infusion: str) -> None:
    waiver = {"agreement_id": "first-agreement", "milestone": "month-6", "clause": "9.1"}
    proposed = api.post(f"{infusion}/waivers", waiver).json()
    address = f"{infusion}/waivers/{proposed['waiver_id']}/approvals"
    (row,) = api.get("/v1/worklist", lane="to_approve").json()["data"]
    assert (row["kind"], row["waiver_id"]) == ("waiver", proposed["waiver_id"])
    assert [one["waiver_id"] for one in api.get(f"{infusion}/determinations").json()["waivers"]] == [row["waiver_id"]]
    assert api.post(address, by="coordinator", match=api.etag(infusion)).status_code == 403
    assert api.post(address, by="payer_approver", match=api.etag(infusion)).status_code == 403
    assert api.get(f"{infusion}/determinations").json()["determinations"][0]["finding"] != "waived"
    assert api.post(address, by="approver", match=api.etag(infusion)).status_code == 201
    content = api.get(f"{infusion}/determinations").json()
    assert content["determinations"][0]["finding"] == "waived"
    (decided,) = content["decided"]
    assert (decided["proposed_by"], decided["approved_by"]) == ("PER-coordinator", "PER-approver")


def test_who_proposed_a_waiver_cannot_approve_it_under_another_role(api: Api, infusion: str) -> None:
    waiver = {"agreement_id": "first-agreement", "milestone": "month-6", "clause": "9.1"}
    proposed = api.post(f"{infusion}/waivers", waiver).json()
    api.keys["approver"] = api.services.tracker.records.keys.create_key(
        "PER-coordinator", "approver", "MAN-1", person_id="PER-coordinator", created_at=api.clock.now()
    )
    before = api.head()
    address = f"{infusion}/waivers/{proposed['waiver_id']}/approvals"
    answer = api.post(address, by="approver", match=api.etag(infusion))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "separation-of-duties")
    assert api.head() == before


def test_a_payers_approver_approves_no_waiver_of_another_payer(api: Api, infusion: str) -> None:
    assert api.post(f"{infusion}/enrolments", sample.enrolment(sample.SECOND, "PAY-2")).status_code == 201
    waiver = {"agreement_id": "second-agreement", "milestone": "month-6", "clause": "9.1"}
    waiver_id = api.post(f"{infusion}/waivers", waiver).json()["waiver_id"]
    address = f"{infusion}/waivers/{waiver_id}/approvals"
    assert api.post(address, by="payer_approver", match=api.etag(infusion)).status_code == 404


def test_the_schedule_shows_the_phase_of_the_day_that_is_asked(api: Api, infusion: str) -> None:
    phases = {
        day: api.get(f"{infusion}/schedule", as_of=day).json()["obligations"][0]["phase"]
        for day in ("2027-04-14", "2027-04-15", "2027-05-15", "2027-06-15")
    }
    assert list(phases.values()) == ["upcoming", "open", "due", "closed"]


def test_the_timeline_tells_every_event_in_the_order_of_knowledge(api: Api, infusion: str) -> None:
    approve(api, infusion)
    events = api.get(f"{infusion}/timeline").json()["events"]
    assert [event["kind"] for event in events] == [
        "infused",
        "enrolled_under_agreement",
        "fix_activity_measured",
        "determination_proposed",
        "milestone_determined",
        "refund_triggered",
    ]
    assert [event["version"] for event in events] == [1, 2, 3, 4, 5, 6]


def test_a_data_request_is_judged_recorded_and_answered(api: Api, infusion: str) -> None:
    asked = {"rule_id": "twice-a-year", "asked_on": "2027-06-01"}
    verdict = api.get(f"{infusion}/data-requests/verdict", by="payer_analyst", **asked).json()["verdict"]
    assert verdict["label"] == "permitted_under_every_reading"
    body = {"rule_id": "twice-a-year", "items": ["bleeds"], "asked_on": "2027-06-01"}
    recorded = api.post(f"{infusion}/data-requests", body, by="payer_analyst").json()
    assert recorded["verdict"] == verdict
    address = f"{infusion}/data-requests/{recorded['request_id']}"
    foreign = api.post(f"{address}/answers", {"items": ["inhibitor"], "provided_on": "2027-06-02"})
    assert (foreign.status_code, foreign.json()["errors"][0]["pointer"]) == (422, "/items")
    assert api.post(f"{address}/answers", {"items": ["bleeds"], "provided_on": "2027-06-02"}).status_code == 201
    (window,) = api.get("/v1/data-request-windows", by="payer_analyst").json()["data"]
    assert (window["asked"], window["answered"]) == (1, 1)
    again = api.get(f"{infusion}/data-requests/verdict", by="payer_analyst", **{**asked, "asked_on": "2027-06-03"})
    assert again.json()["verdict"]["permitted"] is False


def test_a_data_request_is_declined_with_a_reason(api: Api, infusion: str) -> None:
    body = {"rule_id": "twice-a-year", "items": ["bleeds"], "asked_on": "2027-06-01"}
    address = f"{infusion}/data-requests/{api.post(f'{infusion}/data-requests', body).json()['request_id']}"
    declined = {"reason": "consent_missing", "declined_on": "2027-06-02"}
    assert api.post(f"{address}/declines", declined).status_code == 201
    assert api.post(f"{address}/answers", {"items": ["bleeds"], "provided_on": "2027-06-02"}).status_code == 409


def test_an_unknown_rule_is_a_problem_of_its_parameter(api: Api, infusion: str) -> None:
    answer = api.get(f"{infusion}/data-requests/verdict", rule_id="no-such-rule", asked_on="2027-06-01")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "rule_id")
    early = api.get(f"{infusion}/data-requests/verdict", rule_id="twice-a-year", asked_on="2026-11-14")
    assert (early.status_code, early.json()["errors"][0]["parameter"]) == (422, "asked_on")


def test_an_unknown_rule_of_a_request_is_a_problem_of_its_field(api: Api, infusion: str) -> None:
    body = {"rule_id": "no-such-rule", "items": ["bleeds"], "asked_on": "2027-06-01"}
    answers = [api.post(f"{infusion}/data-requests", body, by=by) for by in ("coordinator", "payer_analyst")]
    errors = [(answer.status_code, answer.json()["errors"]) for answer in answers]
    assert errors[0] == errors[1]
    assert (errors[0][0], errors[0][1][0]["pointer"]) == (422, "/rule_id")


def test_what_was_written_is_read_at_once_in_the_lists(api: Api, infusion: str) -> None:
    code = infusion.rsplit("/", 1)[1]
    assert [row["infusion_code"] for row in api.get("/v1/infusions").json()["data"]] == [code]
    assert {row["lane"] for row in api.get("/v1/worklist").json()["data"]} == {"lapsed", "evidence_to_review"}
    assert api.get("/v1/worklist").json()["lanes"]["lapsed"] == 1
    assert api.get("/v1/worklist", lane="due").json()["data"] == []


def test_the_documents_and_the_directory_are_read(api: Api) -> None:
    agreements = api.get("/v1/agreements").json()["data"]
    assert [row["agreement_id"] for row in agreements] == ["first-agreement", "second-agreement"]
    terms = api.get(f"/v1/agreements/{terms_hash(sample.FIRST)}").json()
    assert terms["terms"]["refund"]["components"][0]["rows"] == {"month-6": "25"}
    names = {what: len(api.get(f"/v1/directory/{what}").json()["data"]) for what in ("htcs", "payers", "manufacturers")}
    assert names == {"htcs": 2, "payers": 2, "manufacturers": 1}


def test_the_service_says_that_it_lives_and_is_ready_without_a_key(api: Api) -> None:
    assert api.get("/healthz", by=None).json() == {"health": "good"}
    ready = {"ready": True, "stopped_views": [], "incomplete_views": [], "seconds_behind": 0.0}
    assert api.get("/readyz", by=None).json() == ready
    assert api.get("/version", by=None).json()["api"] == "v1"
