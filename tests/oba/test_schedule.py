"""What is due when: milestones of an agreement, visits of a follow-up plan, and the phase of a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.documents.shelf import shipped_documents
from oba.dates import Offset, shift_months
from oba.determination.anchored import anchors_of
from oba.facts.any_fact import ANY_FACT
from oba.schedule import Obligation, phase, plan, window_of
from oba.terms.agreement import Agreement
from oba.terms.follow_up_plan import FollowUpPlan
from oba.terms.window import OpenEnded
from tests.support.agreements import an_agreement
from tests.support.documents import FOLLOW_UP_PLAN, a_document
from tests.support.events import DAY_0, History

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 12, 31))
ORDER = ["upcoming", "open", "due", "grace", "closed"]


def a_plan(**visit: object) -> FollowUpPlan:
    """A plan of one recurring visit."""
    follow_up = a_document(FOLLOW_UP_PLAN, visits=[{**FOLLOW_UP_PLAN["visits"][0], **visit}])
    assert isinstance(follow_up, FollowUpPlan)
    return follow_up


def due_dates(follow_up: FollowUpPlan, day_0: date) -> list[date]:
    return [obligation.due_on for obligation in plan(follow_up, day_0)]


def test_weekly_visits_are_seven_days_apart() -> None:
    weekly = a_plan(last={"amount": 4, "unit": "weeks"})
    assert due_dates(weekly, date(2026, 1, 15)) == [date(2026, 1, 15) + timedelta(weeks=n) for n in (1, 2, 3, 4)]


def test_the_last_day_of_a_series_is_included_and_the_next_visit_is_not() -> None:
    assert len(due_dates(a_plan(last={"amount": 83, "unit": "days"}), date(2026, 1, 15))) == 11
    assert len(due_dates(a_plan(last={"amount": 84, "unit": "days"}), date(2026, 1, 15))) == 12


def test_monthly_visits_are_counted_from_day_0_and_never_chained() -> None:
    monthly = {"amount": 1, "unit": "months"}
    visits = a_plan(first=monthly, every=monthly, last={"amount": 3, "unit": "months"})
    assert due_dates(visits, date(2026, 1, 31)) == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


def test_a_visit_names_its_place_in_the_series_and_its_window() -> None:
    first, second, *_ = plan(a_plan(), date(2026, 1, 15))
    assert (first.name, second.name) == ("weekly-liver-panel-1", "weekly-liver-panel-2")
    assert (first.opens_on, first.closes_on) == (date(2026, 1, 20), date(2026, 1, 24))
    assert first.closes_on == first.grace_ends_on == first.cure_ends_on == first.report_by_on
    assert (first.kind, first.items) == ("monitoring", ("liver_panel",))


def test_the_registry_of_the_shelf_goes_on_to_year_15() -> None:
    (follow_up,) = [document for document in shipped_documents() if isinstance(document, FollowUpPlan)]
    registry = [one for one in plan(follow_up, date(2026, 1, 15)) if one.kind == "registry"]
    assert [registry[0].due_on, registry[-1].due_on] == [date(2027, 1, 15), date(2041, 1, 15)]
    assert len(registry) == 15


def test_the_milestones_of_the_shelf_are_those_of_the_seeds() -> None:
    documents = [document for document in shipped_documents() if document.id.startswith("hemgenix-illustrative")]
    agreements = [document for document in documents if isinstance(document, Agreement)]
    assert len(agreements) == 3
    for agreement in agreements:
        day_0 = date(2026, 8, 31)
        assert [one.due_on for one in plan(agreement, day_0)] == [
            shift_months(day_0, months) for months in (3, 6, 12, 24, 36, 60)
        ]


def the_milestone(day_0: date, grace_days: int = 10) -> Obligation:
    agreement = an_agreement("a-1", "PAYER-1")
    milestone = agreement.milestones[0].model_copy(update={"grace_days": grace_days, "cure_days": 20})
    (obligation,) = plan(agreement.model_copy(update={"milestones": (milestone,)}), day_0)
    return obligation


@given(DAYS, st.integers(0, 40))
def test_the_dates_of_a_milestone_lie_in_their_order(day_0: date, grace_days: int) -> None:
    one = the_milestone(day_0, grace_days)
    assert one.day_0 < one.opens_on < one.due_on < one.closes_on <= one.grace_ends_on < one.cure_ends_on
    assert one.window.days == 61


@given(DAYS, st.integers(-100, 300))
def test_a_phase_is_never_left_backwards(day_0: date, days: int) -> None:
    one = the_milestone(day_0)
    day = one.opens_on + timedelta(days=days)
    assert ORDER.index(phase(one, day)) <= ORDER.index(phase(one, day + timedelta(days=1)))


@given(DAYS, st.integers(-100, 300))
def test_evidence_counts_exactly_while_the_window_is_open_or_due(day_0: date, days: int) -> None:
    one = the_milestone(day_0)
    day = one.opens_on + timedelta(days=days)
    assert (day in one.window) == (phase(one, day) in ("open", "due"))


def test_an_open_ended_window_without_a_horizon_has_no_end() -> None:
    window = OpenEnded(kind="open_ended", opens=Offset(amount=9, unit="months"))
    with pytest.raises(ValueError, match="closes on the horizon"):
        window_of(window, DAY_0, DAY_0, "clamp")


def test_an_event_before_day_0_anchors_nothing() -> None:
    history = History()
    history.tell(ANY_FACT.validate_python({"kind": "consent_given", "version": "v1"}), on=DAY_0 - timedelta(days=9))
    assert "consent_given" not in anchors_of(history.evidence(), None).events
