"""Whether the patient has an inhibitor of FIX: a test from 0.6 BU on, confirmed as the terms name (settled C10).

Negative is known by a test in the window only. A result such as `<1` leaves open on which side of the limit it lies
(settled C3); a positive result that no second one has answered leaves the state open as well (settled C5).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from oba.dates import Span
from oba.evidence import Evidence, Item
from oba.facts.base import Fact
from oba.facts.fix_inhibitor import POSITIVE_FROM_BU, FixInhibitorTested
from oba.measures.interval import reported
from oba.measures.measured import Measured, Setting, rejected, used
from oba.measures.ownership import owns
from oba.measures.stated import Stated
from oba.terms.measures.inhibitor import Inhibitor, InhibitorRule, SecondResult, SingleResult
from oba.trace import Rejected, Trace, Verdict, Wanted

Test = Item[FixInhibitorTested]


@dataclass(frozen=True)
class Examined:
    """A test that is or may be positive, and what the second result says about it."""

    test: Test
    positive: Verdict
    seconds: tuple[Test, ...] = ()
    """The results that confirm it, refute it or leave it open; empty where none is needed or there is none."""
    awaited_until: date | None = None
    """The last day of a second result, where the verdict waits for one."""

    @property
    def items(self) -> tuple[Item[Fact], ...]:
        """The facts that carry the verdict."""
        return (self.test, *self.seconds)

    @property
    def confirmed_on(self) -> date | None:
        """The day of the later result where a second one confirmed the first."""
        return max(item.occurred_on for item in self.items) if self.positive == "true" and self.seconds else None


def inhibitor(terms: Inhibitor, setting: Setting) -> Stated:
    """Positive or negative in the window; unknown: `no_result_in_window`, `other_assay`, `not_confirmed`,
    `comparator_leaves_it_open`.
    """
    window = setting.obligation.window
    every = examine(terms, setting.evidence, window, closed=setting.closed)
    examined = tuple(one for one in every if owns(setting, one.test.occurred_on))
    elsewhere = (rejected(one.test, "other_milestone") for one in every if one not in examined)
    left_out = (*_of_other_assays(terms, setting.evidence, window), *elsewhere)
    positive = next((one for one in examined if one.positive == "true"), None)
    if positive is not None:
        return _positive(terms, positive, left_out)
    open_ones = [one for one in examined if one.positive == "unknown"]
    if open_ones:
        return _open(terms, open_ones, left_out)
    if not examined:
        return _nothing(terms, window, left_out)
    return _negative(terms, setting, examined, left_out)


def examine(rule: InhibitorRule, evidence: Evidence, days: Span, *, closed: bool) -> tuple[Examined, ...]:
    """Every test of the assay on those days, in date order; `closed`: no further result can be recorded."""
    tests = _of_assay(rule, evidence)
    return tuple(_examined(rule, test, tests, evidence, closed=closed) for test in tests if test.occurred_on in days)


def limit(rule: InhibitorRule) -> str:
    """The number from which a test is positive, and that it is the default where the terms name none."""
    default = "" if rule.positive_from_bu is not None else " (the default of settled C10)"
    return f"{_positive_from(rule)} BU{default}"


def _positive_from(rule: InhibitorRule) -> Decimal:
    return rule.positive_from_bu if rule.positive_from_bu is not None else POSITIVE_FROM_BU


def _of_assay(rule: InhibitorRule, evidence: Evidence) -> tuple[Test, ...]:
    return tuple(test for test in evidence.of(FixInhibitorTested) if rule.assay in ("any", test.fact.assay))


def _of_other_assays(terms: Inhibitor, evidence: Evidence, window: Span) -> tuple[Rejected, ...]:
    counted = _of_assay(terms, evidence)
    return tuple(
        rejected(test, "other_assay")
        for test in evidence.of(FixInhibitorTested)
        if test.occurred_on in window and test not in counted
    )


def _examined(
    rule: InhibitorRule, test: Test, tests: tuple[Test, ...], evidence: Evidence, *, closed: bool
) -> Examined:
    own = _at_limit(rule, test)
    if own == "false":
        return Examined(test, own)
    match rule.confirmation:
        case SingleResult():
            return Examined(test, own)
        case SecondResult() as asked:
            over = closed and evidence.as_of > test.occurred_on + timedelta(days=asked.within_days)
            return _with_second(rule, asked, test, _near(test, tests, asked.within_days), over=over)
        case _:  # pragma: no cover
            assert_never(rule.confirmation)


def _with_second(rule: InhibitorRule, asked: SecondResult, test: Test, others: list[Test], *, over: bool) -> Examined:
    """A positive one on either side confirms; only later ones clear it, and only once the named days have passed."""
    confirming = [other for other in others if _at_limit(rule, other) == "true"]
    if confirming:
        second = min(confirming, key=lambda other: max(other.occurred_on, test.occurred_on))
        return Examined(test, _at_limit(rule, test), seconds=(second,))
    later = tuple(other for other in others if _is_later(other, test))
    if not over or not later:
        until = test.occurred_on + timedelta(days=asked.within_days)
        return Examined(test, "unknown", seconds=later, awaited_until=until)
    undecided = tuple(other for other in later if _at_limit(rule, other) == "unknown")
    cleared = not undecided and asked.negative_second == "clears_positive"
    return Examined(test, "false" if cleared else "unknown", seconds=undecided or later)


def _is_later(other: Test, test: Test) -> bool:
    """Of two tests of one day the later one is known only where both hours are."""
    if other.occurred_on != test.occurred_on or other.occurred_at is None or test.occurred_at is None:
        return other.occurred_on > test.occurred_on
    return other.occurred_at > test.occurred_at


def _near(test: Test, tests: tuple[Test, ...], within_days: int) -> list[Test]:
    """The other samples at most so many days before or after; one accession is one sample (settled A3)."""
    sample = test.fact.accession_digest
    return [
        other
        for other in tests
        if other.fact_id != test.fact_id
        and (sample is None or other.fact.accession_digest != sample)
        and abs((other.occurred_on - test.occurred_on).days) <= within_days
    ]


def _at_limit(rule: InhibitorRule, test: Test) -> Verdict:
    return reported(test.fact.comparator, Fraction(test.fact.value_bu)).compare(">=", Fraction(_positive_from(rule)))


def positive_sentence(rule: InhibitorRule, one: Examined) -> str:
    """What makes the inhibitor positive, with days and numbers."""
    said = f"{one.test.fact.says()} on {one.test.occurred_on} is at least {limit(rule)}"
    return "; ".join([said, *(f"confirmed by {second.fact.says()} on {second.occurred_on}" for second in one.seconds)])


def _positive(terms: Inhibitor, one: Examined, left_out: tuple[Rejected, ...]) -> Stated:
    trace = Trace(
        step="measure.inhibitor",
        sentence=positive_sentence(terms, one),
        clause=terms.clause,
        value="positive",
        used=tuple(used(item) for item in one.items),
        rejected=left_out,
    )
    measured = Measured(trace=trace, decided_on=one.test.occurred_on, items=one.items)
    return Stated(happened="true", measured=measured, confirmed_on=one.confirmed_on)


def _open(terms: Inhibitor, open_ones: list[Examined], left_out: tuple[Rejected, ...]) -> Stated:
    one = next((one for one in open_ones if one.awaited_until is not None), open_ones[0])
    reason = why_open(terms, one)
    said = f"{one.test.fact.says()} on {one.test.occurred_on}"
    trace = Trace(
        step="measure.inhibitor",
        sentence=f"{said} is not confirmed" if reason == "not_confirmed" else f"{said}: {limit(terms)} or not is open",
        clause=terms.clause,
        reason=reason,
        used=tuple(used(item) for item in one.items),
        rejected=left_out,
        wanted=wanted_second(one),
    )
    return Stated(happened="unknown", measured=Measured(trace=trace))


def why_open(rule: InhibitorRule, one: Examined) -> str:
    """`comparator_leaves_it_open` where a result such as `<1` may lie on either side, else `not_confirmed`."""
    open_numbers = any(_at_limit(rule, test) == "unknown" for test in (one.test, *one.seconds))
    return "comparator_leaves_it_open" if open_numbers and one.awaited_until is None else "not_confirmed"


def wanted_second(one: Examined) -> tuple[Wanted, ...]:
    """The second result that a test waits for; nothing where none would help."""
    if one.awaited_until is None:
        return ()
    return (Wanted(what=f"a second inhibitor test to confirm that of {one.test.occurred_on}", until=one.awaited_until),)


def _nothing(terms: Inhibitor, window: Span, left_out: tuple[Rejected, ...]) -> Stated:
    trace = Trace(
        step="measure.inhibitor",
        sentence=f"no inhibitor test of the agreed assay from {window.first} to {window.last}",
        clause=terms.clause,
        reason="other_assay" if any(one.reason == "other_assay" for one in left_out) else "no_result_in_window",
        rejected=left_out,
        wanted=(Wanted(what="an inhibitor test of the agreed assay", until=window.last),),
    )
    return Stated(happened="unknown", measured=Measured(trace=trace))


def _negative(
    terms: Inhibitor, setting: Setting, examined: tuple[Examined, ...], left_out: tuple[Rejected, ...]
) -> Stated:
    """The first test carries it, and every positive one together with those that refuted it."""
    refuted = [one for one in examined if one.seconds]
    items = tuple(
        dict.fromkeys(item.fact_id for item in (examined[0].test, *(i for one in refuted for i in one.items)))
    )
    carrying = tuple(test for test in _of_assay(terms, setting.evidence) if test.fact_id in items)
    window = setting.obligation.window
    trace = Trace(
        step="measure.inhibitor",
        sentence=(
            f"none of {len(examined)} inhibitor tests from {window.first} to {window.last} is at least {limit(terms)}"
            + (" and confirmed" if refuted else "")
        ),
        clause=terms.clause,
        value="negative",
        used=tuple(used(test) for test in carrying),
        rejected=left_out,
    )
    return Stated(happened="false", measured=Measured(trace=trace, provisional=not setting.closed, items=carrying))
