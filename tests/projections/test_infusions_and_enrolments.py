from datetime import date

from projections import enrolments, infusions
from tests.support.lives import PRICE, REFERENCE, Life


def an_infusion(life: Life) -> infusions.Row:
    """The row of a life."""
    (row,) = infusions.rows(life.stream, life.shelf, REFERENCE)
    return row


def test_an_infusion_is_named_with_its_htc_its_day_and_its_version() -> None:
    life = Life().registered().enrolled()
    row = an_infusion(life)
    assert (row.product, row.htc_id, row.infusing_htc_id) == ("HEMGENIX", "HTC-1", "HTC-1")
    assert (row.day_0, row.version, row.last_event_on) == (life.day_0, 2, life.day_0)
    assert (row.died_on, row.lost_since, row.consent_withdrawn_on) == (None, None, None)


def test_the_htc_is_the_one_that_cares_now() -> None:
    life = Life().registered()
    life.told(date(2024, 5, 1), "care_transferred", htc_id="HTC-2")
    row = an_infusion(life)
    assert (row.htc_id, row.infusing_htc_id) == ("HTC-2", "HTC-1")


def test_what_ends_the_follow_up_is_shown_and_its_resumption_takes_it_back() -> None:
    life = Life().registered()
    life.told(date(2024, 5, 1), "lost_to_follow_up", contacts_attempted=3)
    life.told(date(2024, 6, 1), "consent_withdrawn")
    row = an_infusion(life)
    assert (row.lost_since, row.consent_withdrawn_on) == (date(2024, 5, 1), date(2024, 6, 1))
    life.told(date(2024, 7, 1), "consent_given", version="v2")
    life.told(date(2024, 7, 1), "follow_up_resumed")
    life.told(date(2024, 8, 1), "patient_died", relation="unknown")
    row = an_infusion(life)
    assert (row.lost_since, row.consent_withdrawn_on, row.died_on) == (None, None, date(2024, 8, 1))


def test_an_enrolment_has_its_price_in_a_field_that_can_be_left_out() -> None:
    life = Life().registered().enrolled()
    (row,) = enrolments.rows(life.stream, life.shelf, REFERENCE)
    assert (row.payer_id, row.price, row.ended_on) == ("PAYER-1", PRICE, None)
    assert "price" not in row.model_dump(exclude=set(row.PRICE_FIELDS))


def test_an_ended_enrolment_stays_and_one_entered_in_error_goes() -> None:
    ended, wrong = Life().registered().enrolled(), Life().registered().enrolled()
    day = date(2024, 9, 1)
    ended.told(day, "enrolment_ended", agreement_id="test-agreement", reason="payer_changed")
    wrong.told(day, "enrolment_ended", agreement_id="test-agreement", reason="enrolled_in_error")
    (row,) = enrolments.rows(ended.stream, ended.shelf, REFERENCE)
    assert row.ended_on == day
    assert enrolments.rows(wrong.stream, wrong.shelf, REFERENCE) == ()
