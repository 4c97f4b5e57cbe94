"""All admissible results of a measure from the start of a series to the close of a milestone's window (C20)."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from oba.dates import Span, shift
from oba.evidence import Item
from oba.facts.fix_activity import FixActivityMeasured
from oba.measures.factor_activity import admission, conflicting, wanted_result
from oba.measures.interval import Interval
from oba.measures.measured import Setting, set_aside, shown_interval, used
from oba.measures.selection import draw_order, value_of
from oba.terms.criteria.sustained import Measurements
from oba.trace import Trace, Wanted

ANY_VALUE = Interval(low=(Fraction(0), 0), high=None)
"""What an unknown value may be."""


@dataclass(frozen=True)
class Member:
    """One measurement: its day, its value in IU/dL, and the fact; None where contradicting results leave it open."""

    on: date
    value: Interval
    item: Item[FixActivityMeasured] | None = None

    @property
    def said(self) -> str:
        """The measurement as it is read: `4.2 IU/dL on 2027-01-15`."""
        return f"{shown_interval(self.value)} IU/dL on {self.on}"


@dataclass(frozen=True)
class ResultSeries:
    """The measurements in the order of their draws, and the step of the trace that tells them."""

    span: Span
    members: tuple[Member, ...]
    trace: Trace


def result_series(terms: Measurements, setting: Setting) -> ResultSeries:
    """The series as known, whichever milestone owns a result; a day on which results contradict each other is a member
    of unknown value (settled A3).
    """
    obligation = setting.obligation
    span = Span(first=shift(obligation.day_0, terms.since, setting.month_end), last=obligation.closes_on)
    results = [item for item in setting.evidence.of(FixActivityMeasured) if item.occurred_on in span]
    found = admission(terms.measure, replace(setting, rivals=(), shared_results=None), results)
    contradicting = [one for one in conflicting(terms.measure, setting) if one.occurred_on in span]
    members = [
        *(Member(item.occurred_on, value_of(item), item) for item in sorted(found.admitted, key=draw_order)),
        *(Member(day, ANY_VALUE) for day in sorted({one.occurred_on for one in contradicting})),
    ]
    return ResultSeries(
        span=span,
        members=tuple(sorted(members, key=lambda member: member.on)),
        trace=Trace(
            step="measure.factor_activity.series",
            sentence=f"FIX activity, {len(found.admitted)} admissible results from {span.first} to {span.last}",
            clause=terms.measure.clause,
            used=tuple(used(member.item) for member in members if member.item is not None),
            rejected=(*found.left_out, *(set_aside(one) for one in contradicting)),
            wanted=() if members else (Wanted(what=wanted_result(terms.measure), until=span.last),),
            unverified=found.unverified,
        ),
    )
