"""The outermost layer: a request id, headers that close the browser's doors, exceptions named by their type only."""

import logging
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.clock import new_id
from adapters.web.problem import answer_problem, refused

LOG = logging.getLogger("oba.web")
SECURITY_HEADERS = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


class QuietMiddleware:
    """Wraps the application: nothing of a request but its id, method, operation and status reaches a log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = str(new_id())
        scope.setdefault("state", {})["request_id"] = request_id
        answer = _Answer(request_id, send)
        try:
            await self._app(scope, receive, answer)
        except Exception as error:  # noqa: BLE001 - the last door: answered with 500 and logged by type
            LOG.error("request %s failed: %s in %s", request_id, type(error).__name__, _place(error))
            if answer.begun:
                return
            remedy = "send it again with the same key; nothing is done twice"
            problem = refused(500, "internal-error", "the request failed here", remedy)
            await answer_problem(request_id, problem)(scope, receive, answer)
        LOG.info("request %s %s %s %s", request_id, scope["method"], _operation(scope), answer.status)


class _Answer:
    """Passes an answer on with the headers that every answer has."""

    def __init__(self, request_id: str, send: Send) -> None:
        self._headers = (*SECURITY_HEADERS, (b"x-request-id", request_id.encode()))
        self._send = send
        self.begun = False
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun, self.status = True, message["status"]
            message = {**message, "headers": [*message.get("headers", ()), *self._headers]}
        await self._send(message)


def _place(error: BaseException) -> str:
    """Module and line of the innermost frame; never a message, which may carry values."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace else "nowhere"


def _operation(scope: Scope) -> str:
    route: Any = scope.get("route")
    return str(getattr(route, "name", "unknown"))
