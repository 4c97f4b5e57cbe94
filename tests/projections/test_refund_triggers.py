from datetime import date, timedelta

import pytest

from oba.dates import LAST_DAY
from oba.determination.determine import determine
from oba.evidence import FOR_EVER
from oba.infusion.questions import questions
from oba.infusion.state import replay
from oba.policies.propose import proposals_owed
from projections.refund_triggers import Row, finding_on, phase_on, rows
from tests.support.documents import AGREEMENT
from tests.support.lives import REFERENCE, Life, an_agreement


def read(life: Life) -> dict[str, Row]:
    """The rows of a life by milestone."""
    return {row.milestone: row for row in rows(life.stream, life.shelf, REFERENCE)}


def a_life(**terms: object) -> Life:
    """An infusion under an agreement."""
    return Life(an_agreement(**terms)).registered().enrolled()


def first_result() -> dict[str, object]:
    """Criteria that the first result decides at once."""
    activity = AGREEMENT["criteria"]["activity"]
    return {"criteria": {"activity": {**activity, "measure": {**activity["measure"], "selection": "first"}}}}


def test_a_milestone_has_its_five_dates_and_its_price_from_day_0_on() -> None:
    row = read(a_life())["month-24"]
    assert (row.opens_on, row.due_on, row.closes_on) == (date(2025, 12, 16), date(2026, 1, 15), date(2026, 2, 14))
    assert (row.grace_ends_on, row.cure_ends_on) == (date(2026, 2, 24), date(2026, 3, 16))
    assert (row.at_risk, row.triggered, row.currency, row.beneficiary) == (70_000_000, 0, "USD", "PAYER-1")
    assert row.missing == ("a clean one-stage FIX activity, any laboratory",)


def test_the_phase_follows_from_the_dates_and_the_day_that_is_asked() -> None:
    row = read(a_life())["month-12"]
    asked = [
        row.opens_on - timedelta(days=1),
        row.opens_on,
        row.due_on,
        row.closes_on,
        row.closes_on + timedelta(days=1),
        row.grace_ends_on,
        row.grace_ends_on + timedelta(days=1),
    ]
    assert [phase_on(row, day) for day in asked] == ["upcoming", "open", "due", "due", "grace", "grace", "closed"]


def lives() -> dict[str, Life]:
    """Lives whose milestones are decided in different ways."""
    measured, missing, early, waived = a_life(), a_life(), a_life(**first_result()), a_life()
    measured.measured(date(2025, 1, 10), "3")
    early.measured(date(2024, 12, 20), "38")
    waived.waived("month-12", date(2024, 2, 1))
    died = a_life()
    died.told(date(2024, 6, 1), "patient_died", relation="unrelated")
    failed = a_life(missing_data={**AGREEMENT["missing_data"], "none_given": "fail"})
    return {"measured": measured, "missing": missing, "early": early, "waived": waived, "died": died, "failed": failed}


@pytest.mark.parametrize("name", list(lives()))
def test_the_finding_of_a_day_is_what_the_engine_says_on_that_day(name: str) -> None:
    life = lives()[name]
    state = replay(life.infusion_id, life.stream)
    last_on = max(event.occurred_on for event in life.stream)
    for row in read(life).values():
        edges = [row.opens_on, row.due_on, row.closes_on, row.grace_ends_on, row.cure_ends_on, LAST_DAY]
        days = [day + timedelta(days=shift) for day in edges for shift in (-1, 0, 1) if day < LAST_DAY or shift < 1]
        for day in (day for day in days if day >= last_on):
            asked = questions(state, life.shelf, REFERENCE, as_of=day, known_at=FOR_EVER)
            question = next(one for one in asked if one.milestone == row.milestone)
            assert finding_on(row, day) == determine(question).finding, day


@pytest.mark.parametrize("name", list(lives()))
def test_a_milestone_is_proposable_from_the_first_day_on_which_the_policy_proposes_it(name: str) -> None:
    life = lives()[name]
    state = replay(life.infusion_id, life.stream)
    last_on = max(event.occurred_on for event in life.stream)
    for row in read(life).values():
        assert row.proposable_from is not None
        for day in (row.proposable_from + timedelta(days=shift) for shift in (-1, 0, 9)):
            if day >= last_on:
                owed = {command.milestone for command in proposals_owed(state, life.surroundings(day))}
                assert (row.milestone in owed) == (day >= row.proposable_from), day


def test_an_approved_failure_shows_what_was_triggered() -> None:
    life = a_life()
    life.measured(date(2025, 1, 10), "3")
    determination_id = life.proposed("month-12", date(2025, 3, 1))
    proposed = read(life)["month-12"]
    life.approved(determination_id, date(2025, 3, 2))
    approved = read(life)["month-12"]
    assert (proposed.determination_state, proposed.proposed_id, proposed.triggered) == ("proposed", determination_id, 0)
    assert proposed.proposable_from is None
    assert (approved.determination_state, approved.approved_id) == ("approved", determination_id)
    assert (approved.outcome, approved.approved_on) == ("not_met", date(2025, 3, 2))
    assert (approved.triggered, approved.proposed_id, approved.proposable_from) == (140_000_000, None, None)


def test_a_returned_determination_is_not_proposed_again_by_itself() -> None:
    life = a_life()
    life.measured(date(2025, 1, 10), "3")
    determination_id = life.proposed("month-12", date(2025, 3, 1))
    life.returned(determination_id, date(2025, 3, 2))
    row = read(life)["month-12"]
    assert (row.determination_state, row.returned_id, row.proposable_from) == ("returned", determination_id, None)


def test_a_correction_after_approval_is_an_answer_that_nobody_has_proposed() -> None:
    life = a_life()
    fact_id = life.measured(date(2025, 1, 10), "3")
    life.approved(life.proposed("month-12", date(2025, 3, 1)), date(2025, 3, 2))
    content = {"unit": "IU/dL", "assay": "one_stage", "laboratory": "central", "value": "33"}
    life.corrected(fact_id, date(2025, 1, 10), date(2025, 3, 5), "fix_activity_measured", **content)
    row = read(life)["month-12"]
    assert (row.outcome, row.finding_once_closed, row.determination_state) == ("not_met", "met", "approved")
    assert row.proposable_from == row.grace_ends_on + timedelta(days=1)


def test_a_superseding_approval_is_counted_as_a_credit() -> None:
    life = a_life()
    fact_id = life.measured(date(2025, 1, 10), "3")
    life.approved(life.proposed("month-12", date(2025, 3, 1)), date(2025, 3, 2))
    content = {"unit": "IU/dL", "assay": "one_stage", "laboratory": "central", "value": "33"}
    life.corrected(fact_id, date(2025, 1, 10), date(2025, 3, 5), "fix_activity_measured", **content)
    life.approved(life.proposed("month-12", date(2025, 3, 6)), date(2025, 3, 7))
    row = read(life)["month-12"]
    assert (row.outcome, row.triggered, row.proposable_from) == ("met", 0, None)


def test_a_refund_keeps_its_row_when_the_enrolment_was_in_error() -> None:
    life = a_life()
    life.measured(date(2025, 1, 10), "3")
    life.approved(life.proposed("month-12", date(2025, 3, 1)), date(2025, 3, 2))
    life.told(date(2025, 3, 5), "enrolment_ended", agreement_id="test-agreement", reason="enrolled_in_error")
    row = read(life)["month-12"]
    assert (row.outcome, row.triggered, row.finding_while_open) == ("not_met", 140_000_000, "excluded")
    assert (row.payer_id, row.proposable_from) == ("PAYER-1", row.day_0)
    life.approved(life.proposed("month-12", date(2025, 3, 6)), date(2025, 3, 7))
    row = read(life)["month-12"]
    assert (row.outcome, row.triggered, row.proposable_from) == ("excluded", 0, None)


def test_late_evidence_that_the_agreement_keeps_is_not_an_answer_to_propose() -> None:
    content = {"unit": "IU/dL", "assay": "one_stage", "laboratory": "central", "value": "33"}
    for corrected_on, proposable in ((date(2025, 3, 5), True), (date(2025, 6, 1), False)):
        life = a_life(late_evidence={"clause": "8.1", "rule": "keep"})
        fact_id = life.measured(date(2025, 1, 10), "3")
        life.approved(life.proposed("month-12", date(2025, 3, 1)), date(2025, 3, 2))
        life.corrected(fact_id, date(2025, 1, 10), corrected_on, "fix_activity_measured", **content)
        row = read(life)["month-12"]
        assert (row.outcome, row.finding_once_closed) == ("not_met", "met")
        assert (row.proposable_from is not None) == proposable


def test_each_milestone_shows_the_enrolment_under_which_it_is_judged() -> None:
    life = a_life(parties={"manufacturer": "MANUFACTURER-1", "payers": ["PAYER-1", "PAYER-2"]})
    life.told(date(2025, 3, 1), "enrolment_ended", agreement_id="test-agreement", reason="payer_changed")
    life.enrolled(recorded_on=date(2025, 3, 2), payer_id="PAYER-2")
    found = read(life)
    assert {name: row.payer_id for name, row in found.items()} == {"month-12": "PAYER-1", "month-24": "PAYER-2"}
    assert [row.enrolment_ended_on for row in found.values()] == [date(2025, 3, 1), None]


def test_an_infusion_without_an_agreement_has_no_milestones() -> None:
    assert read(Life().registered()) == {}


def test_amounts_are_named_as_prices_so_that_others_can_leave_them_out() -> None:
    row = read(a_life())["month-12"]
    shown = row.model_dump(mode="json", exclude=set(row.PRICE_FIELDS))
    assert "140000000" not in str(shown)
    assert "1400000.00" not in str(shown)
    assert row.model_dump(mode="json")["at_risk"] == "1400000.00"


def a_deferring_life() -> Life:
    """Month 12 is missing and waits for month 24, which fails."""
    policies = {**AGREEMENT["missing_data"], "none_given": {"kind": "defer", "after_last": "exclude"}}
    life = a_life(missing_data=policies)
    determination_id = life.proposed("month-12", date(2025, 4, 1))
    life.approved(determination_id, date(2025, 4, 2))
    life.measured(date(2026, 1, 15), "3")
    return life


def test_a_deferred_milestone_is_proposable_again_once_the_next_one_is_decided() -> None:
    life = a_deferring_life()
    row = read(life)["month-12"]
    assert (row.outcome, row.triggered, row.proposable_from) == ("not_evaluable", 0, date(2026, 2, 25))
    state = replay(life.infusion_id, life.stream)
    for day in (date(2026, 2, 24), date(2026, 2, 25)):
        owed = {command.milestone for command in proposals_owed(state, life.surroundings(day))}
        assert ("month-12" in owed) == (day == row.proposable_from)


def test_a_milestone_that_was_deferred_and_decided_is_proposable_no_more() -> None:
    life = a_deferring_life()
    life.approved(life.proposed("month-24", date(2026, 3, 1)), date(2026, 3, 2))
    life.approved(life.proposed("month-12", date(2026, 3, 1)), date(2026, 3, 2))
    row = read(life)["month-12"]
    assert (row.outcome, row.triggered, row.proposable_from) == ("not_met", 140_000_000, None)


def test_a_proposal_that_no_person_has_to_approve_waits_for_the_product() -> None:
    life = a_life(authority={"clause": "3.1", "approved_by": "automatic"})
    life.measured(date(2025, 1, 10), "3")
    life.proposed("month-12", date(2025, 3, 1))
    assert read(life)["month-12"].proposable_from == date(2025, 3, 1)
