"""What every criterion returns: a verdict, the day that decided it, and the trace."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from oba.evidence import Item
from oba.facts.base import Fact
from oba.measures.measured import Measured
from oba.trace import Trace, Verdict, Wanted


@dataclass(frozen=True)
class OpenLeaf:
    """An unknown that asks a measure, and what the whole would be if it alone turned out true, or false."""

    said: str
    """Its name in the terms, or its clause."""
    wanted: tuple[Wanted, ...] = ()
    """The evidence that it waits for, each piece with the last day on which it can still count."""
    if_true: Verdict = "true"
    if_false: Verdict = "false"

    @property
    def decides(self) -> bool:
        """Whether it alone can decide the whole, by one of its two answers at least."""
        return self.if_true != "unknown" or self.if_false != "unknown"


@dataclass(frozen=True)
class Judged:
    """A verdict with its reasons; `decided_on` is the local date of the decisive fact, where one decides (settled
    D3).
    """

    verdict: Verdict
    trace: Trace
    decided_on: date | None = None
    items: tuple[Item[Fact], ...] = ()
    confirmed_on: date | None = None
    """When a failure was confirmed, where the criterion asks for it; `decided_on` stays the first failure (C20)."""
    failed_parts: tuple[str, ...] = ()
    """The named parts that are false, this one among them, in the order of the terms (C28)."""
    tier: str | None = None
    """The tier that was reached, where the criterion has tiers (C19)."""
    latched_from: str | None = None
    """The milestone whose failure still stands, where that alone makes this verdict false (C21)."""
    open_leaves: tuple[OpenLeaf, ...] = ()
    """The unknowns below an unknown verdict, in the order of the terms; a verdict that is decided waits for none."""


def negated(verdict: Verdict) -> Verdict:
    """Not, in Kleene logic."""
    match verdict:
        case "true":
            return "false"
        case "false":
            return "true"
        case "unknown":
            return "unknown"
        case _:  # pragma: no cover
            assert_never(verdict)


def on_measure(verdict: Verdict, trace: Trace, measured: Measured) -> Judged:
    """A verdict that rests on one measure."""
    return Judged(verdict=verdict, trace=trace, decided_on=measured.decided_on, items=measured.items)
