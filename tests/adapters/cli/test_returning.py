"""The end of an outage is worth one line."""

import asyncio
import logging

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message

from adapters.cli.returning import TellingReturn


async def answer(request: Request) -> Response:
    return Response(status_code=int(request.path_params["code"]))


def ask(app: TellingReturn, path: str) -> None:
    """One request without a body."""

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        assert message["type"].startswith("http.response")

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    asyncio.run(app(scope, receive, send))


def test_the_first_answer_after_an_outage_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    app = TellingReturn(Starlette(routes=[Route("/v1/{code}", answer), Route("/healthz/{code}", answer)]))
    with caplog.at_level(logging.INFO, "oba.web"):
        for path in ("/v1/200", "/v1/503", "/v1/500", "/healthz/200"):
            ask(app, path)
        assert caplog.messages == []
        for path in ("/v1/404", "/v1/200"):
            ask(app, path)
    assert caplog.messages == ["the store answers again"]
