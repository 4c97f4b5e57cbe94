"""The answer to a question: an enrolment taken back, a waiver or exclusion, then life events, then the criteria, then
the missing-data
policy.
"""

from datetime import date
from typing import assert_never
from uuid import UUID

from oba.consequence import Claim, claim_of
from oba.criteria.judge import judge
from oba.criteria.judged import Judged
from oba.determination.answer import Answer, reasoned
from oba.determination.determination import ENGINE_EDITION, Determination, Finding
from oba.determination.missing import by_missing_data
from oba.determination.question import Question, cure_ends_on
from oba.determination.ruling import taken_back, waived_or_excluded
from oba.evidence import Evidence
from oba.identity import content_hash, derived_id
from oba.measures.measured import Setting, used
from oba.schedule import Obligation


def determine(question: Question) -> Determination:
    """Judge one milestone: the same question gives the same bytes, whoever asks and whenever."""
    answer = _answer(question, question.obligation)
    evidence = question.evidence
    return Determination(
        determination_id=_identity(question, answer),
        infusion_id=question.infusion_id,
        agreement_id=question.agreement.id,
        terms_hash=question.terms_hash,
        milestone=question.milestone,
        obligation=question.obligation,
        as_of=question.as_of,
        known_at=question.known_at,
        evidence_digest=evidence.digest,
        reference_hash=question.reference.hash,
        engine_edition=ENGINE_EDITION,
        finding=answer.finding,
        reason=answer.reason,
        first_failure_on=answer.first_failure_on,
        unverified=tuple(sorted({row for step in answer.trace.every() for row in step.unverified})),
        decisive_fact_ids=tuple(sorted({item.fact_id for item in answer.items}, key=str)),
        trace=answer.trace,
    )


def _identity(question: Question, answer: Answer) -> UUID:
    decisive = sorted(content_hash(item) for item in answer.items)
    return derived_id(
        "determination",
        question.infusion_id,
        question.agreement.id,
        question.terms_hash,
        question.milestone,
        answer.finding,
        answer.reason,
        answer.first_failure_on,
        content_hash(decisive),
        ENGINE_EDITION,
        *((question.stake,) if question.stake is not None else ()),
    )


def _answer(question: Question, obligation: Obligation) -> Answer:
    ruled = taken_back(question) or waived_or_excluded(question)
    if ruled is not None:
        return ruled
    claim = claim_of(question.agreement.consequences, obligation, question.evidence)
    if claim is not None and claim.effect != "judge_until_event":
        return _by_life_event(question, obligation, claim)
    if question.closed is None and question.as_of < obligation.opens_on:
        sentence = f"{question.milestone} opens on {obligation.opens_on}"
        return Answer("not_yet", "not_opened", reasoned(question, sentence, "not_yet", "not_opened"))
    evidence = question.evidence if claim is None else _until(question.evidence, claim.item.occurred_on)
    closed = question.as_of > obligation.grace_ends_on if question.closed is None else question.closed
    criterion = question.agreement.criteria[question.agreement.milestone(question.milestone).criterion]
    setting = Setting(
        evidence=evidence,
        obligation=obligation,
        reference=question.reference,
        closed=closed,
        month_end=question.agreement.month_end,
    )
    return _from_verdict(question, obligation, judge(criterion, setting))


def _until(evidence: Evidence, last: date) -> Evidence:
    """The evidence about days up to the event; whatever went on that day is known to go on no further."""
    return Evidence(
        known_at=evidence.known_at,
        as_of=min(evidence.as_of, last),
        items=tuple(item for item in evidence.items if item.occurred_on <= last),
        set_aside=tuple(one for one in evidence.set_aside if one.occurred_on <= last),
    )


def _by_life_event(question: Question, obligation: Obligation, claim: Claim) -> Answer:
    failed = claim.effect == "fail"
    finding: Finding = "not_met" if failed else "excluded"
    event, answer = f"{claim.item.fact.says()} on {claim.item.occurred_on}", finding.replace("_", " ")
    sentence = f"{event}: {question.milestone} (due {obligation.due_on}) is {answer}"
    trace = reasoned(question, sentence, finding, "life_event", clause=claim.clause)
    trace = trace.model_copy(update={"used": (used(claim.item),)})
    return Answer(finding, "life_event", trace, claim.item.occurred_on if failed else None, (claim.item,))


def _from_verdict(question: Question, obligation: Obligation, judged: Judged) -> Answer:
    match judged.verdict:
        case "true":
            return _judged(question, judged, "met", None)
        case "false":
            return _judged(question, judged, "not_met", judged.decided_on or obligation.closes_on)
        case "unknown":
            return _unknown(question, obligation, judged)
        case _:  # pragma: no cover
            assert_never(judged.verdict)


def _judged(question: Question, judged: Judged, finding: Finding, first_failure_on: date | None) -> Answer:
    sentence = f"{question.milestone} is {finding.replace('_', ' ')}: its criterion is {judged.verdict}"
    trace = reasoned(question, sentence, finding, "criterion", because=(judged.trace,))
    return Answer(finding, "criterion", trace, first_failure_on, judged.items)


def _unknown(question: Question, obligation: Obligation, judged: Judged) -> Answer:
    last = cure_ends_on(question)
    over = question.as_of > last if question.closed is None else question.closed
    if not over:
        sentence = f"{question.milestone} is open: evidence may be recorded until {last}"
        trace = reasoned(question, sentence, "not_yet", "evidence_may_still_come", because=(judged.trace,))
        return Answer("not_yet", "evidence_may_still_come", trace, None, judged.items)
    return by_missing_data(question, obligation, judged)
