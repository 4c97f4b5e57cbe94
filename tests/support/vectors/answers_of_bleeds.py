"""Answers about yearly rates and their baselines."""

from fractions import Fraction
from typing import Any

from oba.criteria.judge import judge
from oba.measures.bleeding_rate import bleeding_rate
from oba.measures.factor_consumption import factor_consumption
from oba.measures.garwood import yearly_interval
from oba.measures.measured import shown as shown_number
from oba.terms.measures.bleeding_rate import BleedingRate
from tests.support.vectors.asked import name_of, setting_of, shown
from tests.support.vectors.questions_of_bleeds import ChangeVector, GarwoodVector, YearlyVector
from tests.support.vectors.reading import Told

Answer = dict[str, Any]


def garwood(vector: GarwoodVector, told: Told) -> Answer:
    asked = vector.document
    days, year = Fraction(asked.days), Fraction(asked.annualisation)
    limits = yearly_interval(asked.bleeds, days, year)
    return {
        "rate": shown_number(asked.bleeds * year / days),
        "interval": tuple(shown_number(limit) for limit in limits),
    }


def yearly(vector: YearlyVector, told: Told) -> Answer:
    setting = setting_of(vector, vector.milestone, told)
    terms = vector.document
    measured = bleeding_rate(terms, setting) if isinstance(terms, BleedingRate) else factor_consumption(terms, setting)
    steps = {step.step: step for step in measured.trace.every()}
    interval = steps.get("measure.bleeding_rate_interval")
    return {
        "value": shown(measured),
        "reason": measured.trace.reason,
        "in_full": measured.trace,
        "interval": None if interval is None else interval.value,
        "at_least": None if measured.at_least is None else shown_number(measured.at_least),
        "provisional": measured.provisional,
        "decided_on": measured.decided_on,
        "used": tuple(sorted(name_of(told, one.fact_id) for one in measured.trace.used)),
        "rejected": {name_of(told, one.fact_id): one.reason for one in measured.trace.rejected},
        "wanted": tuple(one.what for one in measured.trace.wanted),
        "said": {name: step.sentence for name, step in steps.items()},
    }


def change(vector: ChangeVector, told: Told) -> Answer:
    judged = judge(vector.document, setting_of(vector, vector.milestone, told))
    return {
        "verdict": judged.verdict,
        "reason": judged.trace.reason,
        "in_full": judged.trace,
        "value": judged.trace.value,
        "baseline": judged.trace.because[1].value,
        "decided_on": judged.decided_on,
    }
