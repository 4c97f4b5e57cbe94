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


_NOT_A_UUID = ("invalid-id", "the id is not a UUID", "give the id as the API answered it")
_OUT_OF_RANGE = ("out-of-range", "the value lies outside its range")
_WRONG_TYPE = ("invalid-type", "the value is of the wrong type")
_OWN_WORDS = {
    "uuid_parsing": _NOT_A_UUID,
    "uuid_type": _NOT_A_UUID,
    "string_pattern_mismatch": ("invalid-code", "the text has not the agreed form", "compare it with /openapi.json"),
    "literal_error": ("unknown-value", "the value is not one of those that are known here"),
    "greater_than": _OUT_OF_RANGE,
    "greater_than_equal": _OUT_OF_RANGE,
    "less_than": _OUT_OF_RANGE,
    "less_than_equal": _OUT_OF_RANGE,
    "string_type": _WRONG_TYPE,
    "int_type": _WRONG_TYPE,
    "bool_type": _WRONG_TYPE,
    "tuple_type": _WRONG_TYPE,
    "dict_type": _WRONG_TYPE,
    "model_type": _WRONG_TYPE,
    "model_attributes_type": _WRONG_TYPE,
}
"""Code and message for what the models refuse; where no remedy stands, the model's own sentence is one."""


def _problems(error: ValidationError, content: Any) -> tuple[Problem, ...]:
    details = error.errors(include_url=False, include_input=False)
    return tuple(
        _in_own_words(problem, str(detail["type"]), _pointer(detail["loc"], str(detail["type"]), content))
        for problem, detail in zip(problems_of(error), details, strict=True)
    )


def _in_own_words(problem: Problem, kind: str, pointer: str) -> Problem:
    code, message, *remedy = _OWN_WORDS.get(kind, (problem.code, problem.message, problem.remedy))
    own = remedy[0] if remedy else problem.message.removeprefix("input should ")
    return problem.model_copy(update={"code": code, "message": message, "remedy": own, "pointer": pointer})


def _pointer(loc: tuple[int | str, ...], kind: str, content: Any) -> str:
    """The pointer into the body as it was sent: the names of union members in a location are no part of it."""
    pointer, here = "", content
    for place, part in enumerate(loc):
        if isinstance(here, dict) and part in here:
            pointer, here = f"{pointer}/{token(part)}", here[part]
        elif isinstance(here, list) and isinstance(part, int):
            pointer, here = f"{pointer}/{part}", here[part]
        elif kind == "missing" and place == len(loc) - 1:
            pointer = f"{pointer}/{token(part)}"
    return plain_pointer(f"{pointer}/kind" if kind.startswith("union_tag") else pointer)


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
