"""What every criterion returns: a verdict, the day that decided it, and the trace."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from oba.evidence import Item
from oba.facts.base import Fact
from oba.measures.measured import Measured
from oba.trace import Trace, Verdict


@dataclass(frozen=True)
class Judged:
    """A verdict with its reasons; `decided_on` is the local date of the decisive fact, where one decides (settled
    D3).
    """

    verdict: Verdict
    trace: Trace
    decided_on: date | None = None
    items: tuple[Item[Fact], ...] = ()


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
