"""Which facts the agreement admits as evidence: permitted sources, their precedence, and deadlines (C43, C44)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias, assert_never
from uuid import UUID

from oba.dates import start_of_day_utc, write_instant
from oba.determination.question import Question, cure_ends_on
from oba.evidence import Evidence, Item, SetAside
from oba.evidence.items import evidence_of
from oba.facts.assessment import MilestoneAssessed
from oba.facts.base import Fact
from oba.facts.bleed import BleedLogged
from oba.facts.fix_activity import FixActivityMeasured
from oba.facts.fix_product_use import FixProductUsed
from oba.facts.follow_up import MissingCauseRecorded
from oba.facts.life_event import PatientDied
from oba.terms.evidence_rules import CutOff, EvidenceRules, SourceRule
from oba.trace import Rejected, Trace

_BY_HAND = "manual"
"""The laboratory system of a result that names none."""

Refused: TypeAlias = tuple[Item[Fact], str, str]
"""A fact that is not admitted, the coded reason, and its sentence."""


@dataclass(frozen=True)
class Admission:
    """The evidence that the agreement admits, and a step of the trace for each rule that turned something away."""

    evidence: Evidence
    steps: tuple[Trace, ...] = ()

    def shown_in(self, trace: Trace) -> Trace:
        """The trace with those steps; unchanged where nothing was turned away."""
        return trace.model_copy(update={"because": (*trace.because, *self.steps)}) if self.steps else trace


def admission(rules: EvidenceRules | None, evidence: Evidence, known_at: datetime) -> Admission:
    """Without rules everything is admitted; what a rule turns away is set aside with its reason."""
    if rules is None:
        return Admission(evidence)
    turned_away: list[Refused] = []
    steps = [_cut(rules.cut_off, evidence)] if rules.cut_off is not None and evidence.known_at < known_at else []
    for rule in rules.rules:
        refused = list(_refused(rules, rule, evidence))
        turned_away.extend(refused)
        if refused:
            steps.append(_step(rule, refused))
    return Admission(_without(evidence, turned_away), tuple(steps))


def known_until(cut_off: CutOff | None, question: Question, known_at: datetime) -> datetime:
    """The instant up to which a milestone's determination may know anything: `known_at`, or the end of the cut-off's
    day in UTC where that came before. A cure that a late reminder began ends later than the dates say (settled B2).
    """
    if cut_off is None:
        return known_at
    obligation = question.obligation
    match cut_off.after:
        case "window_closes":
            on = obligation.closes_on
        case "grace_ends":
            on = obligation.grace_ends_on
        case "cure_ends":
            on = cure_ends_on(question)
        case _:  # pragma: no cover
            assert_never(cut_off.after)
    return min(known_at, start_of_day_utc(on + timedelta(days=cut_off.days + 1)) - timedelta(microseconds=1))


def _refused(rules: EvidenceRules, rule: SourceRule, evidence: Evidence) -> Iterator[Refused]:
    """First sources and deadlines, then precedence among what is left."""
    reports: dict[tuple[object, ...], list[Item[Fact]]] = {}
    for item in evidence.items:
        if item.fact.kind not in rule.facts:
            continue
        source = _source_class(rules, item)
        if source not in rule.sources:
            yield item, "source_not_permitted", f"{_words(source)} is no source that clause {rule.clause} permits"
        elif _is_late(rule, item):
            within = f"within {rule.recorded_within_days} days of {item.occurred_on}"
            yield item, "reported_late", f"not recorded {within}, as clause {rule.clause} asks"
        else:
            reports.setdefault(_same_thing(item), []).append(item)
    for told in reports.values():
        yield from _overruled(rules, rule, told)


def _overruled(rules: EvidenceRules, rule: SourceRule, told: list[Item[Fact]]) -> Iterator[Refused]:
    """Of several sources that report one thing the first of the list counts; two reports of one source both stand."""
    places = [[str(one) for one in rule.sources].index(_source_class(rules, item)) for item in told]
    first = rule.sources[min(places)]
    for item, place in zip(told, places, strict=True):
        if place > min(places):
            yield item, "overruled_by_source", f"{_words(first)} reports the same, and comes first in {rule.clause}"


def _source_class(rules: EvidenceRules, item: Item[Fact]) -> str:
    """The class of the fact's source; an assessment is an attestation, and a laboratory's own system comes first."""
    match item.fact:
        case MilestoneAssessed():
            return "attestation"
        case FixActivityMeasured(system=system) if system != _BY_HAND:
            return rules.systems.get(system, rules.unlisted_system)
        case _:
            return rules.systems.get(item.source.system, rules.unlisted_system)


def _is_late(rule: SourceRule, item: Item[Fact]) -> bool:
    if rule.recorded_within_days is None:
        return False
    recorded_on: date = item.recorded_at.astimezone(UTC).date()
    return recorded_on > item.occurred_on + timedelta(days=rule.recorded_within_days)


def _same_thing(item: Item[Fact]) -> tuple[object, ...]:
    """What two reports must share to be about one thing."""
    kind, on = item.fact.kind, item.occurred_on
    match item.fact:
        case FixActivityMeasured(assay=assay):
            return (kind, on, assay)
        case BleedLogged(site=site):
            return (kind, on, site)
        case FixProductUsed(product=product):
            return (kind, on, product)
        case MilestoneAssessed(milestone=milestone) | MissingCauseRecorded(milestone=milestone):
            return (kind, milestone)
        case PatientDied():
            return (kind,)
        case _:
            return (kind, on)


def _cut(cut_off: CutOff, evidence: Evidence) -> Trace:
    sentence = f"nothing counts that was recorded after {write_instant(evidence.known_at)}"
    return Trace(step="evidence", sentence=sentence, clause=cut_off.clause, reason="cut_off")


def _step(rule: SourceRule, refused: Iterable[Refused]) -> Trace:
    rejected = tuple(
        Rejected(
            fact_id=item.fact_id, kind=item.fact.kind, occurred_on=item.occurred_on, reason=reason, sentence=sentence
        )
        for item, reason, sentence in refused
    )
    sentence = f"{len(rejected)} reported facts are not admitted as evidence"
    return Trace(step="evidence", sentence=sentence, clause=rule.clause, rejected=rejected)


def _without(evidence: Evidence, refused: list[Refused]) -> Evidence:
    if not refused:
        return evidence
    gone: set[UUID] = {item.fact_id for item, *_ in refused}
    aside = [
        SetAside(fact_id=item.fact_id, kind=item.fact.kind, occurred_on=item.occurred_on, reason=reason, fact=item.fact)
        for item, reason, _ in refused
    ]
    set_aside = sorted([*evidence.set_aside, *aside], key=lambda one: (one.occurred_on, one.fact_id.int))
    kept = tuple(item for item in evidence.items if item.fact_id not in gone)
    return evidence_of(evidence.known_at, evidence.as_of, kept, tuple(set_aside))


def _words(source: str) -> str:
    return f"a source of class {source}" if source != "not_permitted" else "a source that is not listed"
