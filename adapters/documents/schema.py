"""The JSON Schema of each kind of document, generated from the models; CC-BY-4.0 as the language itself."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel

from oba.terms.agreement import Agreement
from oba.terms.document import ANY_DOCUMENT
from oba.terms.follow_up_plan import FollowUpPlan
from oba.terms.payer_rule import PayerRule

KINDS: Final[Mapping[str, type[BaseModel]]] = MappingProxyType(
    {"agreement": Agreement, "payer_rule": PayerRule, "follow_up_plan": FollowUpPlan}
)
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def document_schema(kind: str | None = None) -> dict[str, Any]:
    """The schema of one kind of document, or of all of them; KeyError for an unknown kind."""
    schema = KINDS[kind].model_json_schema() if kind is not None else ANY_DOCUMENT.json_schema()
    title = kind.replace("_", " ") if kind is not None else "document"
    return {"$schema": DIALECT, **schema, "title": f"{title.capitalize()} of the terms language (CC-BY-4.0)"}
