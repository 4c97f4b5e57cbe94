"""Whether the patient was alive at the landmark, the due date of the milestone (C09, C39)."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from oba.terms.block import Block

Relation: TypeAlias = Literal["related", "unrelated", "unknown"]
Relations = Annotated[tuple[Relation, ...], Field(min_length=1, max_length=3)]


class Survival(Block):
    """Survived or died by the due date; a death counts when its relation to the therapy is named."""

    kind: Literal["survival"]
    deaths: Relations
