"""Inhibitor, survival and freedom from events where a vector cannot tell it."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from adapters.documents.shelf import shipped_reference
from oba.facts.fix_inhibitor import FixInhibitorTested
from oba.measures.event_free import event_free
from oba.measures.inhibitor import inhibitor
from oba.measures.measured import Setting
from oba.schedule import plan
from oba.terms.measures.event_free import EventFree
from oba.terms.measures.inhibitor import Inhibitor
from tests.support.agreements import an_agreement
from tests.support.events import DAY_0, History

DUE_ON = date(2026, 7, 15)
WITHIN = 10
ASKED = Inhibitor.model_validate(
    {
        "kind": "inhibitor",
        "clause": "5.4",
        "assay": "any",
        "confirmation": {"kind": "second_result", "within_days": WITHIN, "negative_second": "clears_positive"},
    }
)


def setting(history: History) -> Setting:
    """Month 6 of an agreement, its window closed."""
    (obligation,) = plan(an_agreement("a-1", "PAYER-1"), history.day_0)
    return Setting(evidence=history.evidence(), obligation=obligation, reference=shipped_reference(), closed=True)


def told_of(tests: list[tuple[int, str]]) -> History:
    """Tests so many days after the due date, with their BU."""
    history = History()
    for days, value in tests:
        history.tell(FixInhibitorTested.model_validate({"value_bu": value}), on=DUE_ON + timedelta(days=days))
    return history


@given(st.lists(st.tuples(st.integers(-40, 40), st.sampled_from(["0", "0.59", "0.6", "2"])), max_size=7))
def test_an_inhibitor_is_positive_when_a_positive_test_of_the_window_has_a_positive_neighbour(
    tests: list[tuple[int, str]],
) -> None:
    positive = [(place, days) for place, (days, value) in enumerate(tests) if value in ("0.6", "2")]
    confirmed = [
        days
        for place, days in positive
        if abs(days) <= 30 and any(other != place and abs(on - days) <= WITHIN for other, on in positive)
    ]
    found = inhibitor(ASKED, setting(told_of(tests)))
    assert (found.happened == "true") == bool(confirmed)
    if confirmed:
        assert found.measured.decided_on == DUE_ON + timedelta(days=min(confirmed))


@given(st.lists(st.tuples(st.integers(-40, 40), st.sampled_from(["0", "0.6"])), max_size=6))
def test_the_order_in_which_tests_are_recorded_changes_no_state(tests: list[tuple[int, str]]) -> None:
    forwards = inhibitor(ASKED, setting(told_of(tests)))
    backwards = inhibitor(ASKED, setting(told_of(tests[::-1])))
    assert (forwards.happened, forwards.measured.decided_on) == (backwards.happened, backwards.measured.decided_on)


def test_a_test_that_belongs_to_another_milestone_is_left_out() -> None:
    asked = setting(told_of([(-20, "0")]))
    rival = asked.obligation.model_copy(update={"name": "month-5", "due_on": DUE_ON - timedelta(days=21)})
    shared = replace(asked, rivals=(rival,), shared_results="nearer_due_then_earlier")
    found = inhibitor(ASKED, shared)
    assert found.measured.trace.reason == "no_result_in_window"
    assert [one.reason for one in found.measured.trace.rejected] == ["other_milestone"]
    assert inhibitor(ASKED, replace(shared, rivals=())).happened == "false"


def test_without_an_infusion_nobody_knows_the_dose() -> None:
    terms = {"kind": "event_free", "clause": "5.7", "events": [{"kind": "partial_dose", "below_percent": "80"}]}
    history = History(infused=False)
    history.day_0 = DAY_0
    found = event_free(EventFree.model_validate(terms), setting(history))
    assert (found.happened, found.measured.trace.reason) == ("unknown", "no_infusion")
