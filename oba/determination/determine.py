"""The answer to a question: an enrolment taken back, a waiver or exclusion, then life events, then the criteria, then
the missing-data
policy.
"""

from dataclasses import replace
from datetime import date
from typing import assert_never
from uuid import UUID

from oba.criteria.judge import judge
from oba.criteria.judged import Judged
from oba.criteria.turning import turned_by
from oba.determination.admission import admission
from oba.determination.answer import Answer, reasoned
from oba.determination.determination import ENGINE_EDITION, Determination, Finding
from oba.determination.life_event import by_life_event, claim_on, until_event
from oba.determination.missing import by_missing_data
from oba.determination.question import Question, cure_ends_on
from oba.determination.ruling import taken_back, waived_or_excluded
from oba.determination.setting import setting_of
from oba.identity import content_hash, derived_id


def determine(question: Question) -> Determination:
    """Judge one milestone: the same question gives the same bytes, whoever asks and whenever."""
    evidence = question.evidence
    admitted = admission(question.agreement.evidence, evidence, question.known_at)
    asked = question if admitted.evidence is evidence else replace(question, evidence=admitted.evidence)
    answer = _answer(asked, by_evidence=False)
    trace = admitted.shown_in(answer.trace)
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
        confirmed_on=answer.confirmed_on,
        failed_parts=answer.failed_parts,
        tier=answer.tier,
        share=answer.share,
        latched_from=answer.latched_from,
        costs=answer.costs,
        unverified=tuple(sorted({row for step in trace.every() for row in step.unverified})),
        decisive_fact_ids=tuple(sorted({item.fact_id for item in answer.items}, key=str)),
        trace=trace,
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
        *((answer.share,) if answer.share is not None else ()),
    )


def _answer(question: Question, by_evidence: bool) -> Answer:
    """The answer; `by_evidence` leaves open what a policy for missing data would decide."""
    obligation = question.obligation
    ruled = taken_back(question) or waived_or_excluded(question)
    if ruled is not None:
        return ruled
    claim = claim_on(question)
    claimed = by_life_event(question, claim) if claim is not None else None
    if claimed is not None:
        return claimed
    if question.closed is None and question.as_of < obligation.opens_on:
        sentence = f"{question.milestone} opens on {obligation.opens_on}"
        return Answer("not_yet", "not_opened", reasoned(question, sentence, "not_yet", "not_opened"))
    evidence = question.evidence if claim is None else until_event(question.evidence, claim.happened.on)
    criterion = question.agreement.criteria[question.agreement.milestone(question.milestone).criterion]
    judged = judge(criterion, setting_of(question, evidence))
    return _from_verdict(question, judged, by_evidence)


def _from_verdict(question: Question, judged: Judged, by_evidence: bool) -> Answer:
    match judged.verdict:
        case "true":
            return _judged(question, judged, "met", None)
        case "false":
            return _judged(question, judged, "not_met", judged.decided_on or question.obligation.closes_on)
        case "unknown":
            return _unknown(question, judged, by_evidence)
        case _:  # pragma: no cover
            assert_never(judged.verdict)


def _judged(question: Question, judged: Judged, finding: Finding, first_failure_on: date | None) -> Answer:
    sentence = f"{question.milestone} is {finding.replace('_', ' ')}: its criterion is {judged.verdict}"
    trace = reasoned(question, sentence, finding, "criterion", because=(judged.trace,))
    criterion = question.agreement.criteria[question.agreement.milestone(question.milestone).criterion]
    trace = trace.model_copy(update={"turned_by": turned_by(criterion, judged.trace)})
    return Answer(
        finding,
        "criterion",
        trace,
        first_failure_on,
        judged.items,
        confirmed_on=judged.confirmed_on,
        failed_parts=judged.failed_parts,
        tier=judged.tier,
        latched_from=judged.latched_from,
    )


def _unknown(question: Question, judged: Judged, by_evidence: bool) -> Answer:
    last = cure_ends_on(question)
    over = question.as_of > last if question.closed is None else question.closed
    if not over:
        sentence = f"{question.milestone} is open: evidence may be recorded until {last}"
        trace = reasoned(question, sentence, "not_yet", "evidence_may_still_come", because=(judged.trace,))
        return Answer("not_yet", "evidence_may_still_come", trace, None, judged.items)
    if by_evidence:
        sentence = f"evidence for {question.milestone} is missing"
        trace = reasoned(question, sentence, "not_evaluable", "missing_data", because=(judged.trace,))
        return Answer("not_evaluable", "missing_data", trace)
    return by_missing_data(question, judged, _answer)
