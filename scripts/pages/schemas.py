"""The JSON Schema of each kind of document, as `oba agreement schema` prints it, and of `oba determine --json`."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from adapters.documents.judgement_form import judgement_schema
from adapters.documents.schema import KINDS, document_schema


def _page(schema: Callable[[], dict[str, Any]]) -> str:
    return json.dumps(schema(), indent=1, sort_keys=True) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    **{f"schema/{kind}.json": partial(_page, partial(document_schema, kind)) for kind in KINDS},
    "schema/judgement.json": partial(_page, judgement_schema),
}
