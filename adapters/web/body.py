"""Our own reader of bodies: a cap, one media type, strict JSON, the project's own types, problems with pointers."""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, ValidationError

from adapters.web.plain_values import Digester, digested, plain_pointer
from adapters.web.problem import Refused, of_problems, refused
from adapters.web.strict_json import NotJson, flaws, parse, token
from oba.problems import Problem, problems_of

MOST_BYTES = 1024 * 1024
B = TypeVar("B", bound="RequestBody")


class RequestBody(BaseModel):
    """What every body shares: closed, unchangeable."""

    model_config = ConfigDict(frozen=True, extra="forbid")


async def raw_body(request: Request) -> bytes:
    """The bytes of the body; 415 unless plain application/json, 413 above 1 MiB, before anything is parsed."""
    _check_media_type(request)
    if int(request.headers.get("content-length", "0") or "0") > MOST_BYTES:
        raise _too_large()
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > MOST_BYTES:
            raise _too_large()
    return bytes(chunks)


def _check_media_type(request: Request) -> None:
    media_type, _, parameter = request.headers.get("content-type", "").partition(";")
    plain = parameter.strip().lower() in {"", "charset=utf-8"}
    if media_type.strip().lower() != "application/json" or not plain or "content-encoding" in request.headers:
        remedy = "send application/json in UTF-8, without content encoding"
        raise refused(415, "media-type", "the body is not of a media type that is read here", remedy)


def _too_large() -> Refused:
    return refused(413, "body-too-large", "the body is larger than 1 MiB", "send less in one request")


def read_object(raw: bytes) -> dict[str, Any]:
    """The JSON object that the bytes write; raises Refused with every flaw that reading can find."""
    try:
        value = parse(raw)
    except NotJson as error:
        raise of_problems(400, (error.problem,)) from None
    found = tuple(flaws(value))
    if found:
        raise of_problems(400 if any(flaw.code == "duplicate-key" for flaw in found) else 422, found)
    if not isinstance(value, dict):
        raise refused(422, "not-an-object", "the body is not a JSON object", "send a JSON object", pointer="")
    return value


def read_model(model: type[B], value: dict[str, Any], digest: Digester) -> B:
    """The object as a model, its plain references digested first; raises Refused with all problems."""
    content, problems = digested(value, digest)
    try:
        body = model.model_validate(content)
    except ValidationError as error:
        raise of_problems(422, (*problems, *_problems(error, content))) from None
    if problems:
        raise of_problems(422, problems)
    return body


def _problems(error: ValidationError, content: Any) -> tuple[Problem, ...]:
    """The problems at their places in the body as it was sent; a name that is not shaped like a field's is not said."""
    return tuple(
        problem.model_copy(update={"pointer": _pointer(problem.pointer or "")})
        for problem in problems_of(error, content=content)
    )


def _pointer(pointer: str) -> str:
    return plain_pointer("/".join(token(part) if part else "" for part in pointer.split("/")))


def reads(model: type[B]) -> Callable[..., B]:
    """The dependency that reads the body as a model."""

    def read(request: Request, raw: bytes = Depends(raw_body)) -> B:
        value = read_object(raw)
        request.state.body = value
        return read_model(model, value, request.app.state.services.tracker.records.vault.digest)

    return read


def documents(model: type[BaseModel]) -> dict[str, Any]:
    """The part of the OpenAPI description that says what body a route reads."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
