"""Whether the patient returned to continuous FIX prophylaxis (C17, settled C9)."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from oba.facts.prophylaxis import ProphylaxisCause
from oba.terms.block import Block, Part
from oba.terms.window import DayCount


class Always(Part):
    """Every spell counts as a return, however short."""

    kind: Literal["always"]


class Never(Part):
    """A spell that ended is not a return."""

    kind: Literal["never"]


class FromDays(Part):
    """A spell counts once it has lasted this many days."""

    kind: Literal["from_days"]
    days: DayCount


class DosingRun(Part):
    """Doses count only in a run: no more than so many days from one to the next, for so many days at least (C17)."""

    longest_interval_days: DayCount
    for_at_least_days: DayCount
    """From the first to the last dose of the run, both days included."""


CountedCause: TypeAlias = ProphylaxisCause | Literal["not_stated"]


class Prophylaxis(Block):
    """Return = a documented schedule begun on or after Day 0, or the n-th unlinked dose within so many days."""

    LATER: ClassVar[frozenset[str]] = frozenset({"dosing_run", "doses_of_a_schedule", "causes"})

    kind: Literal["prophylaxis"]
    doses: Annotated[int, Field(strict=True, ge=2, le=50)]
    within_days: DayCount
    """The first and the last of the doses are at most this many days apart (27 for four doses in 28 days)."""
    bridging_days: DayCount
    """Days after Day 0 during which a schedule begun before Day 0 is not a return."""
    temporary_spell: Annotated[Always | Never | FromDays, Field(discriminator="kind")]
    dosing_run: DosingRun | None = None
    """Left out, any such doses count, however long they go on."""
    doses_of_a_schedule: Literal["count", "belong_to_the_schedule"] = "count"
    """Whether doses under a documented schedule count by themselves, or only as far as its spell does."""
    causes: Annotated[tuple[CountedCause, ...], Field(min_length=1, max_length=6)] | None = None
    """Why a schedule began that counts; left out, every cause does."""
