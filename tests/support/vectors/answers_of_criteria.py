"""Answers about combinations of criteria, about bare series, and about criteria that look back on milestones."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from adapters.documents.shelf import shipped_reference
from oba.criteria.judge import judge
from oba.criteria.judged import Judged
from oba.criteria.series import Held, at_each, drops, long_gaps, no_run
from oba.criteria.standing import Latching, latched
from oba.criteria.sustained_values import floor_of
from oba.dates import LAST_DAY
from oba.measures.interval import reported
from oba.measures.measured import Setting
from oba.terms.criteria.any_criterion import All, AnyOf, Criterion, Implies, KOfN, Not, Tiers
from oba.terms.criteria.compare import Compare
from oba.terms.criteria.latch import AtOnce, InARow
from oba.terms.criteria.tiers import Tier
from oba.terms.measures.factor_activity import FactorActivity
from oba.trace import Verdict
from tests.support.agreements import an_agreement
from tests.support.events import DAY_0, History, a_result
from tests.support.vectors.asked import name_of, obligation_of, setting_of
from tests.support.vectors.questions_of_criteria import (
    EachPasses,
    GapSeries,
    JudgedSeries,
    LogicVector,
    LookingBackVector,
    NoRun,
    SeriesVector,
    ValueSeries,
)
from tests.support.vectors.reading import Told
from tests.support.vectors.vector import Timing

Answer = dict[str, Any]


def logic(vector: LogicVector, told: Told) -> Answer:
    """The criterion judged by the engine; each leaf asks for a result that passes, fails, or is not there."""
    judged = judge(combination(vector.document), _where_leaves_are_asked())
    return {
        "verdict": judged.verdict,
        "deciding": _deciding(judged),
        "failed_parts": judged.failed_parts,
        "tier": judged.tier,
        "sentence": judged.trace.sentence,
        "in_full": judged.trace,
    }


def _where_leaves_are_asked() -> Setting:
    history = History()
    history.tell(a_result("40"), on=DAY_0)
    due_now = Timing.model_validate(
        {"due": {"amount": 0, "unit": "days"}, "window": {"kind": "around_due", "before_days": 0, "after_days": 0}}
    )
    return Setting(
        evidence=history.evidence(),
        obligation=obligation_of(due_now, DAY_0),
        reference=shipped_reference(),
        closed=True,
    )


def combination(plain: Any) -> Criterion:
    """The criterion that is written as a tree of combinations over given leaves."""
    name = plain.get("name") if isinstance(plain, dict) else None
    match plain:
        case {"all": parts}:
            return All(kind="all", clause="1", name=name, of=_parts(parts))
        case {"any": parts}:
            return AnyOf(kind="any", clause="1", name=name, of=_parts(parts))
        case {"not": part}:
            return Not(kind="not", clause="1", name=name, of=combination(part))
        case {"k_of_n": {"k": k, "of": parts}}:
            return KOfN(kind="k_of_n", clause="1", name=name, k=k, of=_parts(parts))
        case {"implies": {"if": premise, "then": conclusion}}:
            both = (combination(premise), combination(conclusion))
            return Implies(kind="implies", clause="1", name=name, premise=both[0], conclusion=both[1])
        case {"tiers": {"rows": rows, "of": parts}}:
            reached = tuple(Tier.model_validate(row) for row in rows)
            return Tiers(kind="tiers", clause="1", name=name, rows=reached, of=_parts(parts))
        case {"given": verdict}:
            return leaf(verdict).model_copy(update={"name": name})
        case _:
            return leaf(plain)


def _parts(parts: Sequence[Any]) -> tuple[Criterion, ...]:
    return tuple(combination(part) for part in parts)


def leaf(verdict: str) -> Compare:
    """A criterion with that verdict, over one result of 40 IU/dL by the one-stage assay."""
    compare = an_agreement("leaf", "PAYER-1").criteria["expression"]
    assert isinstance(compare, Compare)
    assert isinstance(compare.measure, FactorActivity)
    chromogenic = compare.measure.model_copy(update={"assay": "chromogenic"})
    changes: dict[str, dict[str, Any]] = {"true": {}, "false": {"operator": "<"}, "unknown": {"measure": chromogenic}}
    return compare.model_copy(update=changes[verdict])


def _deciding(judged: Judged) -> tuple[str, ...]:
    return tuple(leaf.said for leaf in judged.open_leaves if leaf.decides)


def series(vector: SeriesVector, told: Told) -> Answer:
    """The rule over the members up to the day that is asked."""
    terms, as_of = vector.document, vector.as_of or LAST_DAY
    if isinstance(terms, GapSeries):
        return {"gaps": tuple(long_gaps(terms.members, terms.gap, terms.starts_on, terms.closes_on))}
    days = [member.on for member in terms.members if member.on <= as_of]
    if isinstance(terms, ValueSeries):
        values = [reported(one.comparator, Fraction(one.value)) for one in terms.members[: len(days)]]
        return _held(at_each(drops(values, floor_of(terms.more_than, terms.unit))), days)
    return _judged_series(terms, days)


def _judged_series(terms: JudgedSeries, days: list[date]) -> Answer:
    verdicts = [member.verdict for member in terms.members[: len(days)]]
    if terms.latch is None:
        return _held(_rule(terms.rule, verdicts), days)
    failure = (
        AtOnce(kind="at_once")
        if isinstance(terms.rule, EachPasses)
        else InARow(kind="in_a_row", k=terms.rule.k, unknown_between=terms.rule.unknown_between)
    )
    standing = latched(days, verdicts, Latching(failure, terms.latch, terms.month_end))
    since, confirmed = (days[standing.run[0]], days[standing.run[-1]]) if standing.run else (None, None)
    return {
        "verdict": standing.verdict,
        "standing_since": since,
        "confirmed_on": confirmed,
        "cured_on": None if standing.cured is None else days[standing.cured],
    }


def _rule(rule: EachPasses | NoRun, verdicts: list[Verdict]) -> Held:
    return at_each(verdicts) if isinstance(rule, EachPasses) else no_run(verdicts, rule.k, rule.unknown_between)


def _held(held: Held, days: list[date]) -> Answer:
    first, confirmed = (days[held.run[0]], days[held.run[-1]]) if held.run else (None, None)
    return {"verdict": held.verdict, "first_failure_on": first, "confirmed_on": confirmed}


def looking_back(vector: LookingBackVector, told: Told) -> Answer:
    """The criterion judged by the engine at the milestone that is asked."""
    settings = sorted(
        (_named(setting_of(vector, timing, told), name) for name, timing in vector.milestones.items()),
        key=lambda setting: (setting.obligation.due_on, setting.obligation.name),
    )
    place = [setting.obligation.name for setting in settings].index(vector.milestone)
    judged = judge(vector.document, replace(settings[place], earlier=tuple(settings[:place])))
    return {
        "verdict": judged.verdict,
        "reason": judged.trace.reason,
        "in_full": judged.trace,
        "first_failure_on": judged.decided_on if judged.verdict == "false" else None,
        "confirmed_on": judged.confirmed_on,
        "latched_from": judged.latched_from,
        "failed_parts": judged.failed_parts,
        "tier": judged.tier,
        "used": tuple(sorted({name_of(told, item.fact_id) for item in judged.items})),
        "rejected": {name_of(told, one.fact_id): one.reason for step in judged.trace.every() for one in step.rejected},
        "deciding": _deciding(judged),
        "wanted_first": next((one.model_dump() for one in judged.trace.wanted), None),
        "value": judged.trace.value,
    }


def _named(setting: Setting, name: str) -> Setting:
    """The setting of a milestone of that name; what is missing may be recorded until its grace ends."""
    obligation = setting.obligation.model_copy(update={"name": name})
    return replace(setting, obligation=obligation, recorded_until=obligation.cure_ends_on)
