"""Reading at two clocks, lists by pages, and parameters that must be right."""

from datetime import timedelta

import pytest

from tests.support import samples as sample
from tests.support.api import NOW, Api


def registered(api: Api, number: int) -> str:
    """The code of one more infusion, of another patient."""
    patient = {**sample.PATIENT, "family_name": f"Quackenbush {'i' * (number + 1)}"}
    body = {**sample.INFUSION, "patient": patient, "occurred_at": f"2026-11-{number + 1:02d}T15:00:00Z"}
    answer = api.post("/v1/infusions", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


def test_now_is_resolved_once_and_told(api: Api, infusion: str) -> None:
    content = api.get(infusion).json()
    assert content["as_of"] == "2027-06-15"
    again = api.get(infusion, known_at=content["known_at"], as_of=content["as_of"])
    assert again.json() == content


def test_an_instant_that_is_not_yet_past_is_refused(api: Api, infusion: str) -> None:
    for instant in (NOW + timedelta(seconds=1), NOW + timedelta(days=400)):
        answer = api.get(infusion, known_at=instant.isoformat())
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "known-at-not-past")
        assert answer.json()["errors"][0]["parameter"] == "known_at"


@pytest.mark.parametrize("instant", ["2027-01-01", "2027-01-01T00:00:00", "yesterday", "0", "2027-01-01T00:00:60Z"])
def test_an_instant_without_offset_is_refused(api: Api, infusion: str, instant: str) -> None:
    answer = api.get(infusion, known_at=instant)
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "known_at")
    assert instant not in answer.text.replace("urn:oba", "") or instant == "0"


@pytest.mark.parametrize("day", ["0", "1709164800", "2023-02-29", "06/07/2024", "2027-01-01T00:00:00Z", "9999-12-31"])
def test_a_day_that_is_none_is_refused(api: Api, infusion: str, day: str) -> None:
    answer = api.get(f"{infusion}/schedule", as_of=day)
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "as_of")


def test_before_it_was_known_an_infusion_is_absent(api: Api, infusion: str) -> None:
    assert api.get(infusion, known_at="2027-06-15T16:59:59Z").status_code == 404


def test_a_fact_after_the_day_of_asking_is_not_used(api: Api, infusion: str) -> None:
    api.post(f"{infusion}/facts", sample.fact())
    kinds = [item["kind"] for item in api.get(f"{infusion}/evidence", as_of="2027-05-13").json()["items"]]
    assert sorted(kinds) == ["enrolled_under_agreement", "infused"]
    assert len(api.get(f"{infusion}/timeline", as_of="2027-05-13").json()["events"]) == 2


@pytest.mark.parametrize("path", ["infusions", "refund-triggers", "data-request-windows", "worklist"])
def test_a_list_refuses_a_past_knowledge_and_says_why(api: Api, path: str) -> None:
    answer = api.get(f"/v1/{path}", known_at="2027-01-01T00:00:00Z")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "known-at-not-on-lists")


def test_a_list_is_read_page_by_page(api: Api) -> None:
    codes = [registered(api, number) for number in range(5)]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    pages = 0
    while True:
        answer = api.get("/v1/infusions", limit="2", **cursor).json()
        seen += [row["infusion_code"] for row in answer["data"]]
        pages += 1
        assert answer["has_more"] is (answer["next_cursor"] is not None)
        if not answer["has_more"]:
            break
        cursor = {"cursor": answer["next_cursor"]}
    assert (seen, pages) == (codes, 3)


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"limit": "0"}, "invalid-parameter"),
        ({"limit": "501"}, "invalid-parameter"),
        ({"limit": "many"}, "invalid-parameter"),
        ({"cursor": "nonsense"}, "invalid-cursor"),
        ({"cursor": "WyJhIl0"}, "invalid-cursor"),
        ({"cursor": "x" * 401}, "invalid-parameter"),
        ({"payer": "PAY-1"}, "unknown-parameter"),
        ({"Limit": "2"}, "unknown-parameter"),
        ({"Rosalind Quackenbush": "1"}, "unknown-parameter"),
    ],
)
def test_a_wrong_parameter_is_refused(api: Api, parameters: dict[str, str], code: str) -> None:
    answer = api.get("/v1/infusions", **parameters)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)
    assert "Quackenbush" not in answer.text


def test_a_repeated_parameter_is_refused(api: Api) -> None:
    answer = api.client.get("/v1/infusions?limit=1&limit=2", headers=api.headers("coordinator"))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "repeated-parameter")


def test_a_parameter_with_control_characters_is_refused(api: Api, infusion: str) -> None:
    answer = api.get(f"{infusion}/determinations", milestone="month\u0000-6")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "text-characters")


@pytest.mark.parametrize("period", ["2027Q5", "Q22027", "2027", "2027-2", "2027q2"])
def test_a_period_that_is_none_is_refused(api: Api, period: str) -> None:
    answer = api.get("/v1/exports/triggers", payer="PAY-1", period=period)
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "period")


def test_a_missing_parameter_is_named(api: Api) -> None:
    answer = api.get("/v1/exports/triggers", payer="PAY-1")
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["code"], error["parameter"]) == (422, "missing-parameter", "period")


def test_a_list_of_an_htc_is_asked_for_on_the_day_at_the_htc(api: Api) -> None:
    api.clock.move_by(timedelta(hours=8))
    days = {by: api.get("/v1/infusions", by=by).json()["as_of"] for by in ("coordinator", "htc_clerk")}
    assert days == {"coordinator": "2027-06-16", "htc_clerk": "2027-06-15"}


def test_a_view_that_stands_still_makes_the_service_not_ready(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    views = api.services.views.positions()
    stopped = (views[0].model_copy(update={"problem": "ValueError"}), *views[1:])
    monkeypatch.setattr(api.services.views, "positions", lambda: stopped)
    answer = api.get("/readyz", by=None)
    assert (answer.status_code, answer.json()["stopped_views"]) == (503, [views[0].view])
