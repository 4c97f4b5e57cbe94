"""The JSON Schema of each kind of document, as `oba agreement schema` prints it."""

import json
from collections.abc import Callable
from functools import partial

from adapters.documents.schema import KINDS, document_schema


def _page(kind: str) -> str:
    return json.dumps(document_schema(kind), indent=1, sort_keys=True) + "\n"


PAGES: dict[str, Callable[[], str]] = {f"schema/{kind}.json": partial(_page, kind) for kind in KINDS}
