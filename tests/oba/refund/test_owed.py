"""What holds of every refund: never above the base, never negative, and the lines sum up to the total."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from oba.money import Rounding
from oba.refund.failure import Failure
from oba.refund.owed import at_risk, base_amount, owed
from oba.terms.agreement import Agreement
from oba.terms.refund.any_component import SeveralFailures
from tests.support.agreements import an_agreement

NAMES = ("m6", "m12", "m24", "m36")
PERCENTS = st.decimals(min_value=0, max_value=100, places=3, allow_nan=False).map(lambda number: f"{number:f}")
ROWS = st.dictionaries(st.sampled_from(NAMES), PERCENTS, min_size=1)
BASES = st.integers(0, 10**12)
FAILURES = st.dictionaries(st.sampled_from((*NAMES, "point")), st.dates(date(2026, 1, 1), date(2030, 12, 31)))


def agreement_with(**refund: Any) -> Agreement:
    """Four judged milestones and a data point, with other terms of refund."""
    plain = an_agreement("a-1", "PAYER-1").model_dump(mode="json")
    first = plain["milestones"][0]
    judged = [{**first, "id": name} for name in NAMES]
    plain["milestones"] = [{**first, "id": "point", "role": "data_point"}, *judged]
    plain["refund"] = {**plain["refund"], **refund}
    return Agreement.model_validate(plain)


@st.composite
def terms(draw: st.DrawFn) -> Agreement:
    components: list[dict[str, Any]] = [
        {"kind": "table_by_milestone", "clause": f"9.{number}", "rows": draw(ROWS)}
        for number in range(draw(st.integers(0, 2)))
    ]
    components += [{"kind": "flat_percentage", "clause": "9.5", "percent": draw(PERCENTS)}]
    rule = draw(st.sampled_from(get_args(SeveralFailures.model_fields["rule"].annotation)))
    same_day = draw(st.sampled_from(get_args(SeveralFailures.model_fields["same_day"].annotation)))
    return agreement_with(
        components=components,
        several_failures={"clause": "9.9", "rule": rule, "same_day": same_day},
        rounding=draw(st.sampled_from(get_args(Rounding))),
    )


def failed(failures: dict[str, date]) -> tuple[Failure, ...]:
    return tuple(Failure(name, on, ("point", *NAMES).index(name)) for name, on in failures.items())


@given(terms(), BASES, FAILURES)
def test_what_is_owed_is_never_negative_and_never_more_than_the_base(
    agreement: Agreement, base: int, failures: dict[str, date]
) -> None:
    assert 0 <= sum(line.amount for line in owed(agreement, base, failed(failures))) <= base


@given(terms(), BASES, FAILURES)
def test_only_the_base_guard_takes_away_and_never_more_than_a_line_has(
    agreement: Agreement, base: int, failures: dict[str, date]
) -> None:
    lines = owed(agreement, base, failed(failures))
    left: dict[str, int] = {}
    for line in lines:
        assert line.amount < 0 if line.component == "base" else line.amount >= 0
        left[line.milestone] = left.get(line.milestone, 0) + line.amount
    assert all(amount >= 0 for amount in left.values())


@given(terms(), BASES, FAILURES)
def test_the_order_in_which_failures_are_named_is_irrelevant(
    agreement: Agreement, base: int, failures: dict[str, date]
) -> None:
    assert owed(agreement, base, failed(failures)) == owed(agreement, base, reversed(failed(failures)))


@given(terms(), BASES, FAILURES)
def test_a_data_point_never_costs_anything(agreement: Agreement, base: int, failures: dict[str, date]) -> None:
    without = {name: on for name, on in failures.items() if name != "point"}
    assert owed(agreement, base, failed(failures)) == owed(agreement, base, failed(without))


@given(terms(), BASES, FAILURES)
def test_another_failure_never_makes_the_refund_smaller_where_failures_add_up(
    agreement: Agreement, base: int, failures: dict[str, date]
) -> None:
    several = agreement.refund.several_failures.model_copy(update={"rule": "cumulative"})
    refund = agreement.refund.model_copy(update={"several_failures": several})
    adding_up = agreement.model_copy(update={"refund": refund})
    totals = [
        sum(line.amount for line in owed(adding_up, base, failed(failures)[:n])) for n in range(len(failures) + 1)
    ]
    assert totals == sorted(totals)


@given(terms(), BASES, FAILURES)
def test_every_line_says_clause_and_formula(agreement: Agreement, base: int, failures: dict[str, date]) -> None:
    for line in owed(agreement, base, failed(failures)):
        assert line.clause
        assert line.formula.startswith(("never more", f"{base // 100:,}"))


@given(terms(), BASES, st.sampled_from(NAMES))
def test_what_is_at_risk_is_what_one_failure_alone_would_cost(agreement: Agreement, base: int, name: str) -> None:
    failure = Failure(name, date(2026, 7, 15), NAMES.index(name))
    assert at_risk(agreement, base, failure) == sum(line.amount for line in owed(agreement, base, (failure,)))


def test_nothing_is_at_risk_at_a_data_point() -> None:
    agreement = agreement_with()
    assert at_risk(agreement, 350_000_000, Failure("point", date(2026, 7, 15), 0)) == 0


def test_the_base_is_the_price_or_its_share_by_dose() -> None:
    ignored = agreement_with()
    multiplied = ignored.model_copy(update={"price": ignored.price.model_copy(update={"dose_share": "multiplies"})})
    assert base_amount(ignored, 350_000_000, Decimal(10)) == 350_000_000
    assert base_amount(multiplied, 350_000_000, Decimal(10)) == 35_000_000


def test_of_failures_on_successive_days_the_first_alone_counts() -> None:
    rows = {"m6": "10", "m12": "90"}
    agreement = agreement_with(
        components=[{"kind": "table_by_milestone", "clause": "9.1", "rows": rows}],
        several_failures={"clause": "9.9", "rule": "first_only", "same_day": "highest"},
    )
    day = date(2026, 7, 15)
    lines = owed(agreement, 10_000, failed({"m12": day + timedelta(days=1), "m6": day}))
    assert [(line.milestone, line.amount) for line in lines] == [("m6", 1_000)]
