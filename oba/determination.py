"""The reasoned outcome of one milestone of one infusion under one agreement, as known at an instant.

Order: a waiver or exclusion, then life events by the consequence table, then the criteria, then the missing-data
policy.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, TypeAlias, assert_never
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from oba.consequence import Claim, claim_of
from oba.criteria.judge import judge
from oba.criteria.judged import Judged
from oba.dates import Day, Instant
from oba.evidence import Evidence, Item
from oba.facts.base import Fact
from oba.facts.follow_up import MissingCause, MissingCauseRecorded
from oba.facts.ruling import AdjudicatorAnswered, ExclusionRecorded
from oba.identity import content_hash, derived_id
from oba.measures.measured import Setting, used
from oba.money import Amount
from oba.reference.tables import Reference
from oba.schedule import Obligation, milestone_obligation
from oba.terms.agreement import Agreement
from oba.trace import Trace, Wanted

ENGINE_EDITION = "2026-1"
"""The name of this engine's behaviour; a change that would alter an issued determination takes a new one (decided
point 8).
"""

Outcome: TypeAlias = Literal["met", "not_met", "not_evaluable", "waived", "excluded"]
Finding: TypeAlias = Literal["met", "not_met", "not_evaluable", "waived", "excluded", "not_yet"]
Reason: TypeAlias = Literal[
    "criterion",
    "missing_data",
    "life_event",
    "waived",
    "excluded",
    "adjudicated",
    "evidence_may_still_come",
    "not_opened",
]


class RefundLine(BaseModel):
    """One line of a refund: component and clause, the formula with numbers put in, and the amount."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    component: str
    clause: str
    milestone: str
    formula: str
    amount: Amount


class Determination(BaseModel):
    """The answer with its reasons; `not_yet` while evidence may still come that could change it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    determination_id: UUID
    """Derived from what decides: infusion, agreement version, milestone, finding, decisive facts; not from the clock.
    """
    infusion_id: UUID
    agreement_id: str
    terms_hash: str
    milestone: str
    obligation: Obligation
    as_of: Day
    known_at: Instant
    evidence_digest: str
    reference_hash: str
    engine_edition: str
    finding: Finding
    reason: Reason
    first_failure_on: Day | None = None
    unverified: tuple[str, ...] = ()
    """Reference rows tagged [R] or [D] on which the finding rests; such a determination cannot be approved."""
    decisive_fact_ids: tuple[UUID, ...] = ()
    trace: Trace

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """The evidence that is still needed for an answer; empty when everything needed is there."""
        seen: dict[str, Wanted] = {}
        if self.finding in ("not_yet", "not_evaluable"):
            for step in self.trace.every():
                for one in step.wanted:
                    seen.setdefault(one.what, one)
        return tuple(seen.values())


@dataclass(frozen=True)
class Waiver:
    """A waiver of the milestone by the parties, and the event that recorded it."""

    event_id: UUID
    clause: str


@dataclass(frozen=True)
class Question:
    """Everything that an answer depends on. `closed` None lets `as_of` say whether evidence may still come."""

    infusion_id: UUID
    agreement: Agreement
    terms_hash: str
    milestone: str
    day_0: date
    evidence: Evidence
    reference: Reference
    as_of: date
    known_at: datetime
    waiver: Waiver | None = None
    reminded_on: date | None = None
    """The first reminder for the milestone; the cure period runs from it where it came after the grace (settled B2)."""
    stake: str | None = None
    """A digest of what hangs on the answer besides its reasons, base and payers; another one is another determination
    (settled F5, F11).
    """
    closed: bool | None = None

    @property
    def obligation(self) -> Obligation:
        """The dates of the milestone."""
        return milestone_obligation(self.agreement, self.agreement.milestone(self.milestone), self.day_0)


@dataclass(frozen=True)
class _Answer:
    finding: Finding
    reason: Reason
    trace: Trace
    first_failure_on: date | None = None
    items: tuple[Item[Fact], ...] = ()


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


def _identity(question: Question, answer: _Answer) -> UUID:
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


def _answer(question: Question, obligation: Obligation) -> _Answer:
    ruled = _waived_or_excluded(question)
    if ruled is not None:
        return ruled
    claim = claim_of(question.agreement.consequences, obligation, question.evidence)
    if claim is not None and claim.effect != "judge_until_event":
        return _by_life_event(question, obligation, claim)
    if question.closed is None and question.as_of < obligation.opens_on:
        sentence = f"{question.milestone} opens on {obligation.opens_on}"
        return _Answer("not_yet", "not_opened", _root(question, sentence, "not_yet", "not_opened"))
    evidence = question.evidence if claim is None else _until(question.evidence, claim.item.occurred_on)
    closed = question.as_of > obligation.grace_ends_on if question.closed is None else question.closed
    criterion = question.agreement.criteria[question.agreement.milestone(question.milestone).criterion]
    setting = Setting(evidence=evidence, obligation=obligation, reference=question.reference, closed=closed)
    return _from_verdict(question, obligation, judge(criterion, setting))


def _until(evidence: Evidence, last: date) -> Evidence:
    """The evidence about days up to the event."""
    return Evidence(
        known_at=evidence.known_at,
        as_of=evidence.as_of,
        items=tuple(item for item in evidence.items if item.occurred_on <= last),
        set_aside=evidence.set_aside,
    )


def _waived_or_excluded(question: Question) -> _Answer | None:
    if question.waiver is not None:
        sentence = f"{question.milestone} was waived by the parties"
        trace = _root(question, sentence, "waived", "waived", clause=question.waiver.clause)
        return _Answer("waived", "waived", trace)
    for item in question.evidence.of(ExclusionRecorded):
        if (item.fact.agreement_id, item.fact.milestone) == (question.agreement.id, question.milestone):
            sentence = f"{question.milestone} is excluded from judgement"
            trace = _root(question, sentence, "excluded", "excluded", clause=item.fact.clause)
            return _Answer("excluded", "excluded", trace.model_copy(update={"used": (used(item),)}), None, (item,))
    return None


def _by_life_event(question: Question, obligation: Obligation, claim: Claim) -> _Answer:
    failed = claim.effect == "fail"
    finding: Finding = "not_met" if failed else "excluded"
    event, answer = f"{claim.item.fact.says()} on {claim.item.occurred_on}", finding.replace("_", " ")
    sentence = f"{event}: {question.milestone} (due {obligation.due_on}) is {answer}"
    trace = _root(question, sentence, finding, "life_event", clause=claim.clause)
    trace = trace.model_copy(update={"used": (used(claim.item),)})
    return _Answer(finding, "life_event", trace, claim.item.occurred_on if failed else None, (claim.item,))


def _from_verdict(question: Question, obligation: Obligation, judged: Judged) -> _Answer:
    match judged.verdict:
        case "true":
            return _judged(question, judged, "met", None)
        case "false":
            return _judged(question, judged, "not_met", judged.decided_on or obligation.closes_on)
        case "unknown":
            return _unknown(question, obligation, judged)
        case _:  # pragma: no cover
            assert_never(judged.verdict)


def _judged(question: Question, judged: Judged, finding: Finding, first_failure_on: date | None) -> _Answer:
    sentence = f"{question.milestone} is {finding.replace('_', ' ')}: its criterion is {judged.verdict}"
    trace = _root(question, sentence, finding, "criterion", because=(judged.trace,))
    return _Answer(finding, "criterion", trace, first_failure_on, judged.items)


def _unknown(question: Question, obligation: Obligation, judged: Judged) -> _Answer:
    cure_ends_on = _cure_ends_on(question, obligation)
    over = question.as_of > cure_ends_on if question.closed is None else question.closed
    if not over:
        sentence = f"{question.milestone} is open: evidence may be recorded until {cure_ends_on}"
        trace = _root(question, sentence, "not_yet", "evidence_may_still_come", because=(judged.trace,))
        return _Answer("not_yet", "evidence_may_still_come", trace, None, judged.items)
    return _missing(question, obligation, judged)


def _cure_ends_on(question: Question, obligation: Obligation) -> date:
    """Cure runs from the later of the end of grace and the reminder (settled B2)."""
    starts_on = max(obligation.grace_ends_on, question.reminded_on or obligation.grace_ends_on)
    return starts_on + (obligation.cure_ends_on - obligation.grace_ends_on)


def _missing(question: Question, obligation: Obligation, judged: Judged) -> _Answer:
    """The missing-data policy of the recorded cause (settled A9, D4)."""
    terms = question.agreement.missing_data
    cause, items = _cause(question)
    policy = terms.policy(cause)
    sentence = f"evidence for {question.milestone} is missing ({cause.replace('_', ' ')}): the agreement says {policy}"

    def decided(finding: Finding, first_failure_on: date | None = None) -> _Answer:
        trace = _root(question, sentence, finding, "missing_data", clause=terms.clause, because=(judged.trace,))
        return _Answer(finding, "missing_data", trace, first_failure_on, (*items, *judged.items))

    match policy:
        case "fail":
            return decided("not_met", obligation.closes_on)
        case "pass":
            return decided("met")
        case "exclude":
            return decided("excluded")
        case "refer":
            return _adjudicated(question, obligation) or decided("not_evaluable")
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


def _adjudicated(question: Question, obligation: Obligation) -> _Answer | None:
    for item in question.evidence.of(AdjudicatorAnswered):
        if (item.fact.agreement_id, item.fact.milestone) == (question.agreement.id, question.milestone):
            failed = item.fact.outcome == "not_met"
            sentence = f"the adjudicator decided: {question.milestone} is {item.fact.outcome.replace('_', ' ')}"
            trace = _root(question, sentence, item.fact.outcome, "adjudicated")
            trace = trace.model_copy(update={"used": (used(item),)})
            first_failure_on = obligation.closes_on if failed else None
            return _Answer(item.fact.outcome, "adjudicated", trace, first_failure_on, (item,))
    return None


def _root(
    question: Question,
    sentence: str,
    finding: Finding,
    reason: Reason,
    *,
    clause: str | None = None,
    because: tuple[Trace, ...] = (),
) -> Trace:
    return Trace(
        step="determination",
        sentence=sentence,
        clause=clause or question.agreement.milestone(question.milestone).clause,
        value=finding,
        reason=reason,
        because=because,
    )


def as_if(question: Question, *, closed: bool) -> Question:
    """The same question with the window held open, or taken as closed, whatever the day."""
    return replace(question, closed=closed)
