"""When a payer may ask, in general: no reading is ever asked more often than it permits."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from oba.dates import shift_months
from oba.facts.coverage import CoverageChanged
from oba.identity import derived_id
from oba.payer_rule import Asked, Patient, judge_request, permitted_windows, rule_in_force
from oba.terms.payer_rule import PayerRule
from tests.support.documents import PAYER_RULE, a_document
from tests.support.events import DAY_0, History

DAYS = st.lists(st.integers(0, 1900), max_size=12).map(sorted)


def a_rule(**changes: Any) -> PayerRule:
    rule = a_document(PAYER_RULE, **changes)
    assert isinstance(rule, PayerRule)
    return rule


def the_patient() -> Patient:
    return Patient(DAY_0, frozenset({"PAYER-1"}), History().evidence())


def asked_on(rule: PayerRule, days: list[int]) -> list[Asked]:
    """Each request with what every reading said of it."""
    made: list[Asked] = []
    for number, day in enumerate(days):
        on = DAY_0 + timedelta(days=day)
        verdict = judge_request(rule, the_patient(), made, on)
        permitted = tuple(one.reading for one in verdict.readings if one.permitted)
        made.append(
            Asked(
                request_id=derived_id("request", number), rule_id=rule.id, payer_id="PAYER-1", asked_on=on,
                permitted_under=permitted, answered_on=on if number % 2 else None,
            )
        )  # fmt: skip
    return made


@given(DAYS)
def test_permitted_requests_keep_the_gap_of_their_reading(days: list[int]) -> None:
    permitted = [one.asked_on for one in asked_on(a_rule(), days) if "six-months-apart" in one.permitted_under]
    for earlier, later in pairwise(permitted):
        assert later >= shift_months(earlier, 6)


@given(DAYS)
def test_no_calendar_year_has_more_permitted_requests_than_its_reading_says(days: list[int]) -> None:
    permitted = [one.asked_on.year for one in asked_on(a_rule(), days) if "twice-a-year" in one.permitted_under]
    assert all(permitted.count(year) <= 2 for year in permitted)


@given(DAYS)
def test_a_request_on_the_day_that_was_named_as_the_next_is_permitted(days: list[int]) -> None:
    rule = a_rule()
    made = asked_on(rule, days)
    for window in permitted_windows(rule, the_patient(), made):
        if window.permitted_from is not None:
            verdict = judge_request(rule, the_patient(), made, window.permitted_from)
            assert next(one for one in verdict.readings if one.reading == window.reading).permitted


@given(DAYS)
def test_a_window_counts_what_was_asked_and_answered(days: list[int]) -> None:
    made = asked_on(a_rule(), days)
    for window in permitted_windows(a_rule(), the_patient(), made):
        assert (window.asked, window.answered) == (len(days), len(days) // 2)


def test_requests_under_another_rule_are_no_part_of_the_series() -> None:
    other = [one.model_copy(update={"rule_id": "another"}) for one in asked_on(a_rule(), [200])]
    verdict = judge_request(a_rule(), the_patient(), other, DAY_0 + timedelta(days=201))
    assert verdict.label == "permitted_under_every_reading"
    assert permitted_windows(a_rule(), the_patient(), other)[0].asked == 0


def test_the_governing_reading_says_whether_a_request_is_permitted() -> None:
    on = DAY_0 + timedelta(days=30)
    assert judge_request(a_rule(), the_patient(), (), on).permitted
    rolling = a_rule(governing_reading="six-months-apart")
    assert not judge_request(rolling, the_patient(), (), on).permitted
    assert [one.governing for one in permitted_windows(rolling, the_patient(), ())] == [False, True]


def test_the_version_in_force_on_the_day_governs() -> None:
    first = a_rule(ends_on="2026-12-31")
    second = a_rule(effective_on="2026-06-01", title="Second version")
    other = a_rule(id="another-rule")
    rules = (first, second, other)
    assert rule_in_force(rules, "test-rule", date(2026, 5, 31)) == first
    assert rule_in_force(rules, "test-rule", date(2026, 6, 1)) == second
    assert rule_in_force((first,), "test-rule", date(2026, 12, 31)) == first
    assert rule_in_force((first,), "test-rule", date(2027, 1, 1)) is None
    assert rule_in_force(rules, "test-rule", date(2019, 12, 31)) is None


def test_a_second_change_of_cover_while_outside_ends_nothing_earlier_or_later() -> None:
    history = History()
    for day, payer in ((date(2026, 6, 1), "PAYER-2"), (date(2026, 9, 1), "PAYER-3")):
        history.tell(CoverageChanged(payer_id=payer), on=day)
    rule = a_rule(end_events=["coverage_changed"])
    patient = Patient(DAY_0, frozenset({"PAYER-1"}), history.evidence())
    (window, _) = permitted_windows(rule, patient, ())
    assert (window.permitted_until, window.ended_by) == (date(2026, 5, 31), "coverage_changed")
