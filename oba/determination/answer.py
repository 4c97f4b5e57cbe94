"""An answer while it is made: finding, reason, trace, and the facts that carry it."""

from dataclasses import dataclass
from datetime import date

from oba.determination.determination import Finding, Reason
from oba.determination.question import Question
from oba.evidence import Item
from oba.facts.base import Fact
from oba.terms.consequences import EventCosts
from oba.trace import Trace


@dataclass(frozen=True)
class Answer:
    """What a rule says about the milestone."""

    finding: Finding
    reason: Reason
    trace: Trace
    first_failure_on: date | None = None
    items: tuple[Item[Fact], ...] = ()
    confirmed_on: date | None = None
    failed_parts: tuple[str, ...] = ()
    tier: str | None = None
    share: str | None = None
    """The part of the milestone's row that is owed, written n/d (settled D4)."""
    latched_from: str | None = None
    costs: EventCosts | None = None
    """What the life event costs that decided, where the agreement names that (settled F1)."""


def reasoned(
    question: Question,
    sentence: str,
    finding: Finding,
    reason: Reason,
    *,
    clause: str | None = None,
    because: tuple[Trace, ...] = (),
) -> Trace:
    """The first step of the trace: the sentence of the answer, with the clause of the milestone or of the rule."""
    return Trace(
        step="determination",
        sentence=sentence,
        clause=clause or question.agreement.milestone(question.milestone).clause,
        value=finding,
        reason=reason,
        because=because,
    )
