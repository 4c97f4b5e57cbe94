"""Who covered the patient on which days: the first day of a new cover belongs to it (settled A7)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import assert_never

from oba.dates import Span
from oba.evidence import Evidence, Item
from oba.facts.coverage import CoverageChanged
from oba.measures.interval import Interval
from oba.measures.measured import Measured, Setting, used
from oba.measures.measuring_period import period_span
from oba.terms.measures.days_covered import ByAnyPayer, ByNamedPayer, ByPayerAtInfusion, DaysCovered
from oba.trace import Trace, Wanted


@dataclass(frozen=True)
class Cover:
    """Days in a row on which the cover was the same; by nobody: a gap, by several: they began on one day."""

    payers: tuple[str, ...]
    span: Span
    changes: tuple[Item[CoverageChanged], ...] = ()
    """The facts that began it; none while the cover of Day 0 lasts."""
    known: bool = True
    """False before the first change where nobody said who covered on Day 0."""


def covered_days(evidence: Evidence, payer_at_infusion: str | None, first: date, last: date) -> tuple[Cover, ...]:
    """The days from `first` to `last`, both inclusive, by their cover and in order; no day twice, none left out."""
    return tuple(_covers(evidence, payer_at_infusion, first, last))


def _covers(evidence: Evidence, payer_at_infusion: str | None, first: date, last: date) -> Iterator[Cover]:
    changes: dict[date, list[Item[CoverageChanged]]] = defaultdict(list)
    for change in evidence.of(CoverageChanged):
        changes[max(first, change.occurred_on)].append(change)
    turns = sorted(on for on in changes if on <= last)
    until = (turns[0] if turns else last + timedelta(days=1)) - timedelta(days=1)
    if first <= until:
        known = payer_at_infusion is not None
        yield Cover((payer_at_infusion,) if payer_at_infusion else (), Span(first=first, last=until), known=known)
    for on, following in pairwise((*turns, last + timedelta(days=1))):
        begun = _in_force(changes[on])
        yield Cover(_payers(begun), Span(first=on, last=following - timedelta(days=1)), changes=begun)


def _in_force(changes: list[Item[CoverageChanged]]) -> tuple[Item[CoverageChanged], ...]:
    """Those of the last day among changes that lie on or before one day."""
    last = max(change.occurred_on for change in changes)
    return tuple(change for change in changes if change.occurred_on == last)


def _payers(begun: tuple[Item[CoverageChanged], ...]) -> tuple[str, ...]:
    """Of several records about one day, "uncovered" is overruled by a later one and no other."""
    payers: tuple[str, ...] = ()
    for change in begun:
        payer = change.fact.payer_id
        payers = () if payer is None else (*(one for one in payers if one != payer), payer)
    return payers


def days_covered(terms: DaysCovered, setting: Setting) -> Measured:
    """Days of the period; days after `as_of` may still be covered, so that the value is then an interval.

    Unknown, `payer_at_infusion_unknown`, where a day has no known cover, or nobody said who covered on Day 0.
    """
    period = period_span(terms.period, setting.obligation, setting.month_end)
    past = Span(first=period.first, last=min(period.last, setting.evidence.as_of))
    covers = covered_days(setting.evidence, setting.payer_at_infusion, past.first, past.last) if past.days else ()
    nameless = isinstance(terms.covered_by, ByPayerAtInfusion) and setting.payer_at_infusion is None
    if nameless or not all(cover.known for cover in covers):
        return _unknown(terms)
    counted = [cover for cover in covers if _counts(terms, setting, cover)]
    days, open_days = sum(cover.span.days for cover in counted), period.days - past.days
    value = Interval(low=(Fraction(days), 0), high=(Fraction(days + open_days), 0))
    changes = tuple(dict.fromkeys(change.fact_id for cover in covers for change in cover.changes))
    items = tuple(item for item in setting.evidence.of(CoverageChanged) if item.fact_id in changes)
    trace = Trace(
        step="measure.days_covered",
        sentence=_sentence(terms, counted, past, period),
        clause=terms.clause,
        value=f"{days} days" if not open_days else f"{days} to {days + open_days} days",
        reason="period_not_over" if open_days else None,
        used=tuple(used(item) for item in items),
        wanted=(Wanted(what=f"the cover of the patient through {period.last}", until=setting.recorded_until),)
        if open_days
        else (),
    )
    return Measured(trace=trace, value=value, items=items)


def _counts(terms: DaysCovered, setting: Setting, cover: Cover) -> bool:
    match terms.covered_by:
        case ByPayerAtInfusion():
            return setting.payer_at_infusion in cover.payers
        case ByNamedPayer(payer=payer):
            return payer in cover.payers
        case ByAnyPayer():
            return bool(cover.payers)
        case _:  # pragma: no cover
            assert_never(terms.covered_by)


def _sentence(terms: DaysCovered, counted: list[Cover], past: Span, period: Span) -> str:
    spans = [f"{cover.span.first} to {cover.span.last} ({cover.span.days} days)" for cover in counted]
    said = f"covered ({terms.covered_by.kind.replace('_', ' ')}): {', '.join(spans) or 'on no day'}"
    asked = f"period {period.first} to {period.last}"
    return f"{said}; {asked}" if past.last == period.last else f"{said}; {asked}, known through {past.last}"


def _unknown(terms: DaysCovered) -> Measured:
    trace = Trace(
        step="measure.days_covered",
        sentence="nobody said who covered the patient on Day 0",
        clause=terms.clause,
        reason="payer_at_infusion_unknown",
        wanted=(Wanted(what="the enrolment with the payer on Day 0"),),
    )
    return Measured(trace=trace)
