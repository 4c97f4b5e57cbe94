"""Data requests of a payer: recorded with the verdict of every reading, answered or declined."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from oba.facts.any_fact import ANY_FACT
from oba.identity import derived_id
from oba.infusion.commands import DeclineDataRequest, ProvideData, RequestData
from oba.infusion.events import DataProvided, DataRequestDeclined, DataRequested
from oba.terms.document import terms_hash
from tests.support.documents import PAYER_RULE, a_document
from tests.support.events import DAY_0, an_enrolment
from tests.support.streams import Decision, Given, an_agreement, enrolled

THREE_READINGS = a_document(
    PAYER_RULE,
    readings=[
        {
            "clause": "R1",
            "name": "six-months-apart",
            "frequency": {
                "kind": "rolling_gap",
                "gap": {"amount": 6, "unit": "months"},
                "first_request": "after_gap",
            },
        },
        {"clause": "R2", "name": "twice-a-year", "frequency": {"kind": "per_calendar_year", "most": 2}},
        {
            "clause": "R3",
            "name": "every-two-years",
            "frequency": {
                "kind": "rolling_gap",
                "gap": {"amount": 24, "unit": "months"},
                "first_request": "after_gap",
            },
        },
    ],
    governing_reading="six-months-apart",
)
SUMMER = date(2026, 7, 15)
"""Six months after Day 0."""


def stream() -> Given:
    return enrolled(an_agreement(), THREE_READINGS)


def asked(given: Given, on: date, rule_id: str = "test-rule") -> Decision:
    return given.when(RequestData, rule_id=rule_id, items=("bleeds",), asked_on=on)


def provided(given: Given, request_id: UUID, on: date) -> Decision:
    return given.when(ProvideData, request_id=request_id, items=("bleeds",), provided_on=on)


def declined(given: Given, request_id: UUID, on: date) -> Decision:
    return given.when(DeclineDataRequest, request_id=request_id, reason="not_permitted", declined_on=on)


def last_request(given: Given) -> DataRequested:
    return next(event.body for event in reversed(given.events) if isinstance(event.body, DataRequested))


def permitted(given: Given) -> dict[str, bool]:
    return {reading.reading: reading.permitted for reading in last_request(given).verdict.readings}


def test_a_request_is_recorded_with_the_verdict_of_every_reading() -> None:
    after = asked(stream().on(SUMMER), SUMMER).then(DataRequested)
    request = last_request(after)
    assert (request.payer_id, request.rule_hash) == ("PAYER-1", terms_hash(THREE_READINGS))
    assert permitted(after) == {"six-months-apart": True, "twice-a-year": True, "every-two-years": False}
    assert (request.verdict.label, request.verdict.permitted) == ("permitted_only_under", True)
    assert after.events[-1].occurred_on == SUMMER


def test_each_reading_keeps_a_series_of_its_own() -> None:
    first = asked(stream().on(SUMMER), SUMMER).then()
    next_day = SUMMER + timedelta(days=1)
    second = asked(first.on(next_day), next_day).then()
    assert permitted(second) == {"six-months-apart": False, "twice-a-year": True, "every-two-years": False}
    third = asked(second.on(date(2026, 9, 1)), date(2026, 9, 1)).then()
    assert permitted(third) == {"six-months-apart": False, "twice-a-year": False, "every-two-years": False}
    assert last_request(third).verdict.label == "not_permitted"
    half_a_year_on = date(2027, 1, 15)
    fourth = asked(third.on(half_a_year_on), half_a_year_on).then()
    assert permitted(fourth) == {"six-months-apart": True, "twice-a-year": True, "every-two-years": False}
    two_years_on = date(2028, 1, 15)
    fifth = asked(fourth.on(two_years_on), two_years_on).then()
    assert last_request(fifth).verdict.label == "permitted_under_every_reading"


def test_a_declined_request_moves_no_clock() -> None:
    first = asked(stream().on(SUMMER), SUMMER).then()
    after = declined(first, last_request(first).request_id, SUMMER).then(DataRequestDeclined)
    next_day = SUMMER + timedelta(days=1)
    assert permitted(asked(after.on(next_day), next_day).then())["six-months-apart"] is True


def test_a_request_is_answered_on_a_day() -> None:
    first = asked(stream().on(SUMMER), SUMMER).then()
    request_id = last_request(first).request_id
    after = provided(first.on(SUMMER + timedelta(days=9)), request_id, SUMMER + timedelta(days=9)).then(DataProvided)
    assert after.state.requests[request_id].answered_on == SUMMER + timedelta(days=9)
    next_day = SUMMER + timedelta(days=10)
    assert permitted(asked(after.on(next_day), next_day).then())["six-months-apart"] is False


def test_the_items_of_a_request_are_those_of_the_rule_each_once() -> None:
    given = stream().on(SUMMER)
    narrow = a_document(PAYER_RULE, items=["bleeds"])
    fields: dict[str, Any] = {"rule_id": "test-rule", "asked_on": SUMMER}
    given.when(RequestData, **fields, items=("bleeds", "bleeds")).refused("item-twice", "/items", "invalid")
    other = enrolled(an_agreement(), narrow).on(SUMMER)
    other.when(RequestData, **fields, items=("bleeds", "inhibitor")).refused("item-not-in-rule", "/items", "invalid")
    other.when(RequestData, **fields, items=("inhibitor", "inhibitor")).refused_for("item-twice", "item-not-in-rule")


def test_what_is_provided_was_requested_each_item_once() -> None:
    given = (
        stream().on(SUMMER).when(RequestData, rule_id="test-rule", items=("bleeds", "factor_activity"), asked_on=SUMMER)
    )
    first = given.then()
    fields: dict[str, Any] = {"request_id": last_request(first).request_id, "provided_on": SUMMER}
    first.when(ProvideData, **fields, items=("inhibitor",)).refused("item-not-requested", "/items", "invalid")
    first.when(ProvideData, **fields, items=("bleeds", "bleeds")).refused("item-twice", "/items", "invalid")
    first.when(ProvideData, **fields, items=("bleeds",)).then(DataProvided)


@pytest.mark.parametrize("day", [DAY_0 - timedelta(days=1), SUMMER + timedelta(days=1)])
def test_a_request_before_the_infusion_or_in_the_future_is_refused(day: date) -> None:
    asked(stream().on(SUMMER), day).refused("request-date", "/asked_on", "invalid")


def test_a_rule_that_is_unknown_or_not_in_force_is_refused() -> None:
    asked(stream().on(SUMMER), SUMMER, "other-rule").refused("no-rule-in-force", "/rule_id", "invalid")
    ended = a_document(PAYER_RULE, ends_on="2026-07-14")
    asked(enrolled(an_agreement(), ended).on(SUMMER), SUMMER).refused("no-rule-in-force", "/rule_id")


def test_the_version_in_force_on_the_request_day_governs() -> None:
    amended = a_document(PAYER_RULE, effective_on="2026-07-01", governing_reading="six-months-apart")
    after = asked(enrolled(an_agreement(), THREE_READINGS, amended).on(SUMMER), SUMMER).then()
    assert last_request(after).rule_hash == terms_hash(amended)


def test_a_payer_that_does_not_cover_the_patient_may_not_ask() -> None:
    given = enrolled(an_agreement(), THREE_READINGS, payer_id="PAYER-2").on(SUMMER)
    after = asked(given, SUMMER).then()
    assert {reading.reason for reading in last_request(after).verdict.readings} == {"not_covered_by_payer"}


def test_a_payer_whose_cover_began_later_may_ask_from_then_on() -> None:
    given = enrolled(an_agreement(), THREE_READINGS, payer_id="PAYER-2").on(SUMMER)
    covered = ANY_FACT.validate_python({"kind": "coverage_changed", "payer_id": "PAYER-1"})
    assert permitted(asked(given.when_told(covered).then(), SUMMER).then())["twice-a-year"] is True


def test_an_unknown_request_cannot_be_answered() -> None:
    given = stream().on(SUMMER)
    provided(given, derived_id("test", "none"), SUMMER).refused("unknown-request", kind="not_found")
    declined(given, derived_id("test", "none"), SUMMER).refused("unknown-request", kind="not_found")


def test_a_request_is_answered_or_declined_once() -> None:
    first = asked(stream().on(SUMMER), SUMMER).then()
    request_id = last_request(first).request_id
    provided(declined(first, request_id, SUMMER).then(), request_id, SUMMER).refused("request-closed", kind="conflict")
    declined(provided(first, request_id, SUMMER).then(), request_id, SUMMER).refused("request-closed", kind="conflict")


@pytest.mark.parametrize("day", [SUMMER - timedelta(days=1), SUMMER + timedelta(days=1)])
def test_an_answer_before_the_request_or_in_the_future_is_refused(day: date) -> None:
    first = asked(stream().on(SUMMER), SUMMER).then()
    request_id = last_request(first).request_id
    provided(first, request_id, day).refused("answer-date", "/provided_on", "invalid")
    declined(first, request_id, day).refused("answer-date", "/declined_on", "invalid")


def test_two_payers_of_two_agreements_are_covered_by_their_own_rules() -> None:
    second = an_agreement(id="other-agreement")
    given = enrolled(an_agreement(), second, THREE_READINGS, payer_id="PAYER-2").on(SUMMER)
    given = given.when_enrolled(an_enrolment(second.id, terms_hash(second))).then()
    assert permitted(asked(given, SUMMER).then())["six-months-apart"] is True
