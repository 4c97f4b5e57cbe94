"""What answers look like, for the description of the API: commands, readings of one infusion, pages of lists."""

from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, TypeAdapter
from pydantic.json_schema import models_json_schema

from oba.dates import Day, Instant
from oba.determination.determination import Finding
from oba.payer_rule import RequestVerdict
from oba.schedule import Phase
from projections import data_request_windows, infusions, refund_triggers, worklist
from projections.row import Row

REF: Final = "#/components/schemas/{model}"
ROWS: Final[dict[str, type[Row]]] = {
    "list_infusions": infusions.Row,
    "list_refund_triggers": refund_triggers.Row,
    "list_data_request_windows": data_request_windows.Row,
    "list_worklist": worklist.Row,
}
"""Lists over the views, and the row of each; fields of money are absent for an HTC."""
NOT_SERVED: Final = frozenset({"row_key", "position"})
"""The place of a row in its view, which says nothing to anybody."""
READINGS: Final = frozenset(
    {"read_infusion", "read_timeline", "read_schedule", "read_evidence", "list_determinations", "judge_data_request"}
)


COMPUTED: Final[dict[str, dict[str, Any]]] = {
    "list_refund_triggers": {"phase": Phase, "finding": Finding},
    "list_worklist": {"lane": worklist.Lane},
}
"""What is worked out for `as_of` when a list is read."""


class CommandAnswer(BaseModel):
    """The events that came of a command, where the stream stands after them, and what is implausible in them.

    `sealed` among the flags says that a fact came after consent was withdrawn, and does not count. The ids of what
    the command opened stand beside: a data request with its verdict, a proposed determination, a proposed waiver.
    """

    event_ids: tuple[UUID, ...]
    infusion_id: UUID
    code: str
    version: int
    recorded_at: Instant
    flags: tuple[str, ...]
    request_id: UUID | None = None
    verdict: RequestVerdict | None = None
    determination_id: UUID | None = None
    waiver_id: UUID | None = None


class InfusionAnswer(BaseModel):
    """The head of every reading of one infusion; with the same clocks the same answer is given for ever."""

    model_config = ConfigDict(extra="allow")

    infusion_id: UUID
    code: str
    version: int
    as_of: Day
    known_at: Instant


def answer_schema(operation: str) -> dict[str, Any] | None:
    """The schema of the good answer of an operation; None where its own description holds."""
    if operation in READINGS:
        return {"$ref": REF.format(model=InfusionAnswer.__name__)}
    if operation in ROWS:
        return _page_of({"$ref": REF.format(model=row_name(operation))})
    return None


def _page_of(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["data", "next_cursor", "has_more", "as_of", "as_of_recorded_at", "behind_seconds", "incomplete"],
        "properties": {
            "data": {"type": "array", "items": row},
            "next_cursor": {"type": ["string", "null"], "description": "gives the next page; null on the last one"},
            "has_more": {"type": "boolean"},
            "as_of": {"type": "string", "format": "date"},
            "as_of_recorded_at": {
                "type": ["string", "null"],
                "format": "date-time",
                "description": "the list knows what was recorded up to here; null before anything was",
            },
            "behind_seconds": {
                "type": "integer",
                "minimum": 0,
                "description": "age of the oldest thing that the list does not know; 0 only where it knows all",
            },
            "incomplete": {
                "type": "array",
                "items": {"type": "string"},
                "description": "codes of infusions that could not be worked out; no row with money is of them",
            },
        },
    }


def row_name(operation: str) -> str:
    """The name of a list's row in the description: `list_refund_triggers` has `RefundTriggersRow`."""
    return "".join(word.capitalize() for word in operation.removeprefix("list_").split("_")) + "Row"


def answer_schemas() -> dict[str, Any]:
    """The schemas of all answers by name."""
    heads = models_json_schema(
        [(model, "serialization") for model in (CommandAnswer, InfusionAnswer)], ref_template=REF
    )
    return {**heads[1]["$defs"], **{row_name(name): _served(name, row) for name, row in ROWS.items()}}


def _served(operation: str, row: type[Row]) -> dict[str, Any]:
    """A row as it is served: without its place in the view, with what is worked out, prices for who may see them."""
    schema = row.model_json_schema(mode="serialization")
    computed = {name: TypeAdapter(kind).json_schema() for name, kind in COMPUTED.get(operation, {}).items()}
    stored = {name: part for name, part in schema["properties"].items() if name not in NOT_SERVED}
    required = [name for name in schema["required"] if name in stored and name not in row.PRICE_FIELDS]
    return {
        **schema,
        "title": row_name(operation),
        "properties": {**stored, **computed},
        "required": [*required, *computed],
    }
