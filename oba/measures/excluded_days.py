"""The days of a period that the agreement leaves out, and how far back facts that are still unknown may leave out more.

The days that count do not end with the attestation here: what is attested is a question of its own.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import assert_never

from oba.dates import Span, months_span
from oba.evidence import Evidence
from oba.facts.base import Fact
from oba.facts.bleed import BleedLogged
from oba.facts.fix_product_use import FixProductUsed
from oba.facts.follow_up import FollowUpResumed, LostToFollowUp
from oba.facts.life_event import Hospitalised, LiverTransplanted, NonFactorProphylaxisStarted, Retreated
from oba.measures.attestation import bleed_log, fix_use
from oba.measures.measured import Setting
from oba.terms.excluded_span import AroundEvent, AroundSurgery, ExcludedSpan, WhileLost
from oba.terms.period import MonthsAfterDayZero

_EVENTS: dict[str, type[Fact]] = {
    "hospitalised": Hospitalised,
    "liver_transplanted": LiverTransplanted,
    "non_factor_prophylaxis_started": NonFactorProphylaxisStarted,
    "retreated": Retreated,
}


def days_between(first: date, last: date) -> frozenset[date]:
    """Every day from one to the other, both included; none where the last lies before the first."""
    return frozenset(first + timedelta(days=number) for number in range((last - first).days + 1))


def excluded_days(excluded: Iterable[ExcludedSpan], setting: Setting, period: Span) -> frozenset[date]:
    """The days of the period that lie in one of the excluded spans."""
    spans = (span for one in excluded for span in _spans(one, setting))
    return frozenset(
        day for first, last in spans for day in days_between(max(first, period.first), min(last, period.last))
    )


def complete_through(excluded: Iterable[ExcludedSpan], setting: Setting, attested: date) -> date | None:
    """The last day that no fact still to come can exclude, or free again; None where no record attests it (settled C1).

    Operations show in the bleed log and in FIX use; nothing attests that every other event is known.
    """
    through = attested
    for one in excluded:
        match one:
            case MonthsAfterDayZero():
                pass
            case AroundSurgery():
                known = _operations_known_through(setting.evidence, attested)
                if known is None:
                    return None
                through = min(through, known - timedelta(days=one.before_days))
            case AroundEvent() | WhileLost():
                return None
            case _:  # pragma: no cover
                assert_never(one)
    return through


def _operations_known_through(evidence: Evidence, needed: date) -> date | None:
    attestations = (bleed_log(evidence, needed), fix_use(evidence, needed))
    known = [one.through for one in attestations if one is not None]
    return min(known) if len(known) == len(attestations) else None


def _spans(one: ExcludedSpan, setting: Setting) -> Iterator[tuple[date, date]]:
    match one:
        case MonthsAfterDayZero():
            span = months_span(setting.obligation.day_0, one.from_month, one.to_month, setting.month_end)
            yield span.first, span.last
        case AroundSurgery():
            for day in _operations(setting.evidence):
                yield _around(day, one)
        case AroundEvent():
            for item in setting.evidence.of(_EVENTS[one.event]):
                yield _around(item.occurred_on, one)
        case WhileLost():
            yield from _lost(setting.evidence)
        case _:  # pragma: no cover
            assert_never(one)


def _operations(evidence: Evidence) -> frozenset[date]:
    doses = {item.occurred_on for item in evidence.of(FixProductUsed) if item.fact.purpose == "surgery"}
    bleeds = {item.occurred_on for item in evidence.of(BleedLogged) if item.fact.cause == "surgical"}
    return frozenset(doses | bleeds)


def _around(day: date, one: AroundSurgery | AroundEvent) -> tuple[date, date]:
    return day - timedelta(days=one.before_days), day + timedelta(days=one.after_days)


def _lost(evidence: Evidence) -> Iterator[tuple[date, date]]:
    """Both events hold from their own day: the day of the loss is lost, the day of the return is not (settled A7)."""
    turns = [item for item in evidence.items if isinstance(item.fact, LostToFollowUp | FollowUpResumed)]
    lost_on: date | None = None
    for on, today in groupby(turns, key=lambda item: item.occurred_on):
        if any(isinstance(item.fact, FollowUpResumed) for item in today):
            if lost_on is not None:
                yield lost_on, on - timedelta(days=1)
            lost_on = None
        else:
            lost_on = lost_on or on
    if lost_on is not None:
        yield lost_on, date.max
