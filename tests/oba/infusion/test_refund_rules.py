"""Clawback, offsets, payers by days, joint limits and list prices over the life of a stream."""

from datetime import date, timedelta
from typing import Any

import pytest

from oba.facts.any_fact import ANY_FACT
from oba.facts.base import Fact
from oba.infusion.events import (
    DeterminationProposed,
    MilestoneDetermined,
    PayeePart,
    RefundAdjusted,
    RefundTriggered,
)
from oba.policies.propose import proposals_owed
from oba.terms.agreement import Agreement
from oba.terms.amendment import Amendment
from oba.terms.document import terms_hash
from tests.support.events import DAY_0, a_result, an_enrolment, noon
from tests.support.streams import (
    DUE_12,
    DUE_24,
    GRACE_OVER_12,
    GRACE_OVER_24,
    Given,
    an_agreement,
    costing,
    enrolled,
    infused,
)

MONTH_12, MONTH_24 = 140_000_000, 70_000_000
CAP_OF_HALF = [{"kind": "percent", "clause": "9.4", "percent": "50"}]


def with_refund(**refund: Any) -> Agreement:
    """The agreement of 40 and 20 % with more terms of refund."""
    plain = an_agreement().model_dump(mode="json")["refund"]
    return an_agreement(refund={**plain, **refund})


def taking_back(**takes_back: Any) -> Agreement:
    return with_refund(clawback={"clause": "9.13", "takes_back": takes_back})


def fact(kind: str, **fields: Any) -> Fact:
    return ANY_FACT.validate_python({"kind": kind, **fields})


def received(cents: str, **changes: Any) -> Fact:
    plain = {"agreement_id": "test-agreement", "received_from": "OTHER", "amount": cents, "currency": "USD"}
    return fact("offset_received", **{**plain, **changes})


def measured(stream: Given, value: str, on: date, decided_on: date) -> Given:
    return stream.on(on).when_told(a_result(value)).then().on(decided_on)


def failed(*agreements: Agreement) -> Given:
    return measured(enrolled(*agreements), "3", DUE_12, GRACE_OVER_12).determined()


def corrected_to(stream: Given, value: str, on: date) -> Given:
    result = next(event.event_id for event in stream.events if event.body.kind == "fix_activity_measured")
    return stream.on(on).when_corrected(result, a_result(value), on=DUE_12).then()


def refunds(stream: Given) -> list[tuple[str, str, int]]:
    """Every refund event: milestone, payee, cents."""
    found = []
    for event in stream.events:
        match event.body:
            case RefundTriggered() as one:
                found.append((one.milestone, one.beneficiary, one.amount))
            case RefundAdjusted() as one:
                found.append((one.milestone, one.beneficiary, one.difference))
    return found


@pytest.mark.parametrize(
    ("takes_back", "superseded_on", "credited"),
    [
        ({"kind": "full"}, date(2030, 1, 1), True),
        ({"kind": "within", "months": 1}, date(2027, 3, 25), True),
        ({"kind": "within", "months": 1}, date(2027, 3, 26), False),
        ({"kind": "none"}, date(2027, 2, 26), False),
    ],
    ids=["in full", "on the last day", "a day late", "never"],
)
def test_a_refund_whose_failure_is_taken_back_is_credited_as_the_clawback_says(
    takes_back: dict[str, Any], superseded_on: date, credited: bool
) -> None:
    stream = failed(taking_back(**takes_back))
    met = corrected_to(stream, "30", GRACE_OVER_12 + timedelta(days=1)).on(superseded_on)
    after = met.when_proposed().then().when_approved().then()
    assert refunds(after)[1:] == ([("month-12", "PAYER-1", -MONTH_12)] if credited else [])
    assert sum(after.state.triggered.values()) == (0 if credited else MONTH_12)
    after.when_proposed().refused("nothing-new")


def test_what_is_not_taken_back_counts_within_the_limits_of_later_failures() -> None:
    stream = failed(taking_back(kind="none"))
    met = corrected_to(stream, "30", GRACE_OVER_12 + timedelta(days=1)).determined()
    later = measured(met, "2", DUE_24, GRACE_OVER_24).determined("month-24")
    assert refunds(later) == [("month-12", "PAYER-1", MONTH_12), ("month-24", "PAYER-1", MONTH_24)]


def test_a_failure_that_is_found_again_has_its_refund_already() -> None:
    stream = failed(taking_back(kind="none"))
    met = corrected_to(stream, "30", GRACE_OVER_12 + timedelta(days=1)).determined()
    again = corrected_to(met, "2", GRACE_OVER_12 + timedelta(days=2)).determined()
    assert refunds(again) == [("month-12", "PAYER-1", MONTH_12)]


def test_what_was_taken_back_once_is_not_kept_later() -> None:
    stream = failed(taking_back(kind="within", months=1))
    met = corrected_to(stream, "30", GRACE_OVER_12 + timedelta(days=1)).determined()
    assert met.state.triggered == {("test-agreement", "month-12", "PAYER-1"): 0}
    later = measured(met, "2", DUE_24, GRACE_OVER_24).determined("month-24")
    assert sum(later.state.triggered.values()) == MONTH_24


def test_an_amount_received_from_others_is_taken_off_what_is_approved_after_it() -> None:
    agreement = with_refund(offsets={"clause": "9.5", "acts": "once", "received_from": ["OTHER"]})
    stream = measured(enrolled(agreement), "3", DUE_12, GRACE_OVER_12).when_told(received("400000.00")).then()
    assert refunds(stream.determined()) == [("month-12", "PAYER-1", MONTH_12 - 40_000_000)]


def test_an_amount_received_after_the_approval_is_a_credit() -> None:
    agreement = with_refund(offsets={"clause": "9.5", "acts": "once", "received_from": ["OTHER"]})
    stream = failed(agreement).when_told(received("400000.00")).then()
    after = stream.when_proposed().then(DeterminationProposed).when_approved().then(MilestoneDetermined, RefundAdjusted)
    assert refunds(after)[1:] == [("month-12", "PAYER-1", -40_000_000)]
    after.when_proposed().refused("nothing-new")


def test_an_offset_in_another_currency_or_for_another_agreement_is_refused() -> None:
    stream = enrolled()
    stream.when_told(received("1.00", currency="EUR")).refused("currency", "/fact/currency")
    stream.when_told(received("1.00", agreement_id="another")).refused("not-enrolled", "/fact/agreement_id")


def by_days(**changes: Any) -> Agreement:
    follows = {"kind": "split_by_days", "from_day": "day_0", "to_day": "milestone_due", "last_day_counts": False}
    plain = an_agreement().model_dump(mode="json")["consequences"]
    change = {"clause": "7.7", "follows": {**follows, "gap": "void", **changes}}
    return an_agreement(consequences={**plain, "change_of_payer": change})


def covered(stream: Given, payer: str | None, on: date) -> Given:
    return stream.on(on).when_told(fact("coverage_changed", payer_id=payer)).then()


def test_a_refund_is_split_by_the_days_of_each_payer() -> None:
    stream = covered(enrolled(by_days()), "PAYER-2", DAY_0 + timedelta(days=73))
    stream = measured(stream, "3", DUE_12, GRACE_OVER_12).when_proposed().then()
    proposed = stream.state.proposals["test-agreement", "month-12"].event
    assert proposed.beneficiary == "PAYER-1"
    assert proposed.payees == (
        PayeePart(payer_id="PAYER-1", weight="73"),
        PayeePart(payer_id="PAYER-2", weight="292"),
    )
    after = stream.when_approved().then(MilestoneDetermined, RefundTriggered, RefundTriggered)
    assert refunds(after) == [("month-12", "PAYER-1", 28_000_000), ("month-12", "PAYER-2", 112_000_000)]
    after.when_proposed().refused("nothing-new")


def test_the_payees_of_an_approved_milestone_are_not_moved_by_the_approval_of_another() -> None:
    stream = covered(enrolled(by_days()), "PAYER-2", DAY_0 + timedelta(days=73))
    stream = measured(stream, "3", DUE_12, GRACE_OVER_12).determined()
    stream = covered(stream, "PAYER-1", DUE_12)
    later = measured(stream, "2", DUE_24, GRACE_OVER_24).determined("month-24")
    assert refunds(later)[:2] == [("month-12", "PAYER-1", 28_000_000), ("month-12", "PAYER-2", 112_000_000)]
    assert refunds(later)[2:] == [("month-24", "PAYER-1", 42_000_000), ("month-24", "PAYER-2", 28_000_000)]


def test_days_without_cover_are_triggered_for_nobody() -> None:
    stream = covered(enrolled(by_days()), None, DAY_0 + timedelta(days=73))
    stream = measured(stream, "3", DUE_12, GRACE_OVER_12).determined()
    assert refunds(stream) == [("month-12", "PAYER-1", 28_000_000)]
    stream.when_proposed().refused("nothing-new")


def test_a_refund_that_follows_nobody_is_proposed_with_nothing_to_trigger() -> None:
    plain = an_agreement().model_dump(mode="json")["consequences"]
    follows = {"kind": "void", "void_from": "first_day_of_change", "date": "first_failure"}
    void = an_agreement(consequences={**plain, "change_of_payer": {"clause": "7.7", "follows": follows}})
    stream = measured(covered(enrolled(void), "PAYER-2", DUE_12), "3", DUE_12, GRACE_OVER_12)
    proposed = stream.when_proposed().then().state.proposals["test-agreement", "month-12"].event
    assert proposed.payees == (PayeePart(payer_id=None, weight="1"),)
    assert (proposed.beneficiary, proposed.differences) == ("PAYER-1", ())
    assert [line.amount for line in proposed.refund] == [MONTH_12, -MONTH_12]
    assert refunds(stream.determined()) == []


def test_where_nobody_can_say_whom_a_refund_follows_it_is_not_proposed() -> None:
    stream = covered(enrolled(an_agreement(follows="payer_at_failure")), "PAYER-2", DUE_12)
    stream = covered(stream, "PAYER-1", DUE_12)
    stream = measured(stream, "3", DUE_12, GRACE_OVER_12)
    stream.when_proposed().refused("two-payers", kind="conflict")


def test_a_doubt_about_the_payee_after_the_approval_is_told_with_its_reason() -> None:
    stream = measured(enrolled(an_agreement(follows="payer_at_failure")), "3", DUE_12, GRACE_OVER_12).determined()
    for payer in ("PAYER-2", "PAYER-3"):
        stream = stream.when_told(fact("coverage_changed", payer_id=payer), on=DUE_12).then()
    stream.when_proposed().refused("two-payers", kind="conflict")
    assert proposals_owed(stream.state, stream.surroundings) == ()


def by_determination() -> Agreement:
    """Everything back over 48 months, counted to the approval."""
    component = {"kind": "pro_rata", "clause": "9.1", "percent": "100", "over_months": 48, "granularity": "month"}
    conventions = {"counts": "remaining", "partial": "exact", "date": "determination", "end": "exclusive"}
    return with_refund(components=[{**component, **conventions}])


def test_what_counts_to_the_determination_counts_to_the_day_of_its_approval() -> None:
    stream = measured(enrolled(by_determination()), "3", DUE_12, date(2027, 3, 15)).when_proposed().then()
    proposed = stream.state.proposals["test-agreement", "month-12"].event
    assert sum(line.amount for line in proposed.refund) == round(350_000_000 * 34 / 48)
    after = stream.on(date(2027, 4, 15)).when_approved().then(MilestoneDetermined, RefundTriggered)
    assert refunds(after) == [("month-12", "PAYER-1", round(350_000_000 * 33 / 48))]
    after.on(date(2027, 9, 1)).when_proposed().refused("nothing-new")


def by_confirmation() -> Agreement:
    component = {"kind": "pro_rata", "clause": "9.1", "percent": "100", "over_months": 48, "granularity": "month"}
    conventions = {"counts": "remaining", "partial": "exact", "date": "confirmation", "end": "exclusive"}
    return with_refund(components=[{**component, **conventions}])


def test_a_refund_that_cannot_be_worked_out_is_refused_with_its_reason() -> None:
    stream = measured(enrolled(by_confirmation()), "3", DUE_12, GRACE_OVER_12)
    stream.when_proposed().refused("date-not-known", kind="conflict")


def test_two_agreements_with_a_joint_limit_never_pay_more_than_the_base_together() -> None:
    first = with_refund(
        components=[{"clause": "9.1", "kind": "flat_percentage", "percent": "80"}],
        joint_limit_with={"clause": "9.11", "agreements": ["other-agreement"]},
    )
    plain = first.model_dump(mode="json")["refund"]
    joint = {"clause": "9.11", "agreements": ["test-agreement"]}
    second = an_agreement(id="other-agreement", refund={**plain, "joint_limit_with": joint})
    stream = enrolled(first, second)
    stream = stream.when_enrolled(an_enrolment(second.id, terms_hash(second), payer_id="PAYER-2")).then()
    stream = measured(stream, "3", DUE_12, GRACE_OVER_12).determined()
    other = Given(shelf=enrolled(second, first).shelf, events=stream.events, today=stream.today).determined()
    assert refunds(other) == [("month-12", "PAYER-1", 280_000_000), ("month-12", "PAYER-2", 70_000_000)]


def test_a_price_that_is_not_the_list_price_on_day_0_is_refused() -> None:
    listed = {"clause": "2.1", "kind": "list_price_at_infusion", "dose_share": "ignored"}
    prices = [{"from_on": "2020-01-01", "amount": "3000000.00"}]
    agreement = an_agreement(price={**listed, "list_prices": prices})
    infused(agreement).when_enrolled().refused("price-not-listed", "/fact/price")
    infused(agreement).when_enrolled(price="3000000.00").then()


@pytest.mark.parametrize(("may_reduce", "expected"), [(False, 0), (True, -35_000_000)])
def test_a_later_version_reduces_what_was_issued_only_if_its_amendment_says_so(may_reduce: bool, expected: int) -> None:
    first = costing("cumulative", "60", "20")
    plain = first.model_dump(mode="json")["refund"]
    second = an_agreement(refund={**plain, "caps": CAP_OF_HALF}, effective_on="2025-01-01")
    stream = measured(enrolled(first), "3", DUE_12, GRACE_OVER_12).determined()
    shelf = enrolled(second, first).shelf.model_copy(
        update={
            "amendments": {
                terms_hash(second): Amendment(
                    replaces=terms_hash(first),
                    reaches_from=date(2025, 1, 1),
                    signed_on=date(2024, 12, 1),
                    recorded_at=noon(date(2025, 1, 1)),
                    binds="new_infusions",
                    migration="governing_version_date",
                    may_reduce_issued=may_reduce,
                )
            }
        }
    )
    stream = Given(shelf=shelf, events=stream.events, today=stream.today)
    enrolment = an_enrolment("test-agreement", terms_hash(second))
    stream = stream.when_corrected(stream.events[1].event_id, enrolment, on=DAY_0).then()
    later = measured(stream, "2", DUE_24, GRACE_OVER_24).determined("month-24")
    assert later.state.triggered["test-agreement", "month-12", "PAYER-1"] == 210_000_000 + expected
    assert later.state.triggered.get(("test-agreement", "month-24", "PAYER-1"), 0) == 0
