"""A judge of answers by the part of JSON Schema in which the API describes its answers."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}
_FORMATS: dict[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "date-time": datetime.fromisoformat,
    "uuid": UUID,
}
_SAYS_NOTHING = {"title", "description", "default", "examples"}
_JUDGED = {"$ref", "anyOf", "enum", "const", "type", "format", "pattern", "properties", "required", "items", "minimum"}
_JUDGED |= {"additionalProperties"}


def faults(value: Any, schema: dict[str, Any], schemas: dict[str, Any], place: str = "") -> Iterator[str]:
    """Where a value is not what the schema says; a word of the schema that is not judged here is a fault as well."""
    yield from (f"{place}: {word} is not judged" for word in set(schema) - _SAYS_NOTHING - _JUDGED)
    if "$ref" in schema:
        yield from faults(value, schemas[schema["$ref"].rsplit("/", 1)[1]], schemas, place)
    if "anyOf" in schema and all(any(faults(value, one, schemas)) for one in schema["anyOf"]):
        yield f"{place}: none of the choices"
    if value not in schema.get("enum", [value]) or value != schema.get("const", value):
        yield f"{place}: not one of the values"
    if "type" in schema and not _is_of(value, schema["type"]):
        yield f"{place}: not of type {schema['type']}"
    elif isinstance(value, str):
        yield from _text_faults(value, schema, place)
    elif isinstance(value, dict):
        yield from _object_faults(value, schema, schemas, place)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from faults(one, schema.get("items", {}), schemas, f"{place}/{number}")
    elif isinstance(value, int) and value < schema.get("minimum", value):
        yield f"{place}: below the minimum"


def _is_of(value: Any, types: str | list[str]) -> bool:
    named = [types] if isinstance(types, str) else types
    numeric = not isinstance(value, bool) or "boolean" in named
    return numeric and any(isinstance(value, _TYPES[one]) for one in named)


def _text_faults(value: str, schema: dict[str, Any], place: str) -> Iterator[str]:
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{place}: not of the form"
    if "format" in schema:
        try:
            _FORMATS[schema["format"]](value)
        except ValueError:
            yield f"{place}: no {schema['format']}"


def _object_faults(value: dict[str, Any], schema: dict[str, Any], schemas: dict[str, Any], place: str) -> Iterator[str]:
    known = schema.get("properties", {})
    yield from (f"{place}/{name}: missing" for name in schema.get("required", ()) if name not in value)
    for name, inner in value.items():
        if name in known:
            yield from faults(inner, known[name], schemas, f"{place}/{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{place}/{name}: not described"
