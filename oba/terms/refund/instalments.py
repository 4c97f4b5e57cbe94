"""A price paid in parts, each withheld or cancelled as agreed: a state, not a refund (C26, settled F1)."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from oba.dates import Offset
from oba.terms.block import Block, Name, Part
from oba.terms.named_date import NamedDate
from oba.terms.stated import Stated


class Unconditional(Part):
    """No outcome changes the part (fixture F8)."""

    kind: Literal["unconditional"]


class NoFailure(Part):
    """The part is paid while none of the milestones has failed; without names any failure counts."""

    kind: Literal["no_failure"]
    milestones: tuple[Name, ...] = ()
    until: Offset | None = None
    """From Day 0; a failure up to then, that day included, takes the part back. Left out: until the part is due."""


class MilestoneMet(Part):
    """The part is paid when the milestone is determined to be met."""

    kind: Literal["milestone_met"]
    milestone: Name
    not_judged: Literal["paid", "cancelled"]
    """What a milestone that is waived or excluded does to the part."""


Condition: TypeAlias = Annotated[Unconditional | NoFailure | MilestoneMet, Field(discriminator="kind")]


class Instalment(Stated):
    """One instalment: when it is due, counted from Day 0, how much it is, and on what condition it is paid."""

    id: Name
    due: Offset
    condition: Condition


class Instalments(Block):
    """All instalments in the order of their due dates."""

    kind: Literal["instalments"]
    parts: tuple[Instalment, ...] = Field(min_length=1, max_length=120)
    date: NamedDate
    failure_on_due_date: Literal["paid", "withheld"]
    event_on_due_date: Literal["paid", "cancelled"]
