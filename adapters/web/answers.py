"""What answers look like, for the description of the API: commands, readings of one infusion, pages of lists."""

from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import models_json_schema

from oba.dates import Day, Instant
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
READINGS: Final = frozenset(
    {"read_infusion", "read_timeline", "read_schedule", "read_evidence", "list_determinations", "judge_data_request"}
)


class CommandAnswer(BaseModel):
    """The events that came of a command, where the stream stands after them, and what is implausible in them."""

    event_ids: tuple[UUID, ...]
    infusion_id: UUID
    code: str
    version: int
    recorded_at: Instant
    flags: tuple[str, ...]


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
        "required": ["data", "next_cursor", "has_more", "as_of"],
        "properties": {
            "data": {"type": "array", "items": row},
            "next_cursor": {"type": ["string", "null"], "description": "gives the next page; null on the last one"},
            "has_more": {"type": "boolean"},
            "as_of": {"type": "string", "format": "date"},
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
    rows = {row_name(name): row.model_json_schema(mode="serialization") for name, row in ROWS.items()}
    return {**heads[1]["$defs"], **{name: {**row, "title": name} for name, row in rows.items()}}
