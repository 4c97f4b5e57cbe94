"""Answers about dates, evidence, measures and criteria."""

from datetime import date
from fractions import Fraction
from typing import Any

from adapters.local_time import local_day
from oba.criteria.judge import judge
from oba.dates import LAST_DAY, shift
from oba.evidence import known
from oba.measures.bleeding_rate import bleeding_rate
from oba.measures.factor_activity import factor_activity
from oba.measures.interval import reported
from oba.measures.measured import Measured, Setting
from oba.measures.prophylaxis import prophylaxis
from oba.schedule import phase
from oba.terms.measures.bleeding_rate import BleedingRate
from oba.terms.measures.factor_activity import FactorActivity
from oba.terms.measures.prophylaxis import Prophylaxis
from tests.support.vectors.asked import evidence_of, name_of, obligation_of, setting_of, shown
from tests.support.vectors.questions import (
    ComparisonsVector,
    CriterionVector,
    DueDatesVector,
    EvidenceVector,
    LocalDatesVector,
    MeasureVector,
    WindowVector,
)
from tests.support.vectors.reading import Told

Answer = dict[str, Any]


def due_dates(vector: DueDatesVector, told: Told) -> Answer:
    terms = vector.document
    return {"due_on": tuple(shift(terms.anchor_on, offset, terms.month_end) for offset in terms.offsets)}


def local_dates(vector: LocalDatesVector, told: Told) -> Answer:
    zone = vector.document.time_zone
    return {"local_dates": {name: local_day(at, zone) for name, at in vector.document.instants.items()}}


def window(vector: WindowVector, told: Told) -> Answer:
    dates = obligation_of(vector.document, vector.day_0)
    evidence = evidence_of(vector, told)
    inside = {name_of(told, item.fact_id): item.occurred_on in dates.window for item in evidence.items}
    fields = ("opens_on", "due_on", "closes_on", "grace_ends_on", "cure_ends_on", "report_by_on")
    plain = {field: getattr(dates, field) for field in fields}
    return {**plain, "phase": phase(dates, vector.as_of or LAST_DAY), "inside": inside}


def evidence(vector: EvidenceVector, told: Told) -> Answer:
    found = evidence_of(vector, told)
    backwards = known(reversed(told.events), known_at=found.known_at, as_of=found.as_of)
    named = {name_of(told, item.fact_id): item for item in found.items if item.fact.kind != "infused"}
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
        "set_aside": {name_of(told, one.fact_id): one.reason for one in found.set_aside},
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
    setting = setting_of(vector, vector.milestone, told)
    measured, value, returned_on = _measured(vector, setting)
    return {
        "value": value,
        "reason": measured.trace.reason,
        "in_full": measured.trace,
        "used": tuple(sorted(name_of(told, one.fact_id) for one in measured.trace.used)),
        "rejected": {name_of(told, one.fact_id): one.reason for one in measured.trace.rejected},
        "provisional": measured.provisional,
        "decided_on": measured.decided_on,
        "returned_on": returned_on,
        "unverified": bool(measured.trace.unverified),
        "flagged": {
            name_of(told, one.fact_id): str(step.reason) for step in measured.trace.because for one in step.used
        },
    }


def _measured(vector: MeasureVector, setting: Setting) -> tuple[Measured, str, date | None]:
    match vector.document:
        case FactorActivity():
            measured = factor_activity(vector.document, setting)
            return measured, shown(measured), None
        case BleedingRate():
            measured = bleeding_rate(vector.document, setting)
            return measured, shown(measured), None
        case Prophylaxis():
            state = prophylaxis(vector.document, setting)
            words = {"true": "returned", "false": "none", "unknown": "unknown"}
            return state.measured, words[state.returned], state.on if state.returned == "true" else None


def criterion(vector: CriterionVector, told: Told) -> Answer:
    judged = judge(vector.document, setting_of(vector, vector.milestone, told))
    steps = judged.trace.every()
    wanted = [one.until for step in steps for one in step.wanted if one.until is not None]
    return {
        "verdict": judged.verdict,
        "reason": judged.trace.reason,
        "in_full": judged.trace,
        "decided_on": judged.decided_on,
        "confirmed_on": judged.confirmed_on,
        "used": tuple(sorted(name_of(told, item.fact_id) for item in judged.items)),
        "rejected": {name_of(told, one.fact_id): one.reason for step in steps for one in step.rejected},
        "wanted_until": max(wanted, default=None),
        "unverified": any(step.unverified for step in steps),
    }
