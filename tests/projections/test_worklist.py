from datetime import date, timedelta
from typing import Any

from oba.infusion.commands import ApproveWaiver, DeclineDataRequest, ProposeWaiver, ProvideData
from projections.worklist import LANES, Lane, Row, lane_on, rows
from tests.support.lives import REFERENCE, Life, a_payer_rule, an_agreement

MONTH_12 = "month-12"


def read(life: Life, kind: str, milestone: str | None = MONTH_12) -> list[Row]:
    """The rows of one kind about a milestone."""
    found = rows(life.stream, life.shelf, REFERENCE)
    return [row for row in found if row.kind == kind and row.milestone == milestone]


def a_life() -> Life:
    """An infusion under an agreement."""
    return Life().registered().enrolled()


def lanes(row: Row, *days: date) -> list[Lane | None]:
    """The lanes in which a row stands on some days."""
    return [lane_on(row, day) for day in days]


def test_missing_evidence_is_due_then_closing_soon_then_lapsed() -> None:
    (row,) = read(a_life(), "milestone")
    opens, closing, lapsed = date(2024, 12, 16), date(2025, 1, 31), date(2025, 3, 17)
    day = timedelta(days=1)
    assert lanes(row, opens - day, opens, closing - day) == [None, "due", "due"]
    assert lanes(row, closing, lapsed - day, lapsed) == ["closing_soon", "closing_soon", "lapsed"]
    assert row.missing == ("a clean one-stage FIX activity, any laboratory",)
    assert (row.urgent_on, row.shows_from, row.at_risk) == (date(2025, 2, 14), opens, 140_000_000)


def test_a_milestone_whose_evidence_has_arrived_is_not_due_any_more() -> None:
    life = a_life()
    life.measured(date(2025, 1, 10), "33")
    assert read(life, "milestone") == []
    assert len(read(life, "milestone", "month-24")) == 1


def test_an_answer_that_nobody_proposed_is_there_to_review() -> None:
    life = a_life()
    life.measured(date(2025, 1, 10), "33")
    (row,) = read(life, "answer")
    assert lanes(row, date(2025, 2, 24), date(2025, 2, 25)) == [None, "evidence_to_review"]
    assert row.reasons == ("answer_ready",)


def test_a_contaminated_sample_inside_the_window_is_there_to_review() -> None:
    life = a_life()
    life.told(date(2025, 1, 9), "fix_product_used", product="IDELVION", iu="4000", purpose="bleed")
    life.measured(date(2025, 1, 10), "33")
    (row,) = read(life, "evidence")
    assert row.reasons == ("contaminated",)
    assert lanes(row, date(2025, 1, 10)) == ["evidence_to_review"]


def test_an_implausible_fact_inside_the_window_is_there_to_review() -> None:
    life = a_life()
    life.measured(date(2025, 1, 10), "180")
    (row,) = read(life, "evidence")
    assert len(row.reasons) == 1
    assert row.reasons[0].startswith("flag:")


def test_two_values_of_one_accession_are_there_to_review() -> None:
    life = a_life()
    life.measured(date(2025, 1, 10), "33", accession_digest="a" * 64)
    life.measured(date(2025, 1, 10), "3", accession_digest="a" * 64)
    (row,) = read(life, "evidence")
    assert row.reasons == ("conflicting",)


def test_a_proposal_waits_for_approval_and_then_for_nobody() -> None:
    life = a_life()
    life.measured(date(2025, 1, 10), "3")
    determination_id = life.proposed(MONTH_12, date(2025, 3, 1))
    (row,) = read(life, "approval")
    assert (row.determination_id, lane_on(row, date(2025, 3, 1))) == (determination_id, "to_approve")
    assert lane_on(row, date(2025, 2, 28)) is None
    assert read(life, "answer") == []
    life.approved(determination_id, date(2025, 3, 2))
    assert [row for row in rows(life.stream, life.shelf, REFERENCE) if row.milestone == MONTH_12] == []


def test_a_returned_proposal_is_there_to_review_with_the_reason_of_its_return() -> None:
    life = a_life()
    life.measured(date(2025, 1, 10), "3")
    life.returned(life.proposed(MONTH_12, date(2025, 3, 1)), date(2025, 3, 2))
    (row,) = read(life, "evidence")
    assert row.reasons == ("returned:evidence_questioned",)
    assert read(life, "approval") == []


def test_an_answer_that_differs_from_the_approved_one_is_there_to_review() -> None:
    life = a_life()
    fact_id = life.measured(date(2025, 1, 10), "3")
    life.approved(life.proposed(MONTH_12, date(2025, 3, 1)), date(2025, 3, 2))
    life.retracted(fact_id, date(2025, 3, 5))
    (row,) = read(life, "answer")
    assert row.reasons == ("answer_differs",)
    assert read(life, "milestone") == []


def test_a_data_request_is_due_until_its_answer_is_and_lapses_after() -> None:
    life = a_life()
    request_id = life.asked(date(2024, 8, 1))
    (row,) = read(life, "data_request", None)
    assert (row.request_id, row.payer_id, row.missing, row.reasons) == (request_id, "PAYER-1", ("factor_activity",), ())
    assert lanes(row, date(2024, 7, 31), date(2024, 8, 1), date(2024, 8, 31)) == [None, "due", "due"]
    assert lane_on(row, date(2024, 9, 1)) == "lapsed"


def test_a_data_request_without_a_deadline_never_lapses_and_says_where_it_was_not_permitted() -> None:
    life = Life(an_agreement(), a_payer_rule(answer_within_days=None)).registered().enrolled()
    life.asked(date(2031, 8, 1))
    (row,) = read(life, "data_request", None)
    assert (lane_on(row, date(2040, 1, 1)), row.due_on, row.reasons) == ("due", None, ("not_permitted",))


def test_an_answered_or_declined_data_request_is_nothing_to_do() -> None:
    life = a_life()
    answered, declined = life.asked(date(2024, 8, 1)), life.asked(date(2024, 9, 1))
    items = ("factor_activity",)
    life.does(ProvideData, date(2024, 9, 2), request_id=answered, items=items, provided_on=date(2024, 9, 2))
    fields: dict[str, Any] = {"request_id": declined, "reason": "duplicate", "declined_on": date(2024, 9, 2)}
    life.does(DeclineDataRequest, date(2024, 9, 2), **fields)
    assert read(life, "data_request", None) == []


def test_the_lanes_are_named_once_and_in_one_order() -> None:
    assert LANES == ("due", "closing_soon", "lapsed", "evidence_to_review", "to_approve")


def test_a_proposed_waiver_waits_for_approval_until_it_is_approved() -> None:
    life, day = a_life(), date(2024, 2, 1)
    life.does(ProposeWaiver, day, agreement_id="test-agreement", milestone=MONTH_12, clause="W1")
    (row,) = read(life, "waiver")
    assert lanes(row, day - timedelta(days=1), day) == [None, "to_approve"]
    life.does(ApproveWaiver, day, actor="PER-3", waiver_id=row.waiver_id, acting_as="approver")
    assert read(life, "waiver") == []
