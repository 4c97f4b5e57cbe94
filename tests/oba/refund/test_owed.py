"""What holds of every refund: never above the base, never negative, and the lines sum up to the total."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from oba.determination.determination import RefundLine
from oba.evidence import FOR_EVER
from oba.evidence.items import evidence_of
from oba.money import Rounding
from oba.refund.base import base_amount
from oba.refund.beneficiaries import beneficiaries
from oba.refund.change_of_payer import Payee, Payees
from oba.refund.circumstances import Circumstances
from oba.refund.failure import Failure
from oba.refund.offsets import Received
from oba.refund.owed import at_risk, beneficiary, owed
from oba.refund.payees import by_payee
from oba.refund.refused import RefundRefused
from oba.refund.running_totals import running_shares
from oba.terms.agreement import Agreement
from oba.terms.refund.beneficiaries import Beneficiaries
from oba.terms.refund.deductibles import Deductible
from oba.terms.refund.offsets import Offsets
from oba.terms.refund.several_failures import SeveralFailures
from tests.support.agreements import an_agreement

NAMES = ("m6", "m12", "m24", "m36")
PERCENTS = st.decimals(min_value=0, max_value=100, places=3, allow_nan=False).map(lambda number: f"{number:f}")
ROWS = st.dictionaries(st.sampled_from(NAMES), PERCENTS, min_size=1)
BASES = st.integers(0, 10**12)
CENTS = st.integers(1, 10**12)
AMOUNTS = CENTS.map(lambda cents: f"{cents // 100}.{cents % 100:02d}")
FAILURES = st.dictionaries(st.sampled_from((*NAMES, "point")), st.dates(date(2026, 1, 1), date(2030, 12, 31)))
PARTS = st.lists(st.integers(1, 1_000), min_size=2, max_size=6)
OFTEN = settings(max_examples=300)


def words_of(model: type[Any], name: str) -> st.SearchStrategy[str]:
    """One of the words that a field of a model takes."""
    return st.sampled_from(get_args(model.model_fields[name].annotation))


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
    several = {"rule": draw(words_of(SeveralFailures, "rule")), "same_day": draw(words_of(SeveralFailures, "same_day"))}
    return agreement_with(
        components=components,
        several_failures={"clause": "9.9", **several},
        rounding=draw(st.sampled_from(get_args(Rounding))),
    )


@st.composite
def further_terms(draw: st.DrawFn) -> dict[str, Any]:
    """Any choice of offsets, floors and caps of one infusion."""
    floor = st.fixed_dictionaries(
        {"clause": st.just("9.6"), "amount": AMOUNTS, "per": words_of(Deductible, "per")},
    )
    cap = st.one_of(
        st.fixed_dictionaries({"kind": st.just("percent"), "clause": st.just("9.4"), "percent": PERCENTS}),
        *(
            st.fixed_dictionaries({"kind": st.just(kind), "clause": st.just("9.4"), "amount": AMOUNTS})
            for kind in ("unit", "patient", "net_price_floor")
        ),
    )
    offset = st.fixed_dictionaries(
        {"clause": st.just("9.3"), "acts": words_of(Offsets, "acts"), "received_from": st.just(["OTHER"])}
    )
    blocks = {"offsets": offset, "deductible": floor, "minimum_payable": floor, "minimum_refund": floor}
    chosen = {name: draw(st.none() | block) for name, block in blocks.items()}
    return {**chosen, "caps": draw(st.lists(cap, max_size=4))}


def with_further(agreement: Agreement, further: dict[str, Any]) -> Agreement:
    plain = agreement.model_dump(mode="json")
    return Agreement.model_validate({**plain, "refund": {**plain["refund"], **further}})


def failed(failures: dict[str, date]) -> tuple[Failure, ...]:
    return tuple(Failure(name, on, ("point", *NAMES).index(name)) for name, on in failures.items())


def lines_of(
    agreement: Agreement, base: int, failures: Iterable[Failure], around: Circumstances | None = None
) -> tuple[RefundLine, ...]:
    lines = owed(agreement, base, failures, around or Circumstances())
    assert not isinstance(lines, RefundRefused)
    return lines


def total_of(agreement: Agreement, base: int, failures: Iterable[Failure], around: Circumstances | None = None) -> int:
    return sum(line.amount for line in lines_of(agreement, base, failures, around))


@OFTEN
@given(terms(), further_terms(), BASES, FAILURES, st.lists(CENTS, max_size=3))
def test_what_is_owed_is_never_negative_and_never_more_than_the_base(
    agreement: Agreement, further: dict[str, Any], base: int, failures: dict[str, date], received: list[int]
) -> None:
    around = Circumstances(received=tuple(Received("OTHER", cents) for cents in received))
    whole = with_further(agreement, further)
    assert 0 <= total_of(whole, base, failed(failures), around) <= base


@OFTEN
@given(terms(), further_terms(), BASES, FAILURES)
def test_no_milestone_ever_loses_more_than_it_has(
    agreement: Agreement, further: dict[str, Any], base: int, failures: dict[str, date]
) -> None:
    left: dict[str, int] = {}
    for line in lines_of(with_further(agreement, further), base, failed(failures)):
        left[line.milestone] = left.get(line.milestone, 0) + line.amount
        assert left[line.milestone] >= 0


@given(terms(), BASES, FAILURES)
def test_only_the_base_guard_takes_away_where_nothing_else_is_agreed(
    agreement: Agreement, base: int, failures: dict[str, date]
) -> None:
    for line in lines_of(agreement, base, failed(failures)):
        assert line.amount < 0 if line.component == "base" else line.amount >= 0


@OFTEN
@given(terms(), further_terms(), BASES, FAILURES, st.lists(CENTS, max_size=3))
def test_the_order_in_which_failures_and_amounts_are_told_is_irrelevant(
    agreement: Agreement, further: dict[str, Any], base: int, failures: dict[str, date], received: list[int]
) -> None:
    whole, amounts = with_further(agreement, further), tuple(Received("OTHER", cents) for cents in received)
    one = owed(whole, base, failed(failures), Circumstances(received=amounts))
    assert one == owed(whole, base, reversed(failed(failures)), Circumstances(received=amounts[::-1]))


@OFTEN
@given(terms(), BASES, BASES, FAILURES)
def test_a_higher_price_never_lowers_the_refund(
    agreement: Agreement, base: int, more: int, failures: dict[str, date]
) -> None:
    assert total_of(agreement, base, failed(failures)) <= total_of(agreement, base + more, failed(failures))


@OFTEN
@given(PARTS, BASES, st.sampled_from(get_args(Rounding)))
def test_shares_sum_up_to_the_total_and_none_is_negative(parts: list[int], cents: int, rounding: Rounding) -> None:
    shares = running_shares(cents, [Fraction(part) for part in parts], rounding)
    assert sum(shares) == cents
    assert all(share >= 0 for share in shares)
    for share, part in zip(shares, parts, strict=True):
        assert abs(share - Fraction(cents * part, sum(parts))) <= 1


@OFTEN
@given(PARTS, BASES, st.sampled_from(get_args(Rounding)))
def test_what_the_beneficiaries_have_is_what_the_payer_is_owed(
    parts: list[int], cents: int, rounding: Rounding
) -> None:
    shares = [{"to": f"B-{number}", "share": str(part)} for number, part in enumerate(parts)]
    split = Beneficiaries.model_validate({"clause": "9.1", "written_as": "parts", "shares": shares})
    assert sum(beneficiaries(split, "PAYER-1", cents, rounding).values()) == cents


@OFTEN
@given(st.integers(0, 10**12), st.lists(st.integers(1, 4_000), min_size=1, max_size=4), st.integers(0, 4_000))
def test_what_the_payers_have_and_what_is_void_is_the_whole(cents: int, days: list[int], nobodys: int) -> None:
    payees: Payees = tuple(Payee(f"PAYER-{number}", Fraction(one)) for number, one in enumerate(days))
    payees += (Payee(None, Fraction(nobodys)),) if nobodys else ()
    failure = replace(failed({"m6": date(2026, 7, 15)})[0], void=Fraction(nobodys, sum(days) + nobodys))
    whole = agreement_with(components=[{"kind": "table_by_milestone", "clause": "9.1", "rows": {"m6": "100"}}])
    lines = lines_of(whole, cents, (failure,))
    paid = by_payee(lines, {"m6": payees}, "half_even")
    void = -sum(line.amount for line in lines if line.component == "change_of_payer")
    assert sum(paid.values()) == sum(line.amount for line in lines) == cents - void
    assert all(part >= 0 for part in (*paid.values(), void))


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
    totals = [total_of(adding_up, base, failed(failures)[:n]) for n in range(len(failures) + 1)]
    assert totals == sorted(totals)


@given(terms(), further_terms(), BASES, FAILURES)
def test_every_line_says_clause_and_formula(
    agreement: Agreement, further: dict[str, Any], base: int, failures: dict[str, date]
) -> None:
    for line in lines_of(with_further(agreement, further), base, failed(failures)):
        assert line.clause
        assert line.formula


@OFTEN
@given(terms(), BASES, FAILURES, st.dictionaries(st.sampled_from(NAMES), st.integers(0, 10**11)))
def test_what_was_issued_under_an_earlier_version_is_never_reduced(
    agreement: Agreement, base: int, failures: dict[str, date], issued: dict[str, int]
) -> None:
    base += sum(issued.values())
    ruled = total_of(agreement, base, failed(failures))
    lines = lines_of(agreement, base, failed(failures), Circumstances(issued=issued))
    for milestone, cents in issued.items():
        assert sum(line.amount for line in lines if line.milestone == milestone) == cents
    assert sum(line.amount for line in lines) <= max(ruled, sum(issued.values()))


@given(terms(), BASES, st.sampled_from(NAMES))
def test_what_is_at_risk_is_what_one_failure_alone_would_cost(agreement: Agreement, base: int, name: str) -> None:
    failure = Failure(name, date(2026, 7, 15), NAMES.index(name))
    assert at_risk(agreement, base, failure) == total_of(agreement, base, (failure,))


def test_nothing_is_at_risk_at_a_data_point() -> None:
    agreement = agreement_with()
    assert at_risk(agreement, 350_000_000, Failure("point", date(2026, 7, 15), 0)) == 0


def test_where_the_cost_cannot_be_worked_out_all_of_the_base_is_at_risk() -> None:
    counting = {"kind": "pro_rata", "clause": "9.1", "percent": "50", "over_months": 48, "granularity": "month"}
    conventions = {"counts": "remaining", "partial": "exact", "date": "confirmation", "end": "exclusive"}
    agreement = agreement_with(components=[{**counting, **conventions}])
    assert at_risk(agreement, 350_000_000, Failure("m6", date(2026, 7, 15), 0)) == 350_000_000


def test_where_nobody_can_say_whom_a_refund_follows_the_payer_of_day_0_is_shown() -> None:
    day = date(2026, 7, 15)
    plain = agreement_with().model_dump(mode="json")
    follows = {"kind": "payer_at_failure", "uncovered": "void", "date": "confirmation"}
    plain["consequences"]["change_of_payer"]["follows"] = follows
    agreement = Agreement.model_validate(plain)
    nothing_told = evidence_of(FOR_EVER, day, (), ())
    assert beneficiary(agreement, "PAYER-1", Failure("m6", day, 0), nothing_told, day) == "PAYER-1"


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
    lines = lines_of(agreement, 10_000, failed({"m12": day + timedelta(days=1), "m6": day}))
    assert [(line.milestone, line.amount) for line in lines] == [("m6", 1_000)]
