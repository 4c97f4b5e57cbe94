"""A measure that has two states is in the one that the agreement asks for (C09, C17, C18)."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from oba.problems import WrongField
from oba.terms.criterion_block import CriterionBlock
from oba.terms.measures.event_free import EventFree
from oba.terms.measures.inhibitor import Inhibitor
from oba.terms.measures.prophylaxis import Prophylaxis
from oba.terms.measures.survival import Survival

MeasureOfState: TypeAlias = Annotated[Inhibitor | Survival | EventFree | Prophylaxis, Field(discriminator="kind")]

STATES: dict[str, tuple[str, str]] = {
    "inhibitor": ("negative", "positive"),
    "survival": ("survived", "died"),
    "event_free": ("free", "happened"),
    "prophylaxis": ("none", "returned"),
}
"""For each measure its two states: before, and after what it looks for has happened."""


class State(CriterionBlock):
    """True in the state asked for, false in the other one, unknown while neither is known."""

    kind: Literal["state"]
    measure: MeasureOfState
    in_state: Literal["negative", "positive", "survived", "died", "free", "happened", "none", "returned"]

    @model_validator(mode="after")
    def _a_state_of_the_measure(self) -> "State":
        known = STATES[self.measure.kind]
        if self.in_state not in known:
            raise WrongField("in_state", f"{self.measure.kind} is never {self.in_state}; ask for {' or '.join(known)}")
        return self
