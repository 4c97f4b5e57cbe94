"""What missing evidence becomes: the policy of the agreement for the recorded cause (settled A9, D4)."""

from datetime import date
from typing import assert_never

from oba.criteria.judged import Judged
from oba.determination.answer import Answer, reasoned
from oba.determination.determination import Finding
from oba.determination.question import Question
from oba.determination.ruling import adjudicated
from oba.evidence import Item
from oba.facts.base import Fact
from oba.facts.follow_up import MissingCause, MissingCauseRecorded
from oba.schedule import Obligation


def by_missing_data(question: Question, obligation: Obligation, judged: Judged) -> Answer:
    """The missing-data policy of the recorded cause (settled A9, D4)."""
    terms = question.agreement.missing_data
    cause, items = _cause(question)
    policy = terms.policy(cause)
    sentence = f"evidence for {question.milestone} is missing ({cause.replace('_', ' ')}): the agreement says {policy}"

    def decided(finding: Finding, first_failure_on: date | None = None) -> Answer:
        trace = reasoned(question, sentence, finding, "missing_data", clause=terms.clause, because=(judged.trace,))
        return Answer(finding, "missing_data", trace, first_failure_on, (*items, *judged.items))

    match policy:
        case "fail":
            return decided("not_met", obligation.closes_on)
        case "pass":
            return decided("met")
        case "exclude":
            return decided("excluded")
        case "refer":
            return adjudicated(question, obligation) or decided("not_evaluable")
        case _:  # pragma: no cover
            assert_never(policy)


def _cause(question: Question) -> tuple[MissingCause, tuple[Item[Fact], ...]]:
    recorded = [
        item for item in question.evidence.of(MissingCauseRecorded) if item.fact.milestone == question.milestone
    ]
    if not recorded:
        return "none_given", ()
    last = max(recorded, key=lambda item: (item.recorded_at, item.position))
    return last.fact.cause, (last,)
