"""Answers about agreements, payer rules and money."""

from typing import Any

from oba.dates import FIRST_DAY
from oba.identity import derived_id
from oba.payer_rule import Asked, Patient, RequestVerdict, judge_request, permitted_windows
from oba.refund.base import base_amount
from oba.refund.failure import Failure
from oba.refund.owed import beneficiary, owed
from oba.refund.refused import RefundRefused
from oba.terms.agreement import Agreement
from oba.terms.document import read_document
from oba.terms.lint import lint
from oba.terms.payer_rule import PayerRule
from tests.support.vectors.answers_of_lives import told_lines
from tests.support.vectors.asked import (
    agreement_of,
    clocks_of,
    determined,
    evidence_of,
    failure_on,
    name_of,
    sound_document,
)
from tests.support.vectors.questions import (
    DocumentVector,
    OutcomeVector,
    PayerRuleVector,
    RefundVector,
    SupersedingVector,
)
from tests.support.vectors.reading import Told

Answer = dict[str, Any]
_OVER_LIMIT_OF_REQUESTS = 1_000


def outcome(vector: OutcomeVector, told: Told) -> Answer:
    clocks = clocks_of(vector)
    found = determined(vector, told, vector.document, vector.milestone, clocks)
    decisive = set(found.decisive_fact_ids)
    return {
        "finding": found.finding,
        "reason": found.reason,
        "first_failure_on": found.first_failure_on,
        "wanted": bool(found.wanted),
        "used": tuple(sorted(name_of(told, fact_id) for fact_id in decisive)),
        "clause": found.trace.clause,
        "in_full": found,
        "share": found.share,
        "tier": found.tier,
        "latched_from": found.latched_from,
        "failed_parts": found.failed_parts,
        "confirmed_on": found.confirmed_on,
        "costs": found.costs.model_dump(mode="json", exclude={"clause", "quote"}) if found.costs is not None else None,
        "unverified": bool(found.unverified),
        "not_admitted": {
            name_of(told, one.fact_id): one.reason
            for step in found.trace.every()
            if step.step == "evidence"
            for one in step.rejected
        },
    }


def superseding(vector: SupersedingVector, told: Told) -> Answer:
    issued = determined(vector, told, vector.document, vector.milestone, vector.issued)
    now = determined(vector, told, vector.document, vector.milestone, clocks_of(vector))
    return {"issued": issued.finding, "now": now.finding, "supersede": issued.finding != now.finding}


def payer_rule(vector: PayerRuleVector, told: Told) -> Answer:
    rule = sound_document(vector.document)
    assert isinstance(rule, PayerRule)
    patient = Patient(vector.day_0, frozenset({vector.payer_on_day_0}), evidence_of(vector, told))
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
    agreement = agreement_of(vector.document)
    base = base_amount(agreement, vector.price, vector.dose_share_percent)
    failures = tuple(failure_on(agreement, milestone, on) for milestone, on in vector.failures.items())
    lines = owed(agreement, base, failures)
    assert not isinstance(lines, RefundRefused), lines
    return {"base": base, **told_lines(lines), "beneficiary": _beneficiary(vector, told, agreement, failures)}


def _beneficiary(vector: RefundVector, told: Told, agreement: Agreement, failures: tuple[Failure, ...]) -> str:
    """Whom the first failure's refund follows."""
    first = min(failures, key=lambda failure: (failure.first_failure_on, failure.place), default=None)
    evidence = evidence_of(vector, told)
    return beneficiary(agreement, vector.payer_on_day_0, first, evidence, vector.day_0 or FIRST_DAY)


def document(vector: DocumentVector, told: Told) -> Answer:
    read = read_document(vector.document)
    problems = read if isinstance(read, tuple) else lint(read)
    return {"problems": tuple(f"{problem.pointer} {problem.code}" for problem in problems)}
