from datetime import date
from typing import Any
from uuid import UUID

import pytest

from oba.document.events import DocumentRegistered
from oba.facts.correction import FactsMoved
from oba.identity import derived_id
from oba.infusion.commands import DeclineDataRequest, ProvideData, RecordReminder, SkipReminder
from oba.infusion.events import DeterminationEndorsed
from oba.terms.document import terms_hash
from projections.said import said
from projections.timeline import SEALED, Row, rows
from tests.support.lives import REFERENCE, Life

RESULT = {"unit": "IU/dL", "assay": "one_stage", "laboratory": "central"}
REMINDER: dict[str, Any] = {
    "agreement_id": "test-agreement",
    "milestone": "month-12",
    "recipient": "PER-2",
    "due_on": date(2025, 1, 15),
}


def read(life: Life) -> list[Row]:
    """The timeline of a life."""
    return list(rows(life.stream, life.shelf, REFERENCE))


def a_life() -> Life:
    """An infusion under an agreement."""
    return Life().registered().enrolled()


def last(life: Life) -> Row:
    """The newest row."""
    return read(life)[-1]


def test_every_event_has_a_row_in_the_order_in_which_it_was_learned() -> None:
    life = a_life()
    life.measured(date(2025, 1, 10), "33")
    found = read(life)
    assert [row.position for row in found] == [1, 2, 3]
    assert [row.event_id for row in found] == [event.event_id for event in life.events]
    assert found[2].words == life.events[2].body.says()  # type: ignore[attr-defined]


def test_the_price_stands_in_its_own_field_and_never_in_the_words() -> None:
    life = a_life()
    life.measured(date(2025, 1, 10), "3")
    life.approved(life.proposed("month-12", date(2025, 3, 1)), date(2025, 3, 2))
    amounts = [row.amount for row in read(life) if row.amount is not None]
    assert amounts == [350_000_000, 140_000_000, 140_000_000]
    for row in read(life):
        shown = row.model_dump(mode="json", exclude=set(row.PRICE_FIELDS))
        assert "1400000" not in str(shown)
        assert "3500000" not in str(shown)


def test_rows_of_an_agreement_name_its_payer_and_clinical_rows_name_nobody() -> None:
    life = a_life()
    life.measured(date(2025, 1, 10), "3")
    life.approved(life.proposed("month-12", date(2025, 3, 1)), date(2025, 3, 2))
    found = {row.kind: row.payer_id for row in read(life)}
    assert found["infused"] is None
    assert found["fix_activity_measured"] is None
    for kind in ("enrolled_under_agreement", "determination_proposed", "milestone_determined", "refund_triggered"):
        assert found[kind] == "PAYER-1"


def test_a_corrected_fact_is_marked_and_the_correction_stands() -> None:
    life = a_life()
    fact_id = life.measured(date(2025, 1, 10), "3")
    life.corrected(fact_id, date(2025, 1, 10), date(2025, 1, 12), "fix_activity_measured", value="33", **RESULT)
    first, correction = read(life)[2:]
    assert (first.set_aside, correction.set_aside) == ("corrected", None)
    assert correction.about_event_id == fact_id
    assert correction.words.startswith("corrected (transcription error): ")


def test_a_retracted_fact_is_marked_with_all_its_corrections() -> None:
    life = a_life()
    fact_id = life.measured(date(2025, 1, 10), "3")
    life.corrected(fact_id, date(2025, 1, 10), date(2025, 1, 12), "fix_activity_measured", value="33", **RESULT)
    life.retracted(fact_id, date(2025, 1, 13))
    first, correction, retraction = read(life)[2:]
    assert (first.set_aside, correction.set_aside, retraction.set_aside) == ("retracted", "retracted", None)
    assert retraction.words == "taken back (entered in error)"


def test_what_was_recorded_while_consent_was_withdrawn_is_not_shown() -> None:
    life = a_life()
    life.told(date(2024, 6, 1), "consent_withdrawn")
    life.measured(date(2025, 1, 10), "33")
    row = last(life)
    assert (row.words, row.set_aside, row.kind) == (SEALED, "sealed", "fix_activity_measured")
    assert "33" not in row.words


def test_a_correction_recorded_while_consent_was_withdrawn_is_not_shown_either() -> None:
    life = a_life()
    fact_id = life.measured(date(2024, 5, 1), "31")
    life.told(date(2024, 6, 1), "consent_withdrawn")
    life.corrected(fact_id, date(2024, 5, 1), date(2024, 7, 1), "fix_activity_measured", value="33", **RESULT)
    assert last(life).words == SEALED
    assert read(life)[2].set_aside is None


def test_a_data_request_and_its_answers_are_for_the_payer_that_asked() -> None:
    life = a_life()
    first, second = life.asked(date(2024, 8, 1)), life.asked(date(2024, 9, 1))
    items = ("factor_activity",)
    life.does(ProvideData, date(2024, 9, 2), request_id=first, items=items, provided_on=date(2024, 9, 2))
    fields: dict[str, Any] = {"request_id": second, "reason": "duplicate", "declined_on": date(2024, 9, 2)}
    life.does(DeclineDataRequest, date(2024, 9, 2), **fields)
    found = read(life)[2:]
    assert {row.payer_id for row in found} == {"PAYER-1"}
    assert found[0].words == "PAYER-1 asked for factor activity under test-rule: permitted under every reading"
    assert [row.words for row in found[2:]] == ["provided factor activity", "data request declined: duplicate"]


def test_a_returned_determination_belongs_to_the_milestone_of_its_proposal() -> None:
    life = a_life()
    life.measured(date(2025, 1, 10), "3")
    life.returned(life.proposed("month-12", date(2025, 3, 1)), date(2025, 3, 2))
    row = last(life)
    assert (row.milestone, row.agreement_id, row.payer_id) == ("month-12", "test-agreement", "PAYER-1")
    assert row.words == "determination returned: evidence questioned"


def test_an_adjusted_refund_says_its_difference_beside_the_words() -> None:
    life = a_life()
    fact_id = life.measured(date(2025, 1, 10), "3")
    life.approved(life.proposed("month-12", date(2025, 3, 1)), date(2025, 3, 2))
    life.corrected(fact_id, date(2025, 1, 10), date(2025, 4, 1), "fix_activity_measured", value="33", **RESULT)
    life.approved(life.proposed("month-12", date(2025, 4, 2)), date(2025, 4, 3))
    row = last(life)
    assert (row.words, row.amount) == ("refund for month-12 adjusted, to PAYER-1", -140_000_000)


def test_reminders_and_waivers_are_said_in_words() -> None:
    life = a_life()
    ids = [derived_id("test-reminder", number) for number in range(2)]
    day = date(2025, 1, 15)
    life.does(RecordReminder, day, reminder_id=ids[0], rung="due", **REMINDER)
    life.does(SkipReminder, day, reminder_id=ids[1], rung="t_minus_7", reason="overtaken_by_later_rung", **REMINDER)
    life.waived("month-24", day)
    assert [row.words for row in read(life)[2:]] == [
        "reminder due for month-12 sent to PER-2",
        "reminder t minus 7 for month-12 not sent: overtaken by later rung",
        "waiver of month-24 under clause W1 proposed",
        "month-24 waived under clause W1",
    ]


def test_facts_that_were_moved_are_counted_and_the_other_infusion_is_not_named() -> None:
    other = UUID(int=7)
    moved = FactsMoved(fact_ids=(UUID(int=1), UUID(int=2)), to_infusion_id=other, approved_by="PER-2")
    assert said(moved).words == "2 facts moved to another infusion"


def test_an_event_of_a_document_is_not_said_of_an_infusion() -> None:
    agreement = Life().agreement
    with pytest.raises(TypeError):
        said(DocumentRegistered(content_hash=terms_hash(agreement), document=agreement))


def test_the_first_of_two_approvals_says_in_which_role_it_was_given() -> None:
    endorsed = DeterminationEndorsed(
        determination_id=UUID(int=1), agreement_id="test-agreement", milestone="month-12", role="payer_approver"
    )
    assert said(endorsed).words == "month-12: approved as payer approver, waiting for another role"
