"""What the engine answers to a vector, in the form in which the vector states its expectation."""

from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, cast
from uuid import UUID

from adapters.documents.shelf import shipped_reference
from adapters.local_time import local_day
from oba.criteria.judge import judge
from oba.dates import LAST_DAY, shift
from oba.determination import Determination, Question, Waiver, determine
from oba.evidence import FOR_EVER, Evidence, known
from oba.identity import derived_id
from oba.measures.bleeding_rate import bleeding_rate
from oba.measures.factor_activity import factor_activity
from oba.measures.interval import reported
from oba.measures.measured import Measured, Setting, shown_interval
from oba.measures.prophylaxis import prophylaxis
from oba.payer_rule import Asked, Patient, RequestVerdict, judge_request, permitted_windows
from oba.refund.failure import Failure
from oba.refund.owed import base_amount, beneficiary, owed
from oba.schedule import Obligation, milestone_obligation, phase
from oba.terms.agreement import Agreement
from oba.terms.criteria.any_criterion import All, AnyOf, Criterion, Not
from oba.terms.criteria.compare import Compare
from oba.terms.document import read_document, terms_hash
from oba.terms.lint import lint
from oba.terms.measures.bleeding_rate import BleedingRate
from oba.terms.measures.factor_activity import FactorActivity
from oba.terms.measures.prophylaxis import Prophylaxis
from oba.terms.milestone import Milestone
from oba.terms.payer_rule import PayerRule
from tests.support.agreements import an_agreement
from tests.support.events import DAY_0, INFUSION, History, a_result
from tests.support.vectors.questions import (
    Clocks,
    ComparisonsVector,
    CriterionVector,
    DocumentVector,
    DueDatesVector,
    EvidenceVector,
    LifeVector,
    LocalDatesVector,
    LogicVector,
    MeasureVector,
    OutcomeVector,
    PayerRuleVector,
    RefundVector,
    SupersedingVector,
    TimedVector,
    Timing,
    Vector,
    WindowVector,
)
from tests.support.vectors.reading import Told

Answer = dict[str, Any]
_OVER_LIMIT_OF_REQUESTS = 1_000


def answer(told: Told) -> Answer:
    """The engine's answer to one vector."""
    vector = told.vector
    return ANSWERS[type(vector)](vector, told)


def due_dates(vector: DueDatesVector, told: Told) -> Answer:
    terms = vector.document
    return {"due_on": tuple(shift(terms.anchor_on, offset, terms.month_end) for offset in terms.offsets)}


def local_dates(vector: LocalDatesVector, told: Told) -> Answer:
    zone = vector.document.time_zone
    return {"local_dates": {name: local_day(at, zone) for name, at in vector.document.instants.items()}}


def window(vector: WindowVector, told: Told) -> Answer:
    dates = _obligation(vector.document, vector.day_0)
    evidence = _evidence(vector, told)
    inside = {_name(told, item.fact_id): item.occurred_on in dates.window for item in evidence.items}
    fields = ("opens_on", "due_on", "closes_on", "grace_ends_on", "cure_ends_on", "report_by_on")
    plain = {field: getattr(dates, field) for field in fields}
    return {**plain, "phase": phase(dates, vector.as_of or LAST_DAY), "inside": inside}


def evidence(vector: EvidenceVector, told: Told) -> Answer:
    found = _evidence(vector, told)
    backwards = known(reversed(told.events), known_at=found.known_at, as_of=found.as_of)
    named = {_name(told, item.fact_id): item for item in found.items if item.fact.kind != "infused"}
    asked = vector.expect.in_force or {}
    return {
        "in_force": {
            name: {
                field: value
                for field, value in {**item.fact.model_dump(mode="json"), "occurred_on": str(item.occurred_on)}.items()
                if field in asked.get(name, {})
            }
            for name, item in named.items()
        },
        "set_aside": {_name(told, one.fact_id): one.reason for one in found.set_aside},
        "same_as_reversed": found == backwards and found.digest == backwards.digest,
    }


def comparisons(vector: ComparisonsVector, told: Told) -> Answer:
    return {
        "verdicts": tuple(
            reported(one.comparator, Fraction(one.value)).compare(one.operator, Fraction(one.threshold))
            for one in vector.document
        )
    }


def measure(vector: MeasureVector, told: Told) -> Answer:
    setting = _setting(vector, vector.milestone, told)
    measured, value, returned_on = _measured(vector, setting)
    return {
        "value": value,
        "reason": measured.trace.reason,
        "used": tuple(sorted(_name(told, one.fact_id) for one in measured.trace.used)),
        "rejected": {_name(told, one.fact_id): one.reason for one in measured.trace.rejected},
        "provisional": measured.provisional,
        "decided_on": measured.decided_on,
        "returned_on": returned_on,
        "unverified": bool(measured.trace.unverified),
    }


def _measured(vector: MeasureVector, setting: Setting) -> tuple[Measured, str, date | None]:
    match vector.document:
        case FactorActivity():
            measured = factor_activity(vector.document, setting)
            return measured, _shown(measured), None
        case BleedingRate():
            measured = bleeding_rate(vector.document, setting)
            return measured, _shown(measured), None
        case Prophylaxis():
            state = prophylaxis(vector.document, setting)
            words = {"true": "returned", "false": "none", "unknown": "unknown"}
            return state.measured, words[state.returned], state.on if state.returned == "true" else None


def criterion(vector: CriterionVector, told: Told) -> Answer:
    judged = judge(vector.document, _setting(vector, vector.milestone, told))
    return {"verdict": judged.verdict, "reason": judged.trace.reason, "decided_on": judged.decided_on}


def logic(vector: LogicVector, told: Told) -> Answer:
    """The criterion judged by the engine; each leaf asks for a result that passes, fails, or is not there."""
    history = History()
    history.tell(a_result("40"), on=DAY_0)
    due_now = Timing.model_validate(
        {"due": {"amount": 0, "unit": "days"}, "window": {"kind": "around_due", "before_days": 0, "after_days": 0}}
    )
    setting = Setting(
        evidence=history.evidence(), obligation=_obligation(due_now, DAY_0), reference=shipped_reference(), closed=True
    )
    return {"verdict": judge(_combination(vector.document), setting).verdict}


def _combination(plain: Any) -> Criterion:
    match plain:
        case {"all": parts}:
            return All(kind="all", clause="1", of=tuple(_combination(part) for part in parts))
        case {"any": parts}:
            return AnyOf(kind="any", clause="1", of=tuple(_combination(part) for part in parts))
        case {"not": part}:
            return Not(kind="not", clause="1", of=_combination(part))
        case _:
            return _leaf({True: "true", False: "false"}.get(plain, plain))


def _leaf(verdict: str) -> Compare:
    compare = an_agreement("leaf", "PAYER-1").criteria["expression"]
    assert isinstance(compare, Compare)
    assert isinstance(compare.measure, FactorActivity)
    match verdict:
        case "true":
            return compare
        case "false":
            return compare.model_copy(update={"operator": "<"})
        case "unknown":
            return compare.model_copy(update={"measure": compare.measure.model_copy(update={"assay": "chromogenic"})})
        case _:
            raise ValueError("a leaf is true, false or unknown")


def outcome(vector: OutcomeVector, told: Told) -> Answer:
    clocks = _clocks(vector)
    found = _determined(vector, told, vector.document, vector.milestone, clocks)
    decisive = set(found.decisive_fact_ids)
    return {
        "finding": found.finding,
        "reason": found.reason,
        "first_failure_on": found.first_failure_on,
        "wanted": bool(found.wanted),
        "used": tuple(sorted(_name(told, fact_id) for fact_id in decisive)),
    }


def superseding(vector: SupersedingVector, told: Told) -> Answer:
    issued = _determined(vector, told, vector.document, vector.milestone, vector.issued)
    now = _determined(vector, told, vector.document, vector.milestone, _clocks(vector))
    return {"issued": issued.finding, "now": now.finding, "supersede": issued.finding != now.finding}


def payer_rule(vector: PayerRuleVector, told: Told) -> Answer:
    rule = _sound(vector.document)
    assert isinstance(rule, PayerRule)
    patient = Patient(vector.day_0, frozenset({vector.payer_on_day_0}), _evidence(vector, told))
    asked: list[Asked] = []
    verdicts: dict[str, RequestVerdict] = {}
    for request in vector.requests:
        verdict = judge_request(rule, patient, asked, request.asked_on)
        verdicts[request.id] = verdict
        asked.append(
            Asked(
                request_id=derived_id("test", "request", request.id),
                rule_id=rule.id,
                payer_id=rule.payer,
                asked_on=request.asked_on,
                permitted_under=tuple(one.reading for one in verdict.readings if one.permitted),
                declined=request.declined,
                answered_on=request.answered_on,
            )
        )
    windows = permitted_windows(rule, patient, asked)
    return {
        "requests": {name: _request(verdict) for name, verdict in verdicts.items()},
        "permitted_from": {one.reading: one.permitted_from for one in windows},
        "permitted_until": windows[0].permitted_until,
        "most_requests": {one.name: _most_requests(rule, patient, one.name) for one in rule.readings},
    }


def _request(verdict: RequestVerdict) -> Answer:
    return {
        "label": verdict.label,
        "permitted": {one.reading: one.permitted for one in verdict.readings},
        "reasons": {one.reading: one.reason for one in verdict.readings},
        "next_permitted_on": {one.reading: one.next_permitted_on for one in verdict.readings if not one.permitted},
    }


def _most_requests(rule: PayerRule, patient: Patient, reading: str) -> int:
    """Each request on the first day on which this reading permits one."""
    asked: list[Asked] = []
    while len(asked) < _OVER_LIMIT_OF_REQUESTS:
        window = next(one for one in permitted_windows(rule, patient, asked) if one.reading == reading)
        if window.permitted_from is None:
            break
        asked.append(
            Asked(
                request_id=derived_id("test", len(asked)),
                rule_id=rule.id,
                payer_id=rule.payer,
                asked_on=window.permitted_from,
                permitted_under=(reading,),
            )
        )
    return len(asked)


def refund(vector: RefundVector, told: Told) -> Answer:
    agreement = _agreement(vector.document)
    base = base_amount(agreement, vector.price, vector.dose_share_percent)
    failures = tuple(_failure(agreement, milestone, on) for milestone, on in vector.failures.items())
    first = min(failures, key=lambda failure: (failure.first_failure_on, failure.place), default=None)
    return _money(vector, told, agreement, base, failures, first)


def life(vector: LifeVector, told: Told) -> Answer:
    agreement = _agreement(vector.document)
    clocks = _clocks(vector)
    found = {one.id: _determined(vector, told, vector.document, one.id, clocks) for one in agreement.milestones}
    failed = {name: one.first_failure_on for name, one in found.items() if one.first_failure_on is not None}
    failures = tuple(_failure(agreement, milestone, on) for milestone, on in failed.items())
    first = min(failures, key=lambda failure: (failure.first_failure_on, failure.place), default=None)
    infused = _evidence(vector, told).infused
    share = infused.fact.dose_share_percent if infused is not None else 0
    base = base_amount(agreement, vector.price, cast("Any", share))
    return {
        "outcomes": {name: one.finding for name, one in found.items()},
        "first_failures": failed,
        **_money(vector, told, agreement, base, failures, first),
    }


def _money(
    vector: RefundVector | LifeVector,
    told: Told,
    agreement: Agreement,
    base: int,
    failures: tuple[Failure, ...],
    first: Failure | None,
) -> Answer:
    lines = owed(agreement, base, failures)
    return {
        "base": base,
        "lines": tuple({"component": x.component, "milestone": x.milestone, "amount": x.amount} for x in lines),
        "total": sum(line.amount for line in lines),
        "beneficiary": beneficiary(agreement, vector.payer_on_day_0, first, _evidence(vector, told)),
    }


def document(vector: DocumentVector, told: Told) -> Answer:
    read = read_document(vector.document)
    problems = read if isinstance(read, tuple) else lint(read)
    return {"problems": tuple(f"{problem.pointer} {problem.code}" for problem in problems)}


def _failure(agreement: Agreement, milestone: str, on: date) -> Failure:
    return Failure(milestone, on, [one.id for one in agreement.milestones].index(milestone))


def _determined(
    vector: OutcomeVector | SupersedingVector | LifeVector,
    told: Told,
    terms: dict[str, Any],
    milestone: str,
    clocks: Clocks,
) -> Determination:
    agreement = _agreement(terms)
    waived = vector.waived if isinstance(vector, OutcomeVector | LifeVector) else ()
    reminded_on = vector.reminded_on if isinstance(vector, OutcomeVector) else None
    waiver = Waiver(event_id=derived_id("test", "waiver"), clause="3.9") if milestone in waived else None
    return determine(
        Question(
            infusion_id=INFUSION,
            agreement=agreement,
            terms_hash=terms_hash(agreement),
            milestone=milestone,
            day_0=vector.day_0,
            evidence=known(told.events, known_at=clocks.known_at, as_of=clocks.as_of),
            reference=shipped_reference(),
            as_of=clocks.as_of,
            known_at=clocks.known_at,
            waiver=waiver,
            reminded_on=reminded_on,
        )
    )


def _agreement(content: dict[str, Any]) -> Agreement:
    agreement = _sound(content)
    assert isinstance(agreement, Agreement)
    return agreement


def _sound(content: dict[str, Any]) -> object:
    """The document; a vector about outcomes or money rests on one that the reader takes."""
    read = read_document(content)
    assert not isinstance(read, tuple), "\n".join(str(problem) for problem in read)
    return read


def _clocks(vector: Vector) -> Clocks:
    return Clocks(as_of=vector.as_of or LAST_DAY, known_at=vector.known_at or FOR_EVER)


def _evidence(vector: Vector, told: Told) -> Evidence:
    clocks = _clocks(vector)
    return known(told.events, known_at=clocks.known_at, as_of=clocks.as_of)


def _setting(vector: TimedVector, timing: Timing, told: Told) -> Setting:
    dates = _obligation(timing, vector.day_0)
    return Setting(
        evidence=_evidence(vector, told),
        obligation=dates,
        reference=shipped_reference(),
        closed=(vector.as_of or LAST_DAY) > dates.grace_ends_on,
    )


def _obligation(timing: Timing, day_0: date) -> Obligation:
    milestone = Milestone(
        id="asked",
        clause="3.1",
        role="judged",
        due=timing.due,
        window=timing.window,
        grace_days=timing.grace_days,
        cure_days=timing.cure_days,
        report_by_days=timing.report_by_days,
        criterion="asked",
    )
    return milestone_obligation(_calendar(timing.month_end), milestone, day_0)


@cache
def _calendar(month_end: str) -> Agreement:
    return an_agreement("calendar", "PAYER-1").model_copy(update={"month_end": month_end})


def _shown(measured: Measured) -> str:
    return "unknown" if measured.value is None else shown_interval(measured.value)


def _name(told: Told, fact_id: UUID) -> str:
    return told.names.get(str(fact_id), str(fact_id))


ANSWERS: dict[type[Vector], Callable[[Any, Told], Answer]] = {
    DueDatesVector: due_dates,
    LocalDatesVector: local_dates,
    WindowVector: window,
    EvidenceVector: evidence,
    ComparisonsVector: comparisons,
    MeasureVector: measure,
    CriterionVector: criterion,
    LogicVector: logic,
    OutcomeVector: outcome,
    SupersedingVector: superseding,
    PayerRuleVector: payer_rule,
    RefundVector: refund,
    LifeVector: life,
    DocumentVector: document,
}


def asserted(vector: Vector) -> Iterator[tuple[str, Any]]:
    """What the vector asserts: the keys that it writes, and nothing else."""
    expect = vector.expect  # type: ignore[attr-defined]
    for name in sorted(expect.model_fields_set):
        yield name, expect.model_dump(exclude_unset=True)[name]
