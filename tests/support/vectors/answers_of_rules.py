"""Answers about dates, evidence, measures and criteria."""

from datetime import date
from fractions import Fraction
from typing import Any

from adapters.documents.shelf import shipped_reference
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
from oba.terms.criteria.any_criterion import All, AnyOf, Criterion, Not
from oba.terms.criteria.compare import Compare
from oba.terms.measures.bleeding_rate import BleedingRate
from oba.terms.measures.factor_activity import FactorActivity
from oba.terms.measures.prophylaxis import Prophylaxis
from tests.support.agreements import an_agreement
from tests.support.events import DAY_0, History, a_result
from tests.support.vectors.asked import evidence_of, name_of, obligation_of, setting_of, shown
from tests.support.vectors.questions import (
    ComparisonsVector,
    CriterionVector,
    DueDatesVector,
    EvidenceVector,
    LocalDatesVector,
    LogicVector,
    MeasureVector,
    Timing,
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
        "used": tuple(sorted(name_of(told, one.fact_id) for one in measured.trace.used)),
        "rejected": {name_of(told, one.fact_id): one.reason for one in measured.trace.rejected},
        "provisional": measured.provisional,
        "decided_on": measured.decided_on,
        "returned_on": returned_on,
        "unverified": bool(measured.trace.unverified),
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
    return {"verdict": judged.verdict, "reason": judged.trace.reason, "decided_on": judged.decided_on}


def logic(vector: LogicVector, told: Told) -> Answer:
    """The criterion judged by the engine; each leaf asks for a result that passes, fails, or is not there."""
    history = History()
    history.tell(a_result("40"), on=DAY_0)
    due_now = Timing.model_validate(
        {"due": {"amount": 0, "unit": "days"}, "window": {"kind": "around_due", "before_days": 0, "after_days": 0}}
    )
    setting = Setting(
        evidence=history.evidence(),
        obligation=obligation_of(due_now, DAY_0),
        reference=shipped_reference(),
        closed=True,
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
