"""The JSON Schema of a vector, generated from the models; `python -m tests.support.vectors.schema` writes it."""

import json
from typing import Any

from tests.support.vectors.reading import ANY_VECTOR, ROOT


def schema() -> dict[str, Any]:
    """The schema of one vector as it stands once what is given for its file has been added."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Golden vector of the engine (CC-BY-4.0)",
        **ANY_VECTOR.json_schema(),
    }


if __name__ == "__main__":
    text = json.dumps(schema(), indent=1, sort_keys=True) + "\n"
    (ROOT / "schema.json").write_text(text, encoding="utf-8")
