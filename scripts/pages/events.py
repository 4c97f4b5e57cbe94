"""The page of all events, from the models, so that it cannot say anything else than the code."""

import inspect
from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter

from oba.document.events import DOCUMENT_EVENT_TYPES
from oba.facts.any_fact import FACT_TYPES
from oba.facts.base import Body, Fact
from oba.infusion.events import CORRECTION_TYPES, DECISION_TYPES
from oba.money import Amount
from oba.units import Code, Digest, Number

OPENING = """# Events

This page is written by `python -m scripts.pages` from the models; a test checks that it is current.

Every event carries besides its own fields: `event_id`, `stream_id` and `version` (its place in the stream), `position`
(its place in the log: knowledge order), `occurred_on` (local date at the HTC) and, where known, `occurred_at` (instant
with offset), `recorded_at` (when we knew it; stamped in the append), `actor`, `source` (system, digests of document and
accession number), `command_id` and `correlation_id`. No event holds a direct identifier of a patient or free text.

A *code* is 1 to 80 letters, digits and `. _ : / -`; a *digest* is 64 hexadecimal digits; a *day* is `YYYY-MM-DD`.

The stored name of an event is stable and versioned; it follows neither modules nor class names.
"""

SECTIONS: tuple[tuple[str, str, tuple[type[Body], ...]], ...] = (
    ("Facts", "What is reported about the infusion. A fact is never edited.", FACT_TYPES),
    ("Corrections", "One more fact about an earlier fact. The stream keeps both.", CORRECTION_TYPES),
    ("Decisions", "What the parties and the engine decided.", DECISION_TYPES),
    ("Documents", "The life of an agreement, payer rule or follow-up plan.", DOCUMENT_EVENT_TYPES),
)


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([OPENING, *(line for section in SECTIONS for line in _section(*section))]).rstrip() + "\n"


def _section(title: str, sentence: str, events: tuple[type[Body], ...]) -> Iterator[str]:
    yield f"## {title}\n\n{sentence}\n"
    for event in events:
        yield from _event(event)


def _event(event: type[Body]) -> Iterator[str]:
    yield f"### {event.__name__}\n"
    yield f"{inspect.cleandoc(event.__doc__ or '')}\n"
    yield f"Stored as `{event.topic()}`{_timing(event)}.\n"
    schema = event.model_json_schema(mode="validation")
    fields = [(name, node) for name, node in schema["properties"].items() if name != "kind"]
    if fields:
        yield "| field | content | left out |\n|---|---|---|"
        for name, node in fields:
            yield f"| `{name}` | {_content(node)} | {_left_out(event, name)} |"
        yield ""


def _timing(event: type[Body]) -> str:
    early = issubclass(event, Fact) and event.TIMING == "any_day"
    return "; may lie before Day 0" if early else ""


def _left_out(event: type[Body], name: str) -> str:
    field = event.model_fields[name]
    if field.is_required():
        return "never"
    if field.default is None:
        return "when not known"
    return f"means `{field.default}`" if field.default != "" else "means exactly"


def _content(node: dict[str, Any]) -> str:
    if "$ref" in node:
        return f"`{node['$ref'].rsplit('/', 1)[-1].split('[')[0]}`"
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        return ", ".join(f"`{value or '(exact)'}`" for value in node["enum"])
    if "anyOf" in node or "oneOf" in node:
        parts = [part for part in node.get("anyOf") or node["oneOf"] if part.get("type") != "null"]
        return _content(parts[0]) if len(parts) == 1 else "one of the kinds of this page"
    match node.get("type"):
        case "array":
            return f"list of {_content(node['items'])}" if "items" in node else "list"
        case "string":
            return _text(node)
        case "integer":
            return f"whole number{_limits(node)}"
        case "boolean":
            return "true or false"
        case _:
            return "map"


_FORMATS = {"date": "day", "date-time": "instant with offset", "uuid": "id"}
_PATTERNS = {
    TypeAdapter(Code).json_schema()["pattern"]: "code",
    TypeAdapter(Digest).json_schema()["pattern"]: "digest",
    TypeAdapter(Number).json_schema()["pattern"]: "number, written as text",
    TypeAdapter(Amount).json_schema()["pattern"]: "amount, written as text with two places",
}


def _text(node: dict[str, Any]) -> str:
    if "format" in node:
        return _FORMATS[node["format"]]
    if "pattern" not in node:
        return "text"
    return _PATTERNS.get(node["pattern"], f"text like `{node['pattern']}`")


def _limits(node: dict[str, Any]) -> str:
    low, high = node.get("minimum"), node.get("maximum")
    if low is not None and high is not None:
        return f" from {low} to {high}"
    return f" from {low}" if low is not None else ""
