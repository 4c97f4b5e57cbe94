"""Answers about events, cover and eligibility."""

from dataclasses import replace
from typing import Any

from adapters.documents.shelf import shipped_reference
from oba.criteria.state import stated
from oba.determination.eligible import Candidate, eligible
from oba.measures.days_covered import covered_days, days_covered
from oba.measures.dose_share import dose_share
from oba.measures.measured import Measured, Setting
from oba.terms.criteria.state import STATES
from oba.terms.measures.days_covered import DaysCovered
from oba.trace import Trace
from tests.support.vectors.asked import agreement_of, evidence_of, name_of, setting_of, shown
from tests.support.vectors.questions_of_events import CountVector, CoverVector, EligibilityVector, StateVector
from tests.support.vectors.reading import Told

Answer = dict[str, Any]


def state(vector: StateVector, told: Told) -> Answer:
    setting = setting_of(vector, vector.milestone, told)
    found = stated(vector.document, replace(setting, recorded_until=setting.obligation.cure_ends_on))
    measured = found.measured
    before, after = STATES[vector.document.kind]
    return {
        "value": {"true": after, "false": before, "unknown": "unknown"}[found.happened],
        "reason": measured.trace.reason,
        "in_full": measured.trace,
        "decided_on": measured.decided_on,
        "confirmed_on": found.confirmed_on,
        "provisional": measured.provisional,
        "used": _used(measured, told),
        "rejected": {name_of(told, one.fact_id): one.reason for one in measured.trace.rejected},
        "wanted": _wanted(measured.trace),
    }


def count(vector: CountVector, told: Told) -> Answer:
    setting = replace(setting_of(vector, vector.milestone, told), payer_at_infusion=vector.payer_on_day_0)
    if vector.no_infusion:
        infused = setting.evidence.infused
        assert infused is not None
        setting = replace(setting, evidence=setting.evidence.without([infused.fact_id]))
    measured = _counted(vector, setting)
    return {
        "value": shown(measured),
        "reason": measured.trace.reason,
        "in_full": measured.trace,
        "decided_on": measured.decided_on,
        "used": _used(measured, told),
        "wanted": _wanted(measured.trace),
    }


def cover(vector: CoverVector, told: Told) -> Answer:
    asked = vector.document
    found = covered_days(evidence_of(vector, told), asked.payer_on_day_0, asked.first, asked.last)
    return {
        "cover": tuple(
            {"payers": one.payers, "first": one.span.first, "last": one.span.last, "days": one.span.days}
            for one in found
        )
    }


def eligibility(vector: EligibilityVector, told: Told) -> Answer:
    said = vector.enrolment
    found = eligible(
        agreement_of(vector.document),
        Candidate(
            day_0=vector.day_0,
            evidence=evidence_of(vector, told),
            reference=shipped_reference(),
            product=said.product,
            ndc=said.ndc,
            htc_id=said.htc,
            enrolled_on=said.enrolled_on,
            consent_version=said.consent_version,
            prior_authorised_on=said.prior_authorised_on,
        ),
    )
    return {
        "eligible": found.verdict,
        "conditions": {condition.name: condition.verdict for condition in found.conditions},
        "wanted": _wanted(found.trace),
        "in_full": found.trace,
    }


def _counted(vector: CountVector, setting: Setting) -> Measured:
    if isinstance(vector.document, DaysCovered):
        return days_covered(vector.document, setting)
    return dose_share(vector.document, setting)


def _wanted(trace: Trace) -> tuple[str, ...]:
    every = [one for step in trace.every() for one in step.wanted]
    return tuple(dict.fromkeys(one.what + (f", until {one.until}" if one.until else "") for one in every))


def _used(measured: Measured, told: Told) -> tuple[str, ...]:
    """The facts of the measure and of the contact or attestation that it rests on."""
    steps: tuple[Trace, ...] = measured.trace.every()
    return tuple(sorted(name_of(told, one.fact_id) for step in steps for one in step.used))
