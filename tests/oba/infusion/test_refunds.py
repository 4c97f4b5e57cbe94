"""Money: what an approval triggers, and the differences that follow from what comes to be known later."""

from datetime import date, timedelta

import pytest

from oba.facts.any_fact import ANY_FACT
from oba.facts.enrolment import EnrolledUnderAgreement
from oba.facts.infused import Infused
from oba.infusion.events import (
    DeterminationProposed,
    MilestoneDetermined,
    RefundAdjusted,
    RefundTriggered,
)
from oba.terms.agreement import Agreement
from oba.terms.document import terms_hash
from tests.support.events import DAY_0, a_result, an_enrolment, an_infusion
from tests.support.streams import (
    DUE_12,
    DUE_24,
    GRACE_OVER_12,
    GRACE_OVER_24,
    PRICE,
    Given,
    an_agreement,
    costing,
    enrolled,
)

MONTH_12, MONTH_24 = 140_000_000, 70_000_000


def measured(stream: Given, value: str, on: date, decided_on: date) -> Given:
    return stream.on(on).when_told(a_result(value)).then().on(decided_on)


def failed() -> Given:
    """Month 12 was approved as not met: 1.4 million dollars were triggered for PAYER-1."""
    return measured(enrolled(), "3", DUE_12, GRACE_OVER_12).determined()


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


def result_of(stream: Given) -> Given:
    """The fact of the result of month 12 corrected to 30 IU/dL."""
    return stream.when_corrected(stream.events[2].event_id, a_result("30"), on=DUE_12).then()


def test_a_failure_triggers_its_row_of_the_table() -> None:
    stream = failed()
    assert refunds(stream) == [("month-12", "PAYER-1", MONTH_12)]
    triggered = stream.events[-1].body
    assert isinstance(triggered, RefundTriggered)
    assert (triggered.clause, triggered.currency) == ("9.1", "USD")


def test_a_second_failure_triggers_only_its_own_row() -> None:
    stream = measured(failed(), "2", DUE_24, GRACE_OVER_24).determined("month-24")
    assert refunds(stream) == [("month-12", "PAYER-1", MONTH_12), ("month-24", "PAYER-1", MONTH_24)]


def test_a_corrected_result_supersedes_and_credits_the_whole_refund() -> None:
    stream = result_of(failed()).when_proposed().then(DeterminationProposed)
    first = stream.state.issued["test-agreement", "month-12"].proposal.event.determination.determination_id
    assert stream.state.proposals["test-agreement", "month-12"].event.supersedes == first
    after = stream.when_approved().then(MilestoneDetermined, RefundAdjusted)
    adjusted = after.events[-1].body
    assert isinstance(adjusted, RefundAdjusted)
    assert (adjusted.supersedes, adjusted.difference) == (first, -MONTH_12)
    assert after.state.triggered == {("test-agreement", "month-12", "PAYER-1"): 0}


def test_until_the_superseding_determination_is_approved_the_earlier_one_is_owed() -> None:
    stream = result_of(failed()).when_proposed().then()
    assert stream.state.triggered == {("test-agreement", "month-12", "PAYER-1"): MONTH_12}
    other = measured(stream, "2", DUE_24, GRACE_OVER_24).determined("month-24")
    assert refunds(other) == [("month-12", "PAYER-1", MONTH_12), ("month-24", "PAYER-1", MONTH_24)]


def test_a_corrected_result_that_fails_after_all_adjusts_upwards() -> None:
    met = measured(enrolled(), "30", DUE_12, GRACE_OVER_12).determined()
    stream = met.when_corrected(met.events[2].event_id, a_result("3"), on=DUE_12).then()
    after = stream.when_proposed().then().when_approved().then(MilestoneDetermined, RefundAdjusted)
    assert refunds(after) == [("month-12", "PAYER-1", MONTH_12)]
    back = result_of(after).when_proposed().then().when_approved().then(MilestoneDetermined, RefundAdjusted)
    assert refunds(back) == [("month-12", "PAYER-1", MONTH_12), ("month-12", "PAYER-1", -MONTH_12)]


def test_a_failure_that_moves_in_time_supersedes_without_a_difference() -> None:
    stream = failed()
    moved = stream.when_corrected(stream.events[2].event_id, a_result("3"), on=DUE_12 - timedelta(days=3)).then()
    after = moved.when_proposed().then().when_approved().then(MilestoneDetermined)
    assert refunds(after) == [("month-12", "PAYER-1", MONTH_12)]


def cheaper(stream: Given, price: str = "3000000.00") -> Given:
    fact = an_enrolment("test-agreement", terms_hash(stream.agreement), price=price)
    return stream.when_corrected(stream.events[1].event_id, fact, on=DAY_0).then()


def test_a_corrected_price_gives_a_difference() -> None:
    stream = cheaper(failed()).when_proposed().then(DeterminationProposed)
    after = stream.when_approved().then(MilestoneDetermined, RefundAdjusted)
    assert refunds(after)[1:] == [("month-12", "PAYER-1", -20_000_000)]
    after.when_proposed().refused("nothing-new")


def test_a_corrected_price_leaves_a_met_milestone_alone() -> None:
    met = measured(enrolled(), "30", DUE_12, GRACE_OVER_12).determined()
    cheaper(met).when_proposed().refused("nothing-new")


def test_a_corrected_payer_moves_the_refund() -> None:
    stream = failed()
    fact = an_enrolment("test-agreement", terms_hash(stream.agreement), payer_id="PAYER-2")
    stream = stream.when_corrected(stream.events[1].event_id, fact, on=DAY_0).then().when_proposed().then()
    after = stream.when_approved().then(MilestoneDetermined, RefundAdjusted, RefundAdjusted)
    assert refunds(after)[1:] == [("month-12", "PAYER-1", -MONTH_12), ("month-12", "PAYER-2", MONTH_12)]


def test_a_change_of_payer_before_the_failure_sends_the_refund_to_the_new_payer_where_the_agreement_says_so() -> None:
    covered = ANY_FACT.validate_python({"kind": "coverage_changed", "payer_id": "PAYER-2"})
    for follows, payee in (("payer_at_failure", "PAYER-2"), ("payer_at_infusion", "PAYER-1")):
        stream = enrolled(an_agreement(follows=follows)).on(date(2026, 6, 1)).when_told(covered).then()
        assert refunds(measured(stream, "3", DUE_12, GRACE_OVER_12).determined()) == [("month-12", payee, MONTH_12)]


def test_a_change_of_payer_on_the_day_of_the_failure_already_holds() -> None:
    covered = ANY_FACT.validate_python({"kind": "coverage_changed", "payer_id": "PAYER-2"})
    for day, payee in ((DUE_12, "PAYER-2"), (DUE_12 + timedelta(days=1), "PAYER-1")):
        stream = enrolled(an_agreement(follows="payer_at_failure")).on(DUE_12).when_told(a_result("3")).then()
        stream = stream.on(day).when_told(covered).then().on(GRACE_OVER_12).determined()
        assert refunds(stream) == [("month-12", payee, MONTH_12)]


def test_a_change_of_payer_that_becomes_known_late_takes_back_and_pays_anew() -> None:
    stream = measured(enrolled(an_agreement(follows="payer_at_failure")), "3", DUE_12, GRACE_OVER_12).determined()
    covered = ANY_FACT.validate_python({"kind": "coverage_changed", "payer_id": "PAYER-2"})
    late = stream.when_told(covered, on=date(2026, 6, 1)).then()
    proposed = late.when_proposed().then(DeterminationProposed)
    assert proposed.state.proposals["test-agreement", "month-12"].event.beneficiary == "PAYER-2"
    after = proposed.when_approved().then(MilestoneDetermined, RefundAdjusted, RefundAdjusted)
    assert refunds(after)[1:] == [("month-12", "PAYER-1", -MONTH_12), ("month-12", "PAYER-2", MONTH_12)]
    assert sum(after.state.triggered.values()) == MONTH_12


def test_the_payee_of_an_approved_milestone_is_not_moved_by_the_approval_of_another() -> None:
    stream = measured(enrolled(an_agreement(follows="payer_at_failure")), "3", DUE_12, GRACE_OVER_12).determined()
    covered = ANY_FACT.validate_python({"kind": "coverage_changed", "payer_id": "PAYER-2"})
    late = measured(stream.when_told(covered, on=date(2026, 6, 1)).then(), "2", DUE_24, GRACE_OVER_24)
    after = late.determined("month-24")
    assert refunds(after) == [("month-12", "PAYER-1", MONTH_12), ("month-24", "PAYER-2", MONTH_24)]


def test_an_open_proposal_for_the_wrong_payee_cannot_be_approved() -> None:
    stream = measured(enrolled(an_agreement(follows="payer_at_failure")), "3", DUE_12, GRACE_OVER_12)
    stream = stream.when_proposed().then()
    covered = ANY_FACT.validate_python({"kind": "coverage_changed", "payer_id": "PAYER-2"})
    stream.when_told(covered, on=date(2026, 6, 1)).then().when_approved().refused("overtaken-by-evidence")


def test_of_several_failures_only_the_highest_counts_where_the_agreement_says_so() -> None:
    agreement = costing("highest_of", "20", "40")
    stream = measured(enrolled(agreement), "3", DUE_12, GRACE_OVER_12).determined()
    stream = measured(stream, "2", DUE_24, GRACE_OVER_24).when_proposed("month-24").then()
    after = stream.when_approved("month-24").then(MilestoneDetermined, RefundAdjusted, RefundTriggered)
    assert refunds(after) == [
        ("month-12", "PAYER-1", 70_000_000),
        ("month-12", "PAYER-1", -70_000_000),
        ("month-24", "PAYER-1", 140_000_000),
    ]
    met = after.when_corrected(after.events[-5].event_id, a_result("30"), on=DUE_24).then()
    back = met.when_proposed("month-24").then().when_approved("month-24").then()
    assert refunds(back)[3:] == [("month-12", "PAYER-1", 70_000_000), ("month-24", "PAYER-1", -140_000_000)]


def test_a_lower_failure_that_costs_nothing_now_triggers_nothing() -> None:
    agreement = costing("highest_of", "40", "20")
    stream = measured(enrolled(agreement), "3", DUE_12, GRACE_OVER_12).determined()
    stream = measured(stream, "2", DUE_24, GRACE_OVER_24).when_proposed("month-24").then()
    after = stream.when_approved("month-24").then(MilestoneDetermined)
    met = result_of(after).when_proposed().then().when_approved().then()
    assert refunds(met)[1:] == [("month-12", "PAYER-1", -140_000_000), ("month-24", "PAYER-1", 70_000_000)]


def flat(percent: str) -> Agreement:
    """One percentage of the price, once."""
    component = {"clause": "9.1", "kind": "flat_percentage", "percent": percent}
    several = {"clause": "9.2", "rule": "cumulative", "same_day": "all"}
    return an_agreement(refund={"components": [component], "several_failures": several, "rounding": "half_even"})


def test_one_flat_refund_is_owed_once() -> None:
    stream = measured(enrolled(flat("40")), "3", DUE_12, GRACE_OVER_12).determined()
    stream = measured(stream, "2", DUE_24, GRACE_OVER_24).determined("month-24")
    assert refunds(stream) == [("month-12", "PAYER-1", 140_000_000)]
    met = result_of(stream).when_proposed().then().when_approved().then()
    assert refunds(met)[1:] == [("month-12", "PAYER-1", -140_000_000), ("month-24", "PAYER-1", 140_000_000)]


def test_a_proposal_whose_amount_another_approval_has_changed_cannot_be_approved() -> None:
    agreement = costing("first_only", "20", "40")
    stream = enrolled(agreement).on(DUE_12).when_told(a_result("3")).then()
    stream = measured(stream, "2", DUE_24, GRACE_OVER_24).when_proposed("month-24").then()
    assert sum(line.amount for line in stream.state.proposals["test-agreement", "month-24"].event.refund) == 140_000_000
    stream = stream.determined("month-12")
    stream.when_approved("month-24").refused("overtaken-by-evidence")
    after = stream.when_proposed("month-24").then().when_approved("month-24").then(MilestoneDetermined)
    assert refunds(after) == [("month-12", "PAYER-1", 70_000_000)]


def test_refunds_never_exceed_the_base() -> None:
    stream = measured(enrolled(costing("cumulative", "70", "60")), "3", DUE_12, GRACE_OVER_12).determined()
    stream = measured(stream, "2", DUE_24, GRACE_OVER_24).determined("month-24")
    assert refunds(stream) == [("month-12", "PAYER-1", 245_000_000), ("month-24", "PAYER-1", 105_000_000)]
    assert sum(stream.state.triggered.values()) == PRICE


def test_a_milestone_that_is_a_data_point_costs_nothing() -> None:
    milestones = [
        {**one, "role": "data_point" if one["id"] == "month-12" else "judged"}
        for one in an_agreement().model_dump(mode="json")["milestones"]
    ]
    stream = measured(enrolled(an_agreement(milestones=milestones)), "3", DUE_12, GRACE_OVER_12)
    stream.when_proposed().then().when_approved().then(MilestoneDetermined)


def ended(stream: Given, on: date, reason: str = "payer_changed") -> Given:
    end = {"kind": "enrolment_ended", "agreement_id": "test-agreement", "reason": reason}
    return stream.when_told(ANY_FACT.validate_python(end), on=on).then()


def test_obligations_that_fell_due_before_the_end_of_an_enrolment_survive_it() -> None:
    stream = ended(enrolled().on(DUE_12).when_told(a_result("3")).then(), DUE_12)
    stream = stream.on(GRACE_OVER_12).determined()
    assert refunds(stream) == [("month-12", "PAYER-1", MONTH_12)]
    stream.on(GRACE_OVER_24).when_proposed("month-24").refused("unknown-milestone")


def test_a_milestone_due_after_the_end_of_an_enrolment_is_not_judged() -> None:
    stream = measured(enrolled(), "3", DUE_12, GRACE_OVER_12).when_proposed().then()
    gone = ended(stream, DUE_12 - timedelta(days=1))
    gone.when_approved().refused("overtaken-by-evidence")
    gone.when_proposed().refused("unknown-milestone")


def enrolled_again(stream: Given, *, price: str, payer: str = "PAYER-2") -> Given:
    return stream.when_enrolled(price=price, payer_id=payer).then(EnrolledUnderAgreement)


def test_each_milestone_belongs_to_the_enrolment_that_covers_its_due_date() -> None:
    stream = measured(enrolled(), "3", DUE_12, GRACE_OVER_12)
    stream = enrolled_again(ended(stream, GRACE_OVER_12), price="1000000.00")
    stream = stream.determined("month-12")
    stream = measured(stream, "2", DUE_24, GRACE_OVER_24).determined("month-24")
    assert refunds(stream) == [("month-12", "PAYER-1", MONTH_12), ("month-24", "PAYER-2", 20_000_000)]
    for milestone in ("month-12", "month-24"):
        stream.when_proposed(milestone).refused("nothing-new")


@pytest.mark.parametrize(
    ("agreement", "expected"),
    [
        (flat("40"), [("month-12", "PAYER-1", 140_000_000)]),
        (costing("first_only", "20", "40"), [("month-12", "PAYER-1", 70_000_000)]),
        (
            costing("highest_of", "20", "80"),
            [
                ("month-12", "PAYER-1", 70_000_000),
                ("month-12", "PAYER-1", -70_000_000),
                ("month-24", "PAYER-2", 80_000_000),
            ],
        ),
        (costing("highest_of", "20", "40"), [("month-12", "PAYER-1", 70_000_000)]),
        (costing("highest_of", "40", "20"), [("month-12", "PAYER-1", 140_000_000)]),
    ],
    ids=["one flat refund", "first only", "the later is higher", "its share only", "the earlier is higher"],
)
def test_failures_under_two_enrolments_of_one_agreement_are_not_paid_twice(
    agreement: Agreement, expected: list[tuple[str, str, int]]
) -> None:
    stream = measured(enrolled(agreement), "3", DUE_12, GRACE_OVER_12).determined("month-12")
    stream = enrolled_again(ended(stream, GRACE_OVER_12), price="1000000.00")
    stream = measured(stream, "2", DUE_24, GRACE_OVER_24).determined("month-24")
    assert refunds(stream) == expected


def test_an_enrolment_in_error_leaves_the_right_one_its_price() -> None:
    wrong = ended(enrolled(price="1000000.00").on(date(2026, 2, 1)), date(2026, 2, 1), "enrolled_in_error")
    stream = enrolled_again(wrong, price="3500000.00", payer="PAYER-1")
    assert refunds(measured(stream, "3", DUE_12, GRACE_OVER_12).determined()) == [("month-12", "PAYER-1", MONTH_12)]


def test_what_was_triggered_under_another_version_stands_until_its_own_determination_is_superseded() -> None:
    first, second = an_agreement(), costing("cumulative", "80", "20", effective_on="2025-01-01")
    stream = measured(enrolled(first), "3", DUE_12, GRACE_OVER_12).determined()
    stream = Given(shelf=enrolled(second, first).shelf, events=stream.events, today=stream.today)
    fact = an_enrolment("test-agreement", terms_hash(second))
    stream = stream.when_corrected(stream.events[1].event_id, fact, on=DAY_0).then()
    later = measured(stream, "2", DUE_24, GRACE_OVER_24).determined("month-24")
    assert refunds(later)[1:] == [("month-24", "PAYER-1", MONTH_24)]
    superseded = later.when_proposed("month-12").then().when_approved("month-12").then()
    assert refunds(superseded)[2:] == [("month-12", "PAYER-1", 140_000_000)]


def test_a_milestone_that_the_later_version_does_not_have_stands_as_it_was_triggered() -> None:
    first = an_agreement()
    content = first.model_dump(mode="json")
    rows = [{"clause": "9.1", "kind": "table_by_milestone", "rows": {"month-24": "20"}}]
    refund = {**content["refund"], "components": rows}
    second = an_agreement(effective_on="2025-01-01", milestones=content["milestones"][1:], refund=refund)
    stream = measured(enrolled(first), "3", DUE_12, GRACE_OVER_12).determined()
    stream = ended(stream, GRACE_OVER_12)
    stream = Given(shelf=enrolled(second, first).shelf, events=stream.events, today=stream.today)
    stream = enrolled_again(stream, price="1000000.00")
    stream = measured(stream, "2", DUE_24, GRACE_OVER_24).determined("month-24")
    assert refunds(stream) == [("month-12", "PAYER-1", MONTH_12), ("month-24", "PAYER-2", 20_000_000)]


def test_two_agreements_over_one_infusion_keep_their_books_apart() -> None:
    second = an_agreement(id="other-agreement")
    stream = enrolled(an_agreement(), second)
    stream = stream.when_enrolled(an_enrolment(second.id, terms_hash(second), payer_id="PAYER-2")).then()
    stream = measured(stream, "3", DUE_12, GRACE_OVER_12).determined()
    assert stream.state.triggered == {("test-agreement", "month-12", "PAYER-1"): MONTH_12}
    other = Given(shelf=enrolled(second, an_agreement()).shelf, events=stream.events, today=stream.today).determined()
    assert other.state.triggered == {
        ("test-agreement", "month-12", "PAYER-1"): MONTH_12,
        ("other-agreement", "month-12", "PAYER-2"): MONTH_12,
    }


@pytest.mark.parametrize("relation", ["unrelated", "related"])
def test_an_approved_determination_is_not_undone_by_a_later_death(relation: str) -> None:
    agreement = an_agreement(selection="first")
    early = DUE_12 - timedelta(days=20)
    value = "3" if relation == "unrelated" else "30"
    stream = measured(enrolled(agreement), value, early, early).determined()
    before = refunds(stream)
    died = ANY_FACT.validate_python({"kind": "patient_died", "relation": relation})
    dead = stream.on(DUE_12 - timedelta(days=5)).when_told(died).then()
    dead.when_proposed().refused("nothing-new", kind="conflict")
    assert refunds(dead) == before


def test_a_death_before_the_approval_that_becomes_known_later_supersedes() -> None:
    early = DUE_12 - timedelta(days=20)
    stream = measured(enrolled(an_agreement(selection="first")), "3", early, early).determined()
    died = ANY_FACT.validate_python({"kind": "patient_died", "relation": "unrelated"})
    dead = stream.on(DUE_12).when_told(died, on=early - timedelta(days=5)).then()
    after = dead.when_proposed().then().when_approved().then(MilestoneDetermined, RefundAdjusted)
    assert refunds(after)[1:] == [("month-12", "PAYER-1", -MONTH_12)]


def test_late_evidence_supersedes_where_the_agreement_reopens() -> None:
    stream = failed().on(date(2027, 6, 1))
    result_of(stream).when_proposed().then(DeterminationProposed)


def test_late_evidence_is_kept_where_the_agreement_keeps() -> None:
    agreement = an_agreement(late_evidence={"clause": "8.1", "rule": "keep"})
    stream = measured(enrolled(agreement), "3", DUE_12, GRACE_OVER_12).determined()
    result_of(stream).when_proposed().then(DeterminationProposed)
    late = result_of(stream.on(date(2027, 6, 1)))
    late.when_proposed().refused("late-evidence-kept", kind="conflict")
    dearer = cheaper(stream.on(date(2027, 6, 1)))
    dearer.when_proposed().then(DeterminationProposed)


def test_the_infusion_corrected_to_a_part_of_the_dose_gives_a_difference_where_the_share_multiplies() -> None:
    share = an_agreement(price={"clause": "2.1", "kind": "list_price_at_infusion", "dose_share": "multiplies"})
    stream = measured(enrolled(share), "3", DUE_12, GRACE_OVER_12).determined()
    half: Infused = an_infusion(dose_share_percent="50")
    stream = stream.when_corrected(stream.events[0].event_id, half, on=DAY_0).then()
    after = stream.when_proposed().then().when_approved().then(MilestoneDetermined, RefundAdjusted)
    assert refunds(after)[1:] == [("month-12", "PAYER-1", -70_000_000)]
