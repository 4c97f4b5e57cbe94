"""Evidence: the order of arrival is irrelevant, knowledge only grows, and nothing disappears without its reason."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oba.dates import LAST_DAY
from oba.evidence import FOR_EVER, Evidence, known
from oba.facts.consent import ConsentGiven, ConsentWithdrawn
from oba.facts.correction import FactsMoved
from oba.facts.fix_activity import FixActivityMeasured
from oba.facts.infused import Infused
from oba.identity import derived_id
from tests.support.events import DAY_0, History, a_bleed, a_dose, a_result, noon

MONDAY = date(2026, 6, 1)
STEPS = ("result", "preliminary", "corrected", "bleed", "correct", "older", "retract", "withdraw", "consent")


def grown(steps: Sequence[tuple[str, int, int]]) -> History:
    """A history of drawn steps: what, on which day, and which earlier event is meant."""
    history = History()
    for number, (step, day, earlier) in enumerate(steps):
        on, recorded_at = MONDAY + timedelta(days=day), noon(MONDAY) + timedelta(hours=number)
        _step(history, step, on, recorded_at, earlier)
    return history


def _step(history: History, step: str, on: date, recorded_at: datetime, earlier: int) -> None:
    named = history.events[earlier % len(history.events)].event_id
    accession = {"system": "LAB-A", "accession_digest": f"{earlier % 3:064x}"}
    match step:
        case "result" | "preliminary" | "corrected":
            state = "final" if step == "result" else step
            history.tell(a_result(str(earlier), state=state, **accession), on=on, recorded_at=recorded_at)
        case "bleed":
            history.tell(a_bleed(), on=on, recorded_at=recorded_at)
        case "correct" | "older":
            sequence = earlier if step == "older" else None
            content = a_result("9")
            history.correct(named, content, on=on, recorded_at=recorded_at, source_sequence=sequence)
        case "retract":
            history.retract(named, on=on, recorded_at=recorded_at)
        case "withdraw":
            history.tell(ConsentWithdrawn(), on=on, recorded_at=recorded_at)
        case _:
            history.tell(ConsentGiven(version="v1"), on=on, recorded_at=recorded_at)


HISTORIES = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 20), st.integers(0, 9)), max_size=14).map(grown)


@given(HISTORIES, st.data())
def test_the_order_of_reading_is_irrelevant(history: History, drawn: st.DataObject) -> None:
    shuffled = drawn.draw(st.permutations(history.events))
    read = known(shuffled, known_at=FOR_EVER, as_of=LAST_DAY)
    assert read == history.evidence()
    assert read.digest == history.evidence().digest


@given(HISTORIES, st.integers(0, 16))
def test_what_comes_later_changes_no_earlier_answer(history: History, hours: int) -> None:
    instant = noon(MONDAY) + timedelta(hours=hours)
    known_then = [event for event in history.events if event.recorded_at <= instant]
    assert history.evidence(known_at=instant) == known(known_then, known_at=instant, as_of=LAST_DAY)


@given(HISTORIES, st.integers(0, 16), st.integers(0, 16))
def test_knowledge_only_grows(history: History, hours: int, more: int) -> None:
    then = history.evidence(known_at=noon(MONDAY) + timedelta(hours=hours))
    later = history.evidence(known_at=noon(MONDAY) + timedelta(hours=hours + more))
    assert mentioned(then) <= mentioned(later)


@given(HISTORIES)
def test_no_fact_is_in_force_and_set_aside_at_once_and_none_is_lost(history: History) -> None:
    evidence = history.evidence()
    in_force = {item.fact_id for item in evidence.items}
    aside = {one.fact_id for one in evidence.set_aside}
    assert in_force.isdisjoint(aside)
    facts = {event.event_id for event in history.events if event.body.kind not in ("fact_corrected", "fact_retracted")}
    assert facts <= in_force | aside


@given(HISTORIES, st.integers(0, 20))
def test_no_fact_after_the_day_asked_about_is_used(history: History, day: int) -> None:
    as_of = MONDAY + timedelta(days=day)
    evidence = history.evidence(as_of=as_of)
    assert all(item.occurred_on <= as_of for item in evidence.items)
    everything = history.evidence()
    assert {item.fact_id for item in evidence.items} == {
        item.fact_id for item in everything.items if item.occurred_on <= as_of
    }


def mentioned(evidence: Evidence) -> set[str]:
    """Every fact that the evidence knows, in force or set aside."""
    return {str(item.fact_id) for item in evidence.items} | {str(one.fact_id) for one in evidence.set_aside}


def test_items_lie_in_the_order_of_their_days_and_hours() -> None:
    history = History()
    late = datetime(2026, 6, 1, 20, tzinfo=UTC)
    second = history.tell(a_bleed(), at=late)
    first = history.tell(a_bleed(), at=late - timedelta(hours=2))
    third = history.tell(a_bleed(), on=date(2026, 6, 2))
    assert [item.fact_id for item in history.evidence().items[1:]] == [first, second, third]


def test_the_infusion_is_found_once_it_is_known() -> None:
    history = History()
    infused = history.evidence().infused
    assert infused is not None
    assert (infused.occurred_on, type(infused.fact)) == (DAY_0, Infused)
    assert history.evidence(known_at=noon(DAY_0)).infused is None


def test_items_of_one_kind_only_are_given() -> None:
    history = History()
    history.tell(a_bleed(), on=MONDAY)
    result = history.tell(a_result(), on=MONDAY)
    assert [item.fact_id for item in history.evidence().of(FixActivityMeasured)] == [result]


def test_a_corrected_fact_keeps_its_id_and_names_its_correction() -> None:
    history = History()
    fact = history.tell(a_result("4"), on=MONDAY)
    correction = history.correct(fact, a_result("5"), on=MONDAY + timedelta(days=1))
    (item,) = history.evidence().of(FixActivityMeasured)
    assert (item.fact_id, item.corrected_by, item.fact.value) == (fact, correction, Decimal(5))
    assert item.occurred_on == MONDAY + timedelta(days=1)


def test_a_correction_of_something_that_is_not_there_changes_nothing() -> None:
    history = History()
    history.correct(derived_id("nothing"), a_result("5"), on=MONDAY)
    assert [item.fact.kind for item in history.evidence().items] == ["infused"]


def test_corrections_that_name_each_other_do_not_run_in_circles() -> None:
    history = History()
    one = history.correct(derived_id("test", "event", 3), a_result("5"), on=MONDAY)
    history.correct(one, a_result("6"), on=MONDAY)
    assert [item.fact.kind for item in history.evidence().items] == ["infused"]


def test_facts_that_were_moved_to_another_patient_no_longer_count_here() -> None:
    history = History()
    moved = [history.tell(a_result(), on=MONDAY), history.tell(a_bleed(), on=MONDAY)]
    stays = history.tell(a_dose(), on=MONDAY)
    other = derived_id("another infusion")
    move = history.tell(FactsMoved(fact_ids=tuple(moved), to_infusion_id=other, approved_by="P-1"), on=MONDAY)
    evidence = history.evidence()
    assert [item.fact_id for item in evidence.items[1:]] == [stays]
    assert {(one.fact_id, one.reason, one.by) for one in evidence.set_aside} == {
        (fact, "moved", move) for fact in moved
    }


def test_of_two_retractions_the_first_recorded_is_named() -> None:
    history = History()
    fact = history.tell(a_result(), on=MONDAY)
    first = history.retract(fact, on=MONDAY)
    history.retract(fact, on=MONDAY)
    (aside,) = history.evidence().set_aside
    assert (aside.reason, aside.by) == ("retracted", first)


def test_a_sealed_fact_is_set_aside_with_the_withdrawal_that_seals_it() -> None:
    history = History()
    withdrawal = history.tell(ConsentWithdrawn(), on=MONDAY)
    sealed = history.tell(a_result(), on=MONDAY, recorded_at=noon(MONDAY + timedelta(days=2)))
    (aside,) = history.evidence().set_aside
    assert (aside.fact_id, aside.reason, aside.by) == (sealed, "sealed", withdrawal)


def test_of_two_events_of_one_instant_the_position_decides() -> None:
    history = History()
    fact = history.tell(a_result("4"), on=MONDAY)
    at = noon(MONDAY + timedelta(days=9))
    history.correct(fact, a_result("5"), on=MONDAY, recorded_at=at)
    history.correct(fact, a_result("6"), on=MONDAY, recorded_at=at)
    (item,) = known(reversed(history.events), known_at=at, as_of=LAST_DAY).of(FixActivityMeasured)
    assert item.fact.value == 6


@pytest.mark.parametrize("content", ["another value", "another day"])
def test_the_digest_changes_with_what_is_in_force(content: str) -> None:
    one, other = History(), History()
    one.tell(a_result("4"), on=MONDAY, recorded_at=noon(LAST_DAY - timedelta(days=400)))
    day = MONDAY + timedelta(days=1) if content == "another day" else MONDAY
    value = "5" if content == "another value" else "4"
    other.tell(a_result(value), on=day, recorded_at=noon(LAST_DAY - timedelta(days=400)))
    assert one.evidence().digest != other.evidence().digest


def test_the_digest_does_not_change_with_what_is_set_aside() -> None:
    history = History()
    digest = history.evidence().digest
    history.retract(history.tell(a_result(), on=MONDAY), on=MONDAY)
    assert history.evidence().digest == digest


def test_without_events_there_is_no_evidence() -> None:
    assert known((), known_at=FOR_EVER, as_of=LAST_DAY).items == ()
