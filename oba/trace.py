"""The reasons of an answer as a tree; built while judging, stored with the determination, shown unchanged."""

from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from oba.dates import Day
from oba.later import WithLaterFields

Verdict: TypeAlias = Literal["true", "false", "unknown"]


class Used(BaseModel):
    """A fact that the step rests on, with what it said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fact_id: UUID
    kind: str
    occurred_on: Day
    says: str


class Rejected(WithLaterFields):
    """A fact that the step looked at and left out, with the coded reason and its sentence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    LATER: ClassVar[frozenset[str]] = frozenset({"says"})

    fact_id: UUID
    kind: str
    occurred_on: Day
    reason: str
    sentence: str
    says: str | None = None
    """What the fact said."""


class Wanted(BaseModel):
    """A piece of evidence that would decide an unknown, and the last day on which it can still count."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: str
    until: Day | None = None


class Trace(WithLaterFields):
    """One step of the reasoning: sentence, clause, value, verdict, inputs used and rejected, and its sub-steps."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    LATER: ClassVar[frozenset[str]] = frozenset({"turned_by"})

    step: str
    sentence: str
    clause: str | None = None
    value: str | None = None
    reason: str | None = None
    """Coded reason where the value or verdict is unknown, or where a policy decided."""
    verdict: Verdict | None = None
    used: tuple[Used, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    unverified: tuple[str, ...] = ()
    """Reference rows tagged [R] or [D] that the step rests on (decided point 15)."""
    because: tuple["Trace", ...] = ()
    turned_by: tuple[str, ...] = ()
    """What alone would change the answer, where it is decided by the criterion."""

    def every(self) -> tuple["Trace", ...]:
        """This step and all below it, depth first."""
        return (self, *(step for child in self.because for step in child.every()))
