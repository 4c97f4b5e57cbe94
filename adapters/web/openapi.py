"""The description of the API (OpenAPI 3.1): bodies come from the models that read them, problems are described once."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from adapters.web.answers import REF, ROWS, CommandAnswer, answer_schema, answer_schemas
from adapters.web.bodies import REQUEST_MODELS
from adapters.web.plain_values import plain_schema
from adapters.web.position_token import HEADER
from adapters.web.problem import MEDIA_TYPE, ProblemDocument

TITLE = "Outcomes-based agreements: milestones, determinations, refund triggers"
_NOT_OURS = ("HTTPValidationError", "ValidationError")


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of the application; built once."""
    if not app.openapi_schema:
        document = get_openapi(title=app.title, version=app.version, openapi_version="3.1.0", routes=app.routes)
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.update({**_schemas(), **answer_schemas()})
        for name in _NOT_OURS:
            schemas.pop(name, None)
        for operation in operations(document).values():
            _describe_operation(operation)
        app.openapi_schema = document
    return app.openapi_schema


def _describe_operation(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    responses["default"] = _problem_response()
    schema = answer_schema(operation["operationId"])
    if operation["operationId"] in ROWS:
        responses["200"]["headers"] = {HEADER: _KNOWS}
    if schema is not None:
        responses["200"]["content"] = {"application/json": {"schema": schema}}
    if "201" in responses:
        responses["201"] = _COMMAND_RESPONSE
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "Idempotency-Key":
            parameter["required"] = True


def _schemas() -> dict[str, Any]:
    bodies = models_json_schema([(model, "validation") for model in REQUEST_MODELS], ref_template=REF)[1]
    problem = models_json_schema([(ProblemDocument, "validation")], ref_template=REF)[1]
    described: dict[str, Any] = {**plain_schema(bodies["$defs"]), **problem["$defs"]}
    return described


_TEXT = {"schema": {"type": "string"}}
_KNOWS = {"description": f"what the answer knows; send it as {HEADER} with a list that must know it too", **_TEXT}
_COMMAND_RESPONSE = {
    "description": "done, now or when the same request was made before",
    "headers": {
        "ETag": {"description": "the version of the infusion after the command", **_TEXT},
        HEADER: _KNOWS,
        "Idempotent-Replayed": {"description": "`true` where this is the answer of an earlier request", **_TEXT},
    },
    "content": {"application/json": {"schema": {"$ref": REF.format(model=CommandAnswer.__name__)}}},
}


def _problem_response() -> dict[str, Any]:
    schema = {"$ref": REF.format(model=ProblemDocument.__name__)}
    return {"description": "refused; nothing was changed", "content": {MEDIA_TYPE: {"schema": schema}}}


def operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Every operation of a description by method and path."""
    return {
        (method.upper(), path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def parameters(document: dict[str, Any]) -> dict[str, frozenset[str]]:
    """The names of the query parameters that each operation knows."""
    return {
        operation["operationId"]: frozenset(
            part["name"] for part in operation.get("parameters", ()) if part["in"] == "query"
        )
        for operation in operations(document).values()
    }
