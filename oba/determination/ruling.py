"""What the parties or a third party decided about a milestone, before or beside its criteria."""

from datetime import date

from oba.determination.answer import Answer, reasoned
from oba.determination.question import Question
from oba.facts.enrolment import EnrolmentEnded
from oba.facts.ruling import AdjudicatorAnswered, ExclusionRecorded
from oba.measures.measured import used


def taken_back(question: Question) -> Answer | None:
    """Nothing is owed under an enrolment that never should have been; None where the enrolment stands."""
    if not question.is_anchored:
        return _without_anchor(question)
    if not question.enrolment_taken_back:
        return None
    ends = tuple(
        item for item in question.evidence.of(EnrolmentEnded) if item.fact.agreement_id == question.agreement.id
    )
    sentence = f"the enrolment was taken back: {question.milestone} is excluded from judgement"
    trace = reasoned(question, sentence, "excluded", "enrolment_taken_back")
    trace = trace.model_copy(update={"used": tuple(used(item) for item in ends)})
    return Answer("excluded", "enrolment_taken_back", trace, None, ends)


def _without_anchor(question: Question) -> Answer:
    """A milestone that was approved, and whose dates count from an event that was taken back since (C06)."""
    sentence = f"what {question.milestone} is counted from was taken back: it is excluded from judgement"
    return Answer("excluded", "anchor_taken_back", reasoned(question, sentence, "excluded", "anchor_taken_back"))


def waived_or_excluded(question: Question) -> Answer | None:
    """A waiver, or an exclusion under a clause; None where there is neither."""
    if question.waiver is not None:
        sentence = f"{question.milestone} was waived by the parties"
        trace = reasoned(question, sentence, "waived", "waived", clause=question.waiver.clause)
        return Answer("waived", "waived", trace)
    for item in question.evidence.of(ExclusionRecorded):
        if (item.fact.agreement_id, item.fact.milestone) == (question.agreement.id, question.milestone):
            sentence = f"{question.milestone} is excluded from judgement"
            trace = reasoned(question, sentence, "excluded", "excluded", clause=item.fact.clause)
            return Answer("excluded", "excluded", trace.model_copy(update={"used": (used(item),)}), None, (item,))
    return None


def adjudicated(question: Question, *, failed_on: date) -> Answer | None:
    """What the adjudicator answered on a referred milestone, a failure dated `failed_on`; None while there is no
    answer.
    """
    for item in question.evidence.of(AdjudicatorAnswered):
        if (item.fact.agreement_id, item.fact.milestone) == (question.agreement.id, question.milestone):
            failed = item.fact.outcome == "not_met"
            sentence = f"the adjudicator decided: {question.milestone} is {item.fact.outcome.replace('_', ' ')}"
            trace = reasoned(question, sentence, item.fact.outcome, "adjudicated")
            trace = trace.model_copy(update={"used": (used(item),)})
            return Answer(item.fact.outcome, "adjudicated", trace, failed_on if failed else None, (item,))
    return None
