"""How much of a period was judged: the share of its row that a milestone with missing data costs (settled D4)."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from oba.determination.question import Question
from oba.evidence import Item
from oba.facts.assessment import MilestoneAssessed
from oba.facts.base import Fact
from oba.measures.attestation import bleed_log, fix_use
from oba.measures.measuring_period import period_span
from oba.terms.missing_data import Prorate


@dataclass(frozen=True)
class JudgedShare:
    """The judged days of a period, all its days, and the visit that shows how far it was judged."""

    judged: int
    days: int
    items: tuple[Item[Fact], ...]


def judged_share(terms: Prorate, question: Question) -> JudgedShare:
    """The days of the period up to the last that counts as judged; none without a visit (settled A8)."""
    span = period_span(terms.period, question.obligation, question.agreement.month_end)
    found = _through(terms, question, span.last)
    if found is None:
        return JudgedShare(0, span.days, ())
    through, item = found
    judged = (min(through, span.last) - span.first).days + 1
    return JudgedShare(max(0, judged), span.days, (item,))


def _through(terms: Prorate, question: Question, needed: date) -> tuple[date, Item[Fact]] | None:
    match terms.judged_through:
        case "bleed_log":
            attested = bleed_log(question.evidence, needed)
        case "fix_use":
            attested = fix_use(question.evidence, needed)
        case "last_visit":
            visits = question.evidence.of(MilestoneAssessed)
            return (visits[-1].occurred_on, visits[-1]) if visits else None
        case _:  # pragma: no cover
            assert_never(terms.judged_through)
    return (attested.through, attested.item) if attested is not None else None
