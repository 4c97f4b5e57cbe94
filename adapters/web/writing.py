"""What every command over the API shares: the idempotency key, the version it rests on, and the form of its answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias
from uuid import UUID

from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse, Response

from adapters.answer import Answer
from adapters.bootstrap import Services
from adapters.web.access import Asker, TheAsker, TheServices
from adapters.web.acting import check_own
from adapters.web.attesting import check_reporting
from adapters.web.bodies import Told
from adapters.web.opened import find
from adapters.web.position_token import HEADER, write_position
from adapters.web.problem import not_found, of_refusal, refused
from adapters.web.sight import Sight
from oba.identity import canonical, derived_id
from oba.infusion.commands import InfusionCommand, When
from oba.infusion.state import InfusionState
from oba.problems import Refusal

_KEY = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)
IdempotencyKey: TypeAlias = Annotated[
    str | None, Header(alias="Idempotency-Key", description="names this request for ever; required")
]
IfMatch: TypeAlias = Annotated[str | None, Header(alias="If-Match", description="the ETag that the decision rests on")]


class Repeated(Exception):
    """The request was answered before; it ends here with that answer."""

    def __init__(self, answer: JSONResponse) -> None:
        super().__init__("answered before")
        self.answer = answer


def of_repeated(_request: Request, repeated: Exception) -> Response:
    """The first answer."""
    assert isinstance(repeated, Repeated)
    return repeated.answer


@dataclass(frozen=True)
class Writing:
    """One command under way: who asks, under which key, on which version."""

    request: Request
    services: Services
    asker: Asker
    key: str
    if_match: int | None

    @property
    def command_id(self) -> UUID:
        """The id of the command: the same key of the same principal gives the same id for ever."""
        return derived_id("command", self.asker.principal_id, self.key)

    @property
    def content(self) -> str:
        """Address and body as one text; the tracker keeps a keyed digest of it only."""
        return canonical({"path": self.request.url.path, "body": getattr(self.request.state, "body", None)})

    def state(self, code: str) -> InfusionState:
        """The infusion that the command is about; 404 for what is not the asker's.

        A repeated request is answered as the first time, before anything else is looked at: the world may have moved.
        """
        asking = self.services.tracker.asking(self.asker.principal_id, self.key, self.content)
        earlier = asking.earlier(self.services.tracker.log)
        if earlier is not None:
            raise Repeated(answered(self.services, earlier))
        return find(self.services, self.asker, code)

    def head(self, state: InfusionState) -> dict[str, Any]:
        """What every command on an infusion begins with."""
        return {"command_id": self.command_id, "infusion_id": state.infusion_id, "actor": self.asker.principal_id}

    def about(self, code: str, **content: Any) -> dict[str, Any]:
        """A command on an infusion; 404 where it is about an agreement, proposal or request of somebody else."""
        state = self.state(code)
        self.check_own(state, content)
        return {**self.head(state), **content}

    def check_own(self, state: InfusionState, content: Mapping[str, Any]) -> None:
        """404 where a payer's command names what is not the payer's own."""
        check_own(Sight(self.asker.scope, state, self.services.tracker.shelf()), content)

    def told(self, code: str, body: Told, **content: Any) -> dict[str, Any]:
        """A command that reports a fact, or goes back to one: day and instant are fixed by the calendar of the HTC."""
        state = self.state(code)
        self.check_own(state, {**content, "fact": getattr(body, "fact", None)})
        check_reporting(self.asker, state, getattr(body, "fact", None), content.get("fact_id"))
        when = fixed(self.services.tracker.when(state, body.occurred_on, body.occurred_at))
        return {**self.head(state), "when": when, **content}

    def must_match(self) -> None:
        """428 where the request does not name the version that it rests on."""
        if self.if_match is None:
            remedy = "read the infusion and send its ETag as If-Match"
            raise refused(428, "version-required", "the request does not name the version it rests on", remedy)

    def run(self, command: InfusionCommand) -> JSONResponse:
        """Execute a command of an infusion and answer."""
        answer = self.services.tracker.execute(
            command,
            principal=self.asker.principal_id,
            key=self.key,
            request_hash=self.content,
            expected_version=self.if_match,
        )
        return answered(self.services, answer)


def idempotency_key(key: IdempotencyKey = None) -> str:
    """The key of the request; 400 where it is missing or not 1 to 255 visible ASCII characters."""
    if key is None or not _KEY.fullmatch(key):
        remedy = "send a fresh Idempotency-Key of 1 to 255 visible ASCII characters, and the same one when you repeat"
        raise refused(400, "idempotency-key-required", "the request has no usable key of its own", remedy)
    return key


def version_in(if_match: str | None) -> int | None:
    """The stream version that an If-Match names; None without one; 412 for what no answer of ours ever named."""
    if if_match is None:
        return None
    if not re.fullmatch(r'"[0-9]{1,9}"', if_match, re.ASCII):
        raise refused(412, "version-changed", "this is no version of the infusion", "read it again and use its ETag")
    return int(if_match.strip('"'))


def writing(
    request: Request,
    services: TheServices,
    asker: TheAsker,
    key: Annotated[str, Depends(idempotency_key)],
    if_match: IfMatch = None,
) -> Writing:
    """The command under way, before its body is read."""
    return Writing(request, services, asker, key, version_in(if_match))


def fixed(when: When | Refusal) -> When:
    """Day and instant as they are fixed for good; raises Refused when neither is said or the two disagree."""
    if isinstance(when, Refusal):
        raise of_refusal(when)
    return when


def id_in(text: str) -> UUID:
    """The id in an address; 404 for what is no id."""
    try:
        return UUID(text)
    except ValueError:
        raise not_found() from None


TheWriting: TypeAlias = Annotated[Writing, Depends(writing)]


def answered(services: Services, result: Answer | Refusal) -> JSONResponse:
    """The answer of a command: the events that came of it, or the refusal as a problem."""
    if isinstance(result, Refusal):
        raise of_refusal(result)
    content = {name: part for name, part in sorted(result.answer.items()) if name != "position"}
    headers = {"ETag": f'"{content["version"]}"', HEADER: write_position(services, result.answer["position"])}
    if result.replayed:
        headers["Idempotent-Replayed"] = "true"
    return JSONResponse(content, 201, headers)
