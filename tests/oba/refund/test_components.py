"""What holds of every component: never negative, rounded once, nothing without a failure, less the later it fails."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from oba.dates import shift_months
from oba.determination.determination import RefundLine
from oba.money import round_fraction
from oba.refund.component_lines import component_lines
from oba.refund.elapsed import elapsed
from oba.refund.failure import Failure
from oba.refund.ground import Determined, Ground
from oba.refund.instalment_states import instalment_states
from oba.refund.refused import RefundRefused
from oba.refund.volume import volume_refunds
from oba.refund.volume_unit import VolumeUnit
from oba.terms.refund.any_component import Component
from oba.terms.refund.instalments import Instalments
from oba.terms.refund.volume import Volume

COMPONENT: TypeAdapter[Component] = TypeAdapter(Component)
DAY_0 = date(2024, 1, 31)
NAMES = ("m6", "m12", "m24")
DAYS = st.integers(0, 2_000).map(lambda days: DAY_0 + timedelta(days=days))
BASES = st.integers(0, 10**12)
PERCENTS = st.decimals(min_value=0, max_value=100, places=3, allow_nan=False).map(lambda number: f"{number:f}")
ROUNDINGS = st.sampled_from(["half_even", "half_up", "down"])
WEIGHTS = {"m6": "20", "m12": "30", "m24": "50"}


def component(kind: str, **terms: Any) -> Component:
    return COMPONENT.validate_python({"kind": kind, "clause": "5.1", **terms})


def pro_rata(draw: st.DrawFn) -> Component:
    return component(
        "pro_rata",
        percent=draw(PERCENTS),
        over_months=12 * draw(st.integers(1, 6)),
        granularity=draw(st.sampled_from(["day", "month", "year"])),
        counts=draw(st.sampled_from(["elapsed", "remaining"])),
        partial=draw(st.sampled_from(["exact", "up", "down"])),
        date="first_failure",
        end=draw(st.sampled_from(["inclusive", "exclusive"])),
    )


def table_by_period(draw: st.DrawFn) -> Component:
    falling = sorted((draw(PERCENTS) for _ in range(3)), key=Decimal, reverse=True)
    rows = [{"from_month": 12 * at, "to_month": 12 * (at + 1), "percent": one} for at, one in enumerate(falling)]
    boundary = draw(st.sampled_from(["earlier", "later"]))
    return component("table_by_period", rows=rows, boundary=boundary, date="first_failure")


def limited(draw: st.DrawFn) -> Component:
    boundary = draw(st.sampled_from(["inclusive", "exclusive"]))
    within = {"months": draw(st.integers(1, 60)), "boundary": boundary, "date": "first_failure"}
    return component("flat_percentage", percent=draw(PERCENTS), within=within)


def by_months(draw: st.DrawFn) -> Component:
    rising = sorted((draw(PERCENTS) for _ in range(3)), key=Decimal)
    rows = [{"from_month": 12 * at, "percent": one} for at, one in enumerate(rising)]
    boundary = draw(st.sampled_from(["earlier", "later"]))
    reached = {"kind": "months_of_response", "boundary": boundary, "date": "first_failure", "rows": rows}
    return component("net_price_tiers", reached=reached)


def weights(draw: st.DrawFn) -> Component:
    per = {"kind": "milestone", "milestones": WEIGHTS, "reweight": draw(st.booleans())}
    return component("weights", percent=draw(PERCENTS), per=per)


FALLING = st.composite(lambda draw: draw(st.sampled_from([pro_rata, table_by_period, limited, by_months]))(draw))()
"""Components that refund less, or the same, the later the failure is."""
OUTCOME = st.composite(
    lambda draw: draw(st.sampled_from([pro_rata, table_by_period, limited, by_months, weights]))(draw)
)()


def failed(name: str, on: date, share: Fraction = Fraction(1)) -> Failure:
    return Failure(name, on, NAMES.index(name), share=share)


def ground(base: int, *failures: Failure, rounding: Any = "half_even") -> Ground:
    return Ground(base=base, failures=failures, rounding=rounding, day_0=DAY_0)


def lines(terms: Component, on: Ground) -> tuple[RefundLine, ...]:
    found = component_lines(terms, on)
    assert not isinstance(found, RefundRefused)
    return found


def total(terms: Component, on: Ground) -> int:
    return sum(line.amount for line in lines(terms, on))


@given(OUTCOME, BASES, ROUNDINGS, st.sampled_from(NAMES), DAYS)
def test_the_line_of_one_failure_is_neither_negative_nor_above_the_base(
    terms: Component, base: int, rounding: str, name: str, on: date
) -> None:
    assert all(0 <= one.amount <= base for one in lines(terms, ground(base, failed(name, on), rounding=rounding)))


@given(FALLING, BASES, ROUNDINGS, DAYS, st.integers(0, 800))
def test_a_later_failure_never_costs_more(terms: Component, base: int, rounding: str, on: date, days: int) -> None:
    earlier = total(terms, ground(base, failed("m12", on), rounding=rounding))
    later = total(terms, ground(base, failed("m12", on + timedelta(days=days)), rounding=rounding))
    assert later <= earlier


@given(OUTCOME, BASES, BASES, st.sampled_from(NAMES), DAYS)
def test_a_larger_base_never_costs_less(terms: Component, base: int, more: int, name: str, on: date) -> None:
    assert total(terms, ground(base, failed(name, on))) <= total(terms, ground(base + more, failed(name, on)))


@given(OUTCOME, BASES, st.lists(DAYS, min_size=2, max_size=2))
def test_a_further_failure_never_makes_the_refund_smaller(terms: Component, base: int, days: list[date]) -> None:
    first, second = sorted(days)
    alone, both = (failed("m6", first),), (failed("m6", first), failed("m24", second))
    assert total(terms, ground(base, *alone)) <= total(terms, ground(base, *both))


@given(OUTCOME, BASES)
def test_without_a_failure_nothing_is_owed(terms: Component, base: int) -> None:
    assert lines(terms, ground(base)) == ()


@given(OUTCOME, BASES, st.sampled_from(NAMES), DAYS, st.integers(1, 50))
def test_a_line_is_rounded_once_so_it_lies_within_half_a_cent_of_its_multiple(
    terms: Component, base: int, name: str, on: date, times: int
) -> None:
    one, many = (total(terms, ground(amount, failed(name, on))) for amount in (base, base * times))
    assert abs(Fraction(many, times) - one) <= Fraction(1, 2) + Fraction(1, 2 * times)


@given(OUTCOME, BASES, DAYS, st.fractions(0, 1, max_denominator=366))
def test_a_failure_of_which_a_part_was_judged_never_costs_more_than_a_whole_one(
    terms: Component, base: int, on: date, share: Fraction
) -> None:
    assert total(terms, ground(base, failed("m12", on, share))) <= total(terms, ground(base, failed("m12", on)))


@given(OUTCOME, BASES, st.sampled_from(NAMES), st.integers(1, 1_000))
def test_a_failure_before_the_infusion_never_costs_anything(terms: Component, base: int, name: str, days: int) -> None:
    found = component_lines(terms, ground(base, failed(name, DAY_0 - timedelta(days=days))))
    if isinstance(found, RefundRefused):
        assert {problem.code for problem in found.problems} == {"failure-before-infusion"}
    else:
        assert terms.kind == "weights", "weights count no time"


@given(BASES, st.integers(0, 40), DAYS, st.integers(-99, 100))
def test_indexation_compounds_whole_years_and_is_rounded_with_the_line(
    base: int, percent: int, on: date, rate: int
) -> None:
    indexation = {"clause": "5.9", "percent_per_year": str(rate), "date": "first_failure"}
    terms = component("table_by_milestone", rows={"m12": str(percent)}, indexation=indexation)
    years = max(year for year in range(7) if shift_months(DAY_0, 12 * year) <= on)
    exact = Fraction(base * percent, 100) * Fraction(100 + rate, 100) ** years
    assert total(terms, ground(base, failed("m12", on))) == round_fraction(exact, "half_even")


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(0, 4_000))
def test_months_elapsed_lie_between_clamped_anniversaries(day_0: date, days: int) -> None:
    on = day_0 + timedelta(days=days)
    gone = elapsed(day_0, on)
    begun, ends = shift_months(day_0, gone.months), shift_months(day_0, gone.months + 1)
    assert begun <= on < ends
    assert (on - begun).days == gone.days
    assert gone.exact == gone.months + Fraction((on - begun).days, (ends - begun).days)


@given(BASES, ROUNDINGS, st.lists(st.integers(1, 99), min_size=1, max_size=8))
def test_weights_of_all_milestones_together_are_what_is_at_stake(base: int, rounding: str, parts: list[int]) -> None:
    names = [f"m{number}" for number in range(len(parts))]
    per = {"kind": "milestone", "milestones": dict(zip(names, map(str, parts), strict=True))}
    failures = tuple(Failure(name, DAY_0, place) for place, name in enumerate(names))
    found = total(component("weights", percent="100", per=per), ground(base, *failures, rounding=rounding))
    assert abs(found - base) <= len(parts), "each line is rounded once"


@given(BASES, st.permutations(NAMES), st.sampled_from(NAMES))
def test_the_order_of_what_was_determined_is_irrelevant(base: int, names: list[str], waived: str) -> None:
    per = {"kind": "milestone", "milestones": WEIGHTS, "reweight": True}
    terms = component("weights", percent="100", per=per)
    known = [Determined(name, "waived" if name == waived else "not_met", DAY_0) for name in names]
    plain = ground(base, *(failed(name, DAY_0) for name in NAMES if name != waived))
    assert lines(terms, replace(plain, determined=tuple(known))) == lines(
        terms, replace(plain, determined=tuple(sorted(known, key=lambda one: one.milestone)))
    )


UNITS = st.lists(
    st.builds(VolumeUnit, st.uuids(), st.dates(date(2024, 1, 1), date(2024, 1, 5)), BASES),
    max_size=12,
    unique_by=lambda unit: unit.infusion_id,
)


@given(UNITS, st.sampled_from(["marginal", "all_units"]), st.randoms(use_true_random=False))
def test_the_order_in_which_units_are_told_is_irrelevant(units: list[VolumeUnit], counts: str, dice: Any) -> None:
    terms = component(
        "volume",
        milestone="m12",
        counts=counts,
        tiers=[{"from_unit": 2, "percent": "5"}, {"from_unit": 4, "percent": "9"}],
    )
    assert isinstance(terms, Volume)
    told = list(units)
    dice.shuffle(told)
    assert volume_refunds(terms, told, "half_even") == volume_refunds(terms, units, "half_even")


@given(UNITS)
def test_all_units_never_earn_less_than_marginally_where_tiers_rise(units: list[VolumeUnit]) -> None:
    tiers = [{"from_unit": 1, "percent": "1"}, {"from_unit": 3, "percent": "5"}, {"from_unit": 6, "percent": "9"}]
    earned = []
    for counts in ("marginal", "all_units"):
        terms = component("volume", milestone="m12", counts=counts, tiers=tiers)
        assert isinstance(terms, Volume)
        earned.append(sum(one.amount for one in volume_refunds(terms, units, "half_even")))
    assert earned[0] <= earned[1]


@given(UNITS)
def test_the_line_of_each_unit_is_what_the_statement_computes_for_it(units: list[VolumeUnit]) -> None:
    terms = component("volume", milestone="m12", counts="marginal", tiers=[{"from_unit": 2, "percent": "5"}])
    assert isinstance(terms, Volume)
    determined = (Determined("m12", "met", DAY_0),)
    by_line: dict[UUID, int] = {}
    for unit in units:
        on = replace(ground(unit.base), determined=determined, infusion_id=unit.infusion_id, units=tuple(units))
        for line in lines(terms, on):
            by_line[unit.infusion_id] = line.amount
    assert by_line == {one.unit.infusion_id: one.amount for one in volume_refunds(terms, units, "half_even")}


@st.composite
def instalments(draw: st.DrawFn) -> Instalments:
    conditions: tuple[Callable[[], dict[str, Any]], ...] = (
        lambda: {"kind": "unconditional"},
        lambda: {"kind": "no_failure"},
        lambda: {"kind": "no_failure", "until": {"amount": draw(st.integers(0, 60)), "unit": "months"}},
    )
    parts = [
        {
            "id": f"part-{number}",
            "due": {"amount": number * 6, "unit": "months"},
            "percent": "20",
            "condition": draw(st.sampled_from(conditions))(),
        }
        for number in range(5)
    ]
    terms = component(
        "instalments",
        parts=parts,
        date="first_failure",
        failure_on_due_date=draw(st.sampled_from(["paid", "withheld"])),
        event_on_due_date=draw(st.sampled_from(["paid", "cancelled"])),
    )
    assert isinstance(terms, Instalments)
    return terms


@given(instalments(), BASES, DAYS, st.none() | DAYS, st.none() | DAYS, st.none() | DAYS)
def test_instalments_add_up_to_the_price_and_only_paid_ones_are_refunded(
    terms: Instalments, base: int, on: date, determined: date | None, cancelled: date | None, as_of: date | None
) -> None:
    failure = replace(failed("m12", on), determined_on=determined)
    known = replace(ground(base, failure), instalments_cancelled_on=cancelled, as_of=as_of)
    states = instalment_states(terms, known)
    assert not isinstance(states, RefundRefused)
    assert sum(part.amount for part in states) == base
    refunded = [part for part in states if part.refunded_for is not None]
    assert all(part.state == "paid" for part in refunded)
    assert total(terms, known) == sum(part.amount for part in refunded) <= base


@given(instalments(), BASES, DAYS, DAYS)
def test_the_earlier_a_failure_the_less_is_kept_of_the_price(
    terms: Instalments, base: int, one: date, other: date
) -> None:
    kept = []
    for on in sorted((one, other)):
        states = instalment_states(terms, ground(base, failed("m12", on)))
        assert not isinstance(states, RefundRefused)
        kept.append(sum(part.amount for part in states if part.state == "paid" and part.refunded_for is None))
    assert kept[0] <= kept[1]


@pytest.mark.parametrize(
    ("exact", "rounding", "cents"),
    [
        (Fraction(5, 2), "half_even", 2),
        (Fraction(7, 2), "half_even", 4),
        (Fraction(5, 2), "half_up", 3),
        (Fraction(-5, 2), "half_up", -3),
        (Fraction(8, 3), "down", 2),
        (Fraction(-8, 3), "down", -2),
        (Fraction(8, 3), "half_even", 3),
        (Fraction(7, 3), "half_up", 2),
        (Fraction(-1, 3), "half_even", 0),
    ],
)
def test_a_fraction_of_a_cent_is_rounded_as_the_terms_name(exact: Fraction, rounding: Any, cents: int) -> None:
    assert round_fraction(exact, rounding) == cents
