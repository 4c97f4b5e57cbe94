"""What every measure returns: a value or unknown with its reason, and the trace of how it came about."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from oba.dates import MonthEnd
from oba.evidence import Evidence, Item, SetAside
from oba.facts.base import Fact
from oba.measures.interval import Interval
from oba.reference.tables import Reference
from oba.schedule import Obligation
from oba.terms.shared_results import Sharing
from oba.trace import Rejected, Trace, Used


@dataclass(frozen=True)
class Setting:
    """What a measure is asked for: the evidence, the milestone's dates, and whether evidence may still come."""

    evidence: Evidence
    obligation: Obligation
    reference: Reference
    closed: bool
    """The window and its grace have closed; what is known now is what decides (settled B2, C1)."""
    month_end: MonthEnd = "clamp"
    """The agreement's convention for months that have no such day (settled B5)."""
    recorded_until: date | None = None
    """The last day on which missing evidence may still be recorded: the end of grace and cure (settled B2)."""
    rivals: tuple[Obligation, ...] = ()
    """The other milestones of the agreement, whose windows may claim the same result (settled B6)."""
    earlier: tuple["Setting", ...] = ()
    """The settings of the milestones due before this one, in the order of their due dates (C20)."""
    payer_at_infusion: str | None = None
    """Who covered the patient on Day 0; None where nobody said so."""
    shared_results: Sharing | None = None
    """Whose a result is that lies in several windows; None where no windows share a day (settled B6)."""


@dataclass(frozen=True)
class Measured:
    """A value as an interval, or None with the reason in the trace; the days of the facts that carry it."""

    trace: Trace
    value: Interval | None = None
    provisional: bool = False
    """A further admissible fact may still change the value (settled C1)."""
    only_falls: bool = False
    """Whether further facts can still lower a provisional value and never raise it."""
    at_least: Fraction | None = None
    """What the value can no longer fall below while it is provisional, whatever may still come (settled C1)."""
    decided_on: date | None = None
    """Local date of the decisive fact; None where absence decides (settled D3)."""
    items: tuple[Item[Fact], ...] = field(default=())
    """The facts that carry the value, and the assessment that attests them."""


_REASONS = {
    "other_assay": "another assay than the agreement's; never converted, never averaged",
    "other_laboratory": "another laboratory class than the agreement's",
    "other_reagent": "another reagent than the agreement's, or none is named",
    "other_milestone": "belongs to another milestone whose window holds its day",
    "later_in_order": "a laboratory that comes earlier in the agreement's order gave an admissible result",
    "not_final": "preliminary; only final, corrected or amended results count",
    "contaminated": "drawn before the washout of an earlier FIX dose had passed",
    "not_nearest": "another result lies nearer to the due date",
    "not_selected": "another result is selected by the agreement's rule",
    "outside_window": "outside the window",
    "unobserved": "its onset is on a day that is not observed",
    "on_prophylaxis": "its onset is on a day on prophylaxis, which counts by the imputed rate",
    "merged": "continues an earlier bleed at the same site",
    "other_kind": "not of the kind that the agreement counts",
    "surgical": "due to surgery",
    "other_purpose": "given for a purpose that the agreement does not count",
    "other_cause": "given for a bleed of a cause that the agreement leaves out",
    "day_not_observed": "given on a day that is not observed",
    "linked": "given for a bleed or surgery",
    "day_0": "given on Day 0",
    "same_day": "second dose on one day",
    "bridging": "bridging schedule that began before Day 0",
    "after_due": "after the due date",
    "temporary": "a temporary spell that the agreement does not count",
    "of_a_schedule": "given under a documented schedule, which is judged as a whole",
    "uncounted_cause": "begun for a cause that the agreement does not count",
    "other_relation": "a death that the agreement does not count",
}


def used(item: Item[Fact]) -> Used:
    """The trace's note of a fact that carries the step."""
    return Used(fact_id=item.fact_id, kind=item.fact.kind, occurred_on=item.occurred_on, says=item.fact.says())


def rejected(item: Item[Fact], reason: str) -> Rejected:
    """The trace's note of a fact that was looked at and left out."""
    return Rejected(
        fact_id=item.fact_id,
        kind=item.fact.kind,
        occurred_on=item.occurred_on,
        reason=reason,
        sentence=_REASONS[reason],
        says=item.fact.says(),
    )


def set_aside(one: SetAside) -> Rejected:
    """The trace's note of a fact that the evidence itself had set aside."""
    return Rejected(
        fact_id=one.fact_id,
        kind=one.kind,
        occurred_on=one.occurred_on,
        reason=one.reason,
        sentence=f"set aside: {one.reason.replace('_', ' ')}",
        says=one.fact.says(),
    )


def shown(number: Fraction, places: int = 4) -> str:
    """A number for reading: exact where it has few places, else rounded half-even to `places` (never before
    comparing).
    """
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    rounded = exact.quantize(Decimal(1).scaleb(-places))
    return format(rounded.normalize(), "f")


def shown_interval(value: Interval) -> str:
    """An interval for reading: `6`, `<1`, `>150`."""
    if value.high == value.low:
        return shown(value.low[0])
    if value.high is None:
        return f"{'>' if value.low[1] else '>='}{shown(value.low[0])}"
    if value.low == (Fraction(0), 0):
        return f"{'<' if value.high[1] else '<='}{shown(value.high[0])}"
    return f"from {shown(value.low[0])} to {shown(value.high[0])}"
