"""What must never be said: identities in events, logs and errors, texts of exceptions, and anything to a browser."""

import asyncio
import logging
from datetime import date
from pathlib import Path

import pytest
from fastapi import Response
from starlette.types import Message, Receive, Scope, Send

from adapters.web.access import Asker
from adapters.web.lists import Listing
from adapters.web.problem import Refused
from adapters.web.quiet import QuietMiddleware
from adapters.web.scope import scope_of
from adapters.web.strict_json import token
from tests.support import samples as sample
from tests.support.api import Api

IDENTITY = (sample.GIVEN_NAME, sample.FAMILY_NAME, sample.MEMBER, sample.PATIENT["born_on"])
CANARIES = (*IDENTITY, sample.LOT, sample.ACCESSION, sample.CLAIM)


def found_in(content: bytes) -> list[str]:
    """The canaries that occur in bytes, in the usual encodings."""
    return [text for text in CANARIES if text.encode() in content or text.encode("utf-16-le") in content]


def test_an_identity_is_in_no_file_no_log_and_no_answer(
    api: Api, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    infusion = api.infusion()
    answers = [
        api.post(f"{infusion}/facts", sample.fact()),
        api.post("/v1/infusions", sample.INFUSION),
        api.post("/v1/infusions", {**sample.INFUSION, sample.FAMILY_NAME: sample.GIVEN_NAME}),
        api.post("/v1/infusions", {**sample.INFUSION, "occurred_at": sample.MEMBER}),
        api.post(f"{infusion}/facts", sample.fact({**sample.FIX, "kind": sample.FAMILY_NAME})),
        api.post(f"{infusion}/facts", sample.fact({**sample.FIX, "reagent": f"{sample.GIVEN_NAME} {sample.MEMBER}"})),
        api.post(f"{infusion}/facts", sample.fact({**sample.FIX, "value": sample.FAMILY_NAME})),
        api.post(f"{infusion}/facts", sample.fact({"kind": "fix_product_used", "bleed_fact_id": sample.FAMILY_NAME})),
        api.get(f"/v1/infusions/{sample.FAMILY_NAME}"),
        api.get("/v1/infusions", cursor=sample.FAMILY_NAME),
        api.get("/v1/infusions", **{sample.FAMILY_NAME: sample.GIVEN_NAME}),
        *(api.get(f"{infusion}{read}") for read in ("", "/timeline", "/evidence", "/schedule", "/determinations")),
        *(api.get(f"/v1/{path}") for path in ("infusions", "refund-triggers", "worklist")),
    ]
    assert {answer.status_code for answer in answers[1:11]} == {404, 409, 422}
    for answer in answers:
        assert not found_in(answer.content), (answer.status_code, answer.text)
        assert not found_in(repr(answer.headers).encode())
    said = [record.getMessage() for record in caplog.records if not record.name.startswith("httpx")]
    assert said
    assert not found_in("\n".join(said).encode())
    assert api.head() > 3
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or not found_in(file.read_bytes()), file.name


def test_an_unexpected_exception_is_a_500_without_its_text(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError(f"{sample.GIVEN_NAME} {sample.FAMILY_NAME}")

    monkeypatch.setattr(api.services.tracker, "register_infusion", fails)
    answer = api.post("/v1/infusions", sample.INFUSION)
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.json()["errors"][0]["code"] == "internal-error"
    assert not found_in(answer.content)
    assert not found_in(caplog.text.encode())
    assert "RuntimeError" in caplog.text
    assert answer.headers["x-request-id"] in caplog.text


def test_no_log_line_tells_of_codes_or_queries(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    infusion = api.infusion()
    caplog.set_level(logging.INFO, logger="oba.web")
    caplog.clear()
    api.get(infusion, as_of="2027-01-01")
    (line,) = [record.getMessage() for record in caplog.records if record.name == "oba.web"]
    assert line.endswith("GET read_infusion 200")


def test_an_audit_that_cannot_be_written_keeps_the_answer_back(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    infusion = api.infusion()

    def fails(**_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(api.services.tracker.records.audit, "record", fails)
    answer = api.get(infusion)
    assert answer.status_code == 500
    assert "3500000.00" not in answer.text


@pytest.mark.parametrize("path", ["/healthz", "/v1/infusions", "/v1/nothing", "/openapi.json"])
def test_every_answer_closes_the_doors_of_the_browser(api: Api, path: str) -> None:
    headers = api.get(path, by=None).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert len(headers["x-request-id"]) == 36


def test_a_request_id_is_ours_and_never_the_askers(api: Api) -> None:
    answer = api.client.get("/healthz", headers={"X-Request-Id": sample.FAMILY_NAME})
    assert sample.FAMILY_NAME not in answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "not-found"),
        ("GET", "/docs", 404, "not-found"),
        ("GET", "/v1/infusions/", 404, "not-found"),
        ("DELETE", "/v1/infusions", 405, "method-not-allowed"),
        ("PUT", "/healthz", 405, "method-not-allowed"),
    ],
)
def test_an_unknown_address_or_method_is_a_problem_too(
    api: Api, method: str, path: str, status: int, code: str
) -> None:
    answer = api.client.request(method, path, headers=api.headers("coordinator"))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_name_in_a_pointer_is_repeated_only_where_it_looks_like_a_field() -> None:
    assert [token(name) for name in ("value", "kit_lots", "Value", "a b", "é", "x" * 41, 3)] == [
        "value",
        "kit_lots",
        "*",
        "*",
        "*",
        "*",
        "3",
    ]


def test_the_vault_alone_knows_the_identity(api: Api) -> None:
    code = api.infusion().rsplit("/", 1)[1]
    tracker = api.services.tracker
    infusion_id = tracker.infusion_by_code(code)
    assert infusion_id is not None
    state = tracker.state(infusion_id)
    assert state is not None
    identity = tracker.records.vault.identity(state.infused.patient_token)
    assert identity is not None
    assert identity.family_name == sample.FAMILY_NAME


def test_an_exception_after_the_answer_has_begun_is_logged_by_type_and_said_no_more(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def breaks_off(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError(sample.FAMILY_NAME)

    sent: list[Message] = []

    async def keep(message: Message) -> None:
        sent.append(message)

    async def nothing() -> Message:
        return {"type": "http.disconnect"}

    asyncio.run(QuietMiddleware(breaks_off)({"type": "http", "method": "GET"}, nothing, keep))
    assert [message["type"] for message in sent] == ["http.response.start"]
    assert "RuntimeError" in caplog.text
    assert sample.FAMILY_NAME not in caplog.text


def test_the_start_and_end_of_the_server_pass_through(api: Api) -> None:
    with api.client as client:
        assert client.get("/healthz").status_code == 200


def test_somebody_who_may_see_nothing_gets_no_list(api: Api) -> None:
    nobody = Asker("PER-x", "PER-x", "arbitrator", None, scope_of("arbitrator", None, (), ()))
    with pytest.raises(Refused) as refused:
        _ = Listing(api.services, nobody, Response(), date(2027, 6, 15), 50, None, None).scope
    assert refused.value.status == 404
