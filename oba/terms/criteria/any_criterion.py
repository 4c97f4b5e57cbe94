"""The list of criteria that the language knows, and the three that combine others (C19, Kleene logic)."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from oba.terms.block import Block
from oba.terms.criteria.compare import Compare
from oba.terms.criteria.compare_with_baseline import CompareWithBaseline
from oba.terms.criteria.prophylaxis_free import ProphylaxisFree


class All(Block):
    """False if any part is false; unknown if none is false and one is unknown."""

    kind: Literal["all"]
    of: tuple["Criterion", ...] = Field(min_length=1, max_length=20)


class AnyOf(Block):
    """True if any part is true; unknown if none is true and one is unknown."""

    kind: Literal["any"]
    of: tuple["Criterion", ...] = Field(min_length=1, max_length=20)


class Not(Block):
    """True becomes false, false becomes true, unknown stays."""

    kind: Literal["not"]
    of: "Criterion"


Criterion: TypeAlias = Annotated[
    All | AnyOf | Not | Compare | CompareWithBaseline | ProphylaxisFree, Field(discriminator="kind")
]
All.model_rebuild()
AnyOf.model_rebuild()
Not.model_rebuild()
