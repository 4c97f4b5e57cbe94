"""One line when a store answers again: without it nobody who reads the journal knows when an outage was over."""

import logging
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOG = logging.getLogger("oba.web")
_AWAY: Final = 503
_FAULT: Final = 500
_OF_STORES: Final = "/v1/"


class TellingReturn:
    """An application around another one: the first answer from a store after a 503 is worth a line."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner
        self._away = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, and look at how it was answered."""

        async def looking(message: Message) -> None:
            if message["type"] == "http.response.start" and str(scope.get("path")).startswith(_OF_STORES):
                self._answered(int(message["status"]))
            await send(message)

        await self._inner(scope, receive, looking)

    def _answered(self, answered: int) -> None:
        if answered == _AWAY:
            self._away = True
        elif self._away and answered < _FAULT:
            self._away = False
            _LOG.info("the store answers again")
