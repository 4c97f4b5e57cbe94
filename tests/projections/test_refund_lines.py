from datetime import date

from projections.refund_lines import rows
from tests.support.lives import REFERENCE, Life

RESULT = {"unit": "IU/dL", "assay": "one_stage", "laboratory": "central"}


def a_failed_life() -> Life:
    """An infusion whose month 12 failed, approved on 2 March 2025."""
    life = Life().registered().enrolled()
    life.measured(date(2025, 1, 10), "3")
    life.approved(life.proposed("month-12", date(2025, 3, 1)), date(2025, 3, 2))
    return life


def test_a_trigger_is_a_line_on_the_day_of_its_approval() -> None:
    life = a_failed_life()
    (line,) = rows(life.stream, life.shelf, REFERENCE)
    assert (line.line_kind, line.amount, line.currency, line.supersedes) == ("trigger", 140_000_000, "USD", None)
    assert (line.approved_on, line.due_on, line.milestone) == (date(2025, 3, 2), date(2025, 1, 15), "month-12")
    assert (line.outcome, line.reason, line.clause) == ("not_met", "criterion", "9.1")
    assert (line.payer_id, line.beneficiary, line.line_id) == ("PAYER-1", "PAYER-1", life.events[-1].event_id)


def test_an_adjustment_is_a_signed_line_that_names_what_it_supersedes() -> None:
    life = a_failed_life()
    first = rows(life.stream, life.shelf, REFERENCE)[0].determination_id
    fact_id = life.events[2].event_id
    life.corrected(fact_id, date(2025, 1, 10), date(2025, 4, 1), "fix_activity_measured", value="33", **RESULT)
    life.approved(life.proposed("month-12", date(2025, 4, 2)), date(2025, 4, 3))
    _, line = rows(life.stream, life.shelf, REFERENCE)
    assert (line.line_kind, line.amount, line.supersedes) == ("adjustment", -140_000_000, first)
    assert (line.outcome, line.approved_on, line.clause) == ("met", date(2025, 4, 3), "4.1")


def test_the_same_answer_approved_again_later_is_a_line_of_its_own_day() -> None:
    life = a_failed_life()
    fact_id = life.events[2].event_id
    for day, value in ((1, "33"), (11, "3")):
        recorded_on = date(2025, 4, day)
        life.corrected(fact_id, date(2025, 1, 10), recorded_on, "fix_activity_measured", value=value, **RESULT)
        life.approved(life.proposed("month-12", date(2025, 4, day + 1)), date(2025, 4, day + 2))
    lines = rows(life.stream, life.shelf, REFERENCE)
    assert [line.approved_on for line in lines] == [date(2025, 3, 2), date(2025, 4, 3), date(2025, 4, 13)]
    assert sum(line.amount for line in lines) == 140_000_000


def test_a_milestone_that_is_met_has_no_line() -> None:
    life = Life().registered().enrolled()
    life.measured(date(2025, 1, 10), "33")
    life.approved(life.proposed("month-12", date(2025, 3, 1)), date(2025, 3, 2))
    assert rows(life.stream, life.shelf, REFERENCE) == ()
