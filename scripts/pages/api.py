"""The page of the API, from the same description that /openapi.json gives."""

from collections.abc import Iterator
from typing import Any, cast

from adapters.bootstrap import Services
from adapters.web.app import create_app
from adapters.web.permissions import OPEN, PERMISSIONS

OPENING = """# API

This page is written by `python -m scripts.pages` from the application; a test checks that it is current. Bodies and
answers field by field: `/openapi.json` of a running service. Worked through with `curl`:
[the main job over the API](../guides/api.md).

- **Key.** `Authorization: Bearer oba_...`; `oba key create` makes one. What is not yours answers 404, as if absent.
- **Commands.** Every POST carries `Idempotency-Key`. The same key with the same body gives the first answer for ever,
  with `Idempotent-Replayed: true`; with another body it is refused. A decision on an infusion names the version it was
  made on: `If-Match` with the `ETag` of the last answer.
- **Lists.** The answer has `data`, `next_cursor`, `has_more`. Infusions, worklist, refund triggers and data-request
  windows take `limit` (at most 500) and `cursor`; agreements and the directory are short, come whole and take neither.
  An unknown parameter is an error.
- **Facts.** Corrections and retractions name their day as facts do: `occurred_on`, or `occurred_at` with its offset.
- **Time.** `as_of` is a day, `known_at` an instant with offset that is past. Lists answer for the present only.
- **Problems.** `application/problem+json`: `type`, `title`, `status`, `detail`, `errors` with pointer, code, message
  and remedy. What was sent is never repeated.
"""


def page() -> str:
    """The whole page as Markdown."""
    application = create_app(cast("Services", None))
    rows = sorted(_rows(application.openapi()))
    heading = "| | address | what it does | who may |\n|---|---|---|---|"
    return "\n".join([OPENING, heading, *rows]) + "\n"


def _rows(description: dict[str, Any]) -> Iterator[str]:
    for address, methods in description["paths"].items():
        for method, operation in methods.items():
            name = operation["operationId"]
            sentence = " ".join(operation.get("description", operation.get("summary", "")).split())
            yield f"| {method.upper()} | `{address}` | {sentence} | {_roles(name)} |"


def _roles(name: str) -> str:
    if name in OPEN:
        return "everybody"
    return ", ".join(f"`{role}`" for role in sorted(PERMISSIONS.get(name, ())))
