"""Problems as `application/problem+json` (RFC 9457): field and remedy, never the input, never an exception's text."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from oba.problems import Problem, Refusal

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:oba:problem:"
STATUS_OF_KIND = {"invalid": 422, "conflict": 409, "not_found": 404, "forbidden": 403, "stale": 412}
_PARAMETERS = {"/known_at": "known_at", "/as_of": "as_of"}
"""Problems that the rooms behind see in a parameter of the address."""
STATUS_OF_CODE = {"idempotency-key-reused": 422, "busy": 503}
_AGAIN_IN_SECONDS = {503: {"Retry-After": "1"}}


class ErrorItem(BaseModel):
    """One thing that is wrong: where (pointer into the body, or parameter of the address), what, and what mends it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pointer: str | None = None
    parameter: str | None = None
    code: str
    message: str
    remedy: str


class ProblemDocument(BaseModel):
    """The answer to a request that was refused: nothing was changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: tuple[ErrorItem, ...]


class Refused(Exception):
    """A request that ends here, with its HTTP status, its problems and the headers that go with them."""

    def __init__(self, status: int, errors: tuple[ErrorItem, ...], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(errors[0].code)
        self.status = status
        self.errors = errors
        self.headers = dict(headers or {})


def refused(status: int, code: str, message: str, remedy: str, **place: str) -> Refused:
    """A request refused for one reason; `pointer` or `parameter` says where."""
    return Refused(status, (ErrorItem(code=code, message=message, remedy=remedy, **place),))


def not_found() -> Refused:
    """The one answer for what is absent and for what is not the asker's."""
    return refused(404, "not-found", "there is nothing here that you may see", "check the address and your access")


def of_problems(status: int, problems: tuple[Problem, ...]) -> Refused:
    """A request refused for problems of its body."""
    return Refused(status, tuple(_item(problem, problem.pointer) for problem in problems))


def of_refusal(refusal: Refusal) -> Refused:
    """The HTTP form of a refusal: its kind gives the status, a few codes have one of their own."""
    status = STATUS_OF_CODE.get(refusal.problems[0].code, STATUS_OF_KIND[refusal.kind])
    return Refused(
        status, tuple(_of_the_domain(problem) for problem in refusal.problems), _AGAIN_IN_SECONDS.get(status)
    )


def _of_the_domain(problem: Problem) -> ErrorItem:
    parameter = _PARAMETERS.get(problem.pointer or "")
    pointer = None if parameter else (problem.pointer or "").removeprefix("/when") or None
    return _item(problem, pointer, parameter)


def _item(problem: Problem, pointer: str | None, parameter: str | None = None) -> ErrorItem:
    return ErrorItem(
        pointer=pointer, parameter=parameter, code=problem.code, message=problem.message, remedy=problem.remedy
    )


def document(request_id: str, problem: Refused) -> dict[str, Any]:
    """The problem as plain data; empty members of an error are left out."""
    first = problem.errors[0]
    answer = ProblemDocument(
        type=TYPE_PREFIX + first.code,
        title=first.code.replace("-", " ").capitalize(),
        status=problem.status,
        detail=f"{first.message}. Remedy: {first.remedy}",
        instance=f"urn:uuid:{request_id}",
        errors=problem.errors,
    )
    return answer.model_dump(mode="json", exclude_none=True)


def answer_problem(request_id: str, problem: Refused) -> JSONResponse:
    """The HTTP answer of a refused request."""
    return JSONResponse(document(request_id, problem), problem.status, problem.headers, MEDIA_TYPE)


_OF_STATUS = {
    404: ("not-found", "there is nothing here that you may see", "check the address and your access"),
    405: ("method-not-allowed", "the address does not know this method", "use one of the methods named in Allow"),
}


def _of_http(error: HTTPException) -> Refused:
    fallback = ("request-refused", "the request was refused", "compare it with /openapi.json")
    code, message, remedy = _OF_STATUS.get(error.status_code, fallback)
    return Refused(error.status_code, (ErrorItem(code=code, message=message, remedy=remedy),), error.headers)


def _of_parameters(error: RequestValidationError) -> Refused:
    return Refused(422, tuple(_parameter(detail) for detail in error.errors()))


def _parameter(detail: Mapping[str, Any]) -> ErrorItem:
    place = str(detail["loc"][1]) if len(detail["loc"]) > 1 else "request"
    if detail["type"] == "missing":
        return ErrorItem(parameter=place, code="missing-parameter", message="a parameter is missing", remedy="add it")
    if detail["type"] == "value_error":
        message, _, remedy = str(detail["ctx"]["error"]).partition("; ")
        return ErrorItem(
            parameter=place, code="invalid-parameter", message=message, remedy=remedy or "correct the parameter"
        )
    return ErrorItem(
        parameter=place,
        code="invalid-parameter",
        message="the parameter is not of the right kind or range",
        remedy="compare it with /openapi.json",
    )


def install(app: FastAPI) -> None:
    """Make every refusal of the application a problem document."""

    def of_refused(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Refused)
        return answer_problem(request.state.request_id, error)

    def of_http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return answer_problem(request.state.request_id, _of_http(error))

    def of_parameters(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        return answer_problem(request.state.request_id, _of_parameters(error))

    app.add_exception_handler(Refused, of_refused)
    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(RequestValidationError, of_parameters)
