"""The same key gives the same answer for ever; a decision names the version that it rests on."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support import samples as sample
from tests.support.api import Api


def test_the_same_request_under_the_same_key_is_answered_as_before(api: Api) -> None:
    first = api.post("/v1/infusions", sample.INFUSION, key="one")
    head = api.head()
    second = api.post("/v1/infusions", sample.INFUSION, key="one")
    assert (second.status_code, second.json()) == (201, first.json())
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert api.head() == head


def test_the_first_answer_is_kept_though_the_infusion_has_moved_on(api: Api, infusion: str) -> None:
    first = api.post(f"{infusion}/facts", sample.fact(), key="one", match='"2"')
    api.post(f"{infusion}/facts", {"occurred_on": "2027-06-01", "fact": {"kind": "follow_up_resumed"}})
    assert api.post(f"{infusion}/facts", sample.fact(), key="one", match='"2"').json() == first.json()


def test_the_first_answer_is_kept_though_another_clock_holds_for_the_patient_now(api: Api, infusion: str) -> None:
    body = {**sample.fact(), "occurred_on": "2027-05-31", "occurred_at": "2027-05-31T00:30:00-05:00"}
    first = api.post(f"{infusion}/facts", body, key="one")
    assert first.status_code == 201, first.json()
    moved = {"occurred_on": "2027-05-01", "fact": {"kind": "care_transferred", "htc_id": "HTC-2"}}
    assert api.post(f"{infusion}/facts", moved).status_code == 201
    assert api.post(f"{infusion}/facts", body, key="one").json() == first.json()
    fresh = api.post(f"{infusion}/facts", body, key="two")
    assert fresh.json()["errors"][0]["code"] == "day-and-instant-disagree"


def test_the_same_key_with_another_body_or_address_is_refused(api: Api, infusion: str) -> None:
    api.post(f"{infusion}/facts", sample.fact(), key="one")
    head = api.head()
    other = api.post(f"{infusion}/facts", sample.fact({**sample.FIX, "value": "6"}), key="one")
    elsewhere = api.post(f"{infusion}/determinations", {"agreement_id": "a", "milestone": "b"}, key="one")
    for answer in (other, elsewhere):
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "idempotency-key-reused")
    assert api.head() == head


def test_a_key_belongs_to_its_principal(api: Api) -> None:
    assert api.post("/v1/infusions", sample.INFUSION, key="one").status_code == 201
    answer = api.post("/v1/infusions", sample.INFUSION, key="one", by="htc_clerk")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "one-per-lifetime")


def test_every_post_needs_a_key_of_its_own(api: Api, infusion: str) -> None:
    described = api.client.get("/openapi.json").json()["paths"]
    for path, methods in described.items():
        if "post" not in methods:
            continue
        address = path.replace("{code}", infusion.rsplit("/", 1)[1])
        answer = api.client.post(address, headers=api.headers(_one_who_may(methods["post"]["operationId"])))
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "idempotency-key-required"), path


def _one_who_may(operation: str) -> str:
    return (
        "approver"
        if operation in ("approve_determination", "approve_waiver", "return_determination")
        else "coordinator"
    )


@pytest.mark.parametrize("match", ['"1"', '"99"', "2", "*", 'W/"2"', '"2", "3"'])
def test_a_fact_on_another_version_is_refused(api: Api, infusion: str, match: str) -> None:
    head = api.head()
    answer = api.post(f"{infusion}/facts", sample.fact(), match=match)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (412, "version-changed")
    assert api.head() == head


def test_a_decision_without_its_version_is_refused(api: Api, infusion: str) -> None:
    nothing = "00000000-0000-0000-0000-000000000000"
    answers = [
        api.post(f"{infusion}/determinations/{nothing}/approvals", by="approver"),
        api.post(f"{infusion}/determinations/{nothing}/returns", {"reason": "terms_questioned"}, by="approver"),
        api.post(f"{infusion}/waivers/{nothing}/approvals", by="approver"),
    ]
    assert {(answer.status_code, answer.json()["errors"][0]["code"]) for answer in answers} == {
        (428, "version-required")
    }


def test_an_id_that_is_none_is_absent(api: Api, infusion: str) -> None:
    body = {"occurred_on": "2027-06-01", "reason": "duplicate"}
    assert api.post(f"{infusion}/facts/not-an-id/retractions", body).status_code == 404
    assert api.post(f"{infusion}/determinations/7/approvals", by="approver", match='"2"').status_code == 404


def test_the_etag_of_a_past_reading_is_the_version_of_that_time(api: Api, infusion: str) -> None:
    then = api.get(infusion)
    api.post(f"{infusion}/facts", sample.fact())
    for read in ("", "/timeline", "/schedule", "/evidence", "/determinations"):
        past = api.get(f"{infusion}{read}", known_at=then.json()["known_at"])
        assert (past.headers["ETag"], api.etag(f"{infusion}{read}")) == (then.headers["ETag"], '"3"')


def test_an_infusion_that_others_keep_writing_to_is_busy_and_not_changed(
    api: Api, infusion: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = api.head()
    monkeypatch.setattr(api.services.tracker, "execute", lambda *_, **__: api.services.tracker.busy())
    answer = api.post(f"{infusion}/facts", sample.fact())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert api.head() == head


def test_the_same_request_from_many_at_once_is_carried_out_once(api: Api, infusion: str) -> None:
    head = api.head()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: api.post(f"{infusion}/facts", sample.fact(), key="one"), range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1
    assert api.head() == head + 1
