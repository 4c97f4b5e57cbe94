"""What the parties or a third party decided about a milestone, before or beside its criteria."""

from oba.determination.answer import Answer, reasoned
from oba.determination.question import Question
from oba.facts.enrolment import EnrolmentEnded
from oba.facts.ruling import AdjudicatorAnswered, ExclusionRecorded
from oba.measures.measured import used
from oba.schedule import Obligation


def taken_back(question: Question) -> Answer | None:
    """Nothing is owed under an enrolment that never should have been; None where the enrolment stands."""
    if not question.enrolment_taken_back:
        return None
    ends = tuple(
        item for item in question.evidence.of(EnrolmentEnded) if item.fact.agreement_id == question.agreement.id
    )
    sentence = f"the enrolment was taken back: {question.milestone} is excluded from judgement"
    trace = reasoned(question, sentence, "excluded", "enrolment_taken_back")
    trace = trace.model_copy(update={"used": tuple(used(item) for item in ends)})
    return Answer("excluded", "enrolment_taken_back", trace, None, ends)


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


def adjudicated(question: Question, obligation: Obligation) -> Answer | None:
    """What the adjudicator answered on a referred milestone; None while there is no answer."""
    for item in question.evidence.of(AdjudicatorAnswered):
        if (item.fact.agreement_id, item.fact.milestone) == (question.agreement.id, question.milestone):
            failed = item.fact.outcome == "not_met"
            sentence = f"the adjudicator decided: {question.milestone} is {item.fact.outcome.replace('_', ' ')}"
            trace = reasoned(question, sentence, item.fact.outcome, "adjudicated")
            trace = trace.model_copy(update={"used": (used(item),)})
            first_failure_on = obligation.closes_on if failed else None
            return Answer(item.fact.outcome, "adjudicated", trace, first_failure_on, (item,))
    return None
