"""What a stream has told, carried on from event to event: never another answer than reading all of it again."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oba.dates import LAST_DAY
from oba.evidence import FOR_EVER, NOTHING_TOLD, known
from oba.facts.base import Body, Fact
from oba.facts.bleed import BleedLogged
from oba.facts.consent import ConsentGiven, ConsentWithdrawn
from oba.facts.correction import FactsMoved
from oba.facts.fix_activity import FixActivityMeasured
from oba.facts.infused import Infused
from oba.identity import derived_id
from oba.infusion.events import ReminderSent
from oba.infusion.state import InfusionState, evolve, replay
from tests.support.events import DAY_0, INFUSION, History, a_bleed, a_result, noon

MONDAY = date(2026, 6, 1)
KINDS: tuple[type[Fact], ...] = (Infused, FixActivityMeasured, BleedLogged, ConsentWithdrawn, Fact)
REMINDER = ReminderSent(
    reminder_id=derived_id("reminder"),
    agreement_id="AGR-1",
    milestone="m12",
    rung="due",
    recipient="PER-1",
    due_on=MONDAY,
)
WHAT = (
    *("result", "sample", "bleed", "again", "again", "correct", "older"),
    *("retract", "move", "cancelled", "withdraw", "consent", "reminder"),
)
STEPS = st.tuples(st.sampled_from(WHAT), st.integers(0, 20), st.integers(-3, 9), st.booleans())
Step = tuple[str, int, int, bool]
"""What is told, on which day, what it is about (an earlier event, or one that is still to come), and who asks then."""


def told(history: History, step: Step) -> None:
    what, days, about, _ = step
    number = len(history.events)
    on, recorded_at = MONDAY + timedelta(days=days), noon(MONDAY) + timedelta(hours=number + 3 * (about % 2))
    named = derived_id("test", "event", about % number + 1 if about >= 0 else number + 1 - about)
    match what:
        case "correct" | "older":
            sequence = about % 4 if what == "older" else None
            history.correct(named, a_result("9"), on=on, recorded_at=recorded_at, source_sequence=sequence)
        case "retract":
            history.retract(named, on=on, recorded_at=recorded_at)
        case _:
            history.tell(body(what, about, named, number), on=on, recorded_at=recorded_at)


def body(what: str, about: int, named: UUID, number: int) -> Body:
    accession = {"system": "LAB-A", "accession_digest": f"{about % 4:064x}"}
    bodies: dict[str, Body] = {
        "result": a_result(str(about % 4)),
        "sample": a_result(str(about % 2), **{**accession, "accession_digest": f"{100 + number:064x}"}),
        "again": a_result(str(about % 2), state="preliminary" if about % 3 else "final", **accession),
        "cancelled": a_result(state="cancelled", **(accession if about % 2 else {})),
        "bleed": a_bleed(),
        "move": FactsMoved(fact_ids=(named,), to_infusion_id=derived_id("another"), approved_by="P-1"),
        "withdraw": ConsentWithdrawn(),
        "consent": ConsentGiven(version="v1"),
        "reminder": REMINDER,
    }
    return bodies[what]


def told_in_turn(steps: Sequence[Step]) -> None:
    """Tell all of it; whenever anybody asks, what is carried on must be what reading everything again gives."""
    history = History()
    state = evolve(InfusionState(INFUSION), history.events[0])
    for step in (*steps, ("bleed", 20, 0, True)):
        told(history, step)
        state = evolve(state, history.events[-1])
        if not step[3]:
            continue
        read = known(history.events, known_at=FOR_EVER, as_of=LAST_DAY)
        assert state.everything == read
        assert state.everything.digest == read.digest
        assert [state.everything.of(kind) for kind in KINDS] == [read.of(kind) for kind in KINDS]
        assert state.told == replay(INFUSION, history.events).told


@given(st.lists(STEPS, max_size=25))
def test_evidence_that_is_carried_on_is_that_of_reading_the_whole_stream(steps: Sequence[Step]) -> None:
    told_in_turn(steps)


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([("correct", 0, -1), ("result", 1, 0)], id="a correction that came before its fact"),
        pytest.param([("retract", 0, -1), ("result", 1, 0)], id="a retraction that came before its fact"),
        pytest.param([("move", 0, -1), ("result", 1, 0)], id="a move that came before its fact"),
        pytest.param([("again", 0, 3), ("again", 1, 7)], id="a later state of the same result"),
        pytest.param([("cancelled", 0, 0)], id="a result that was cancelled"),
        pytest.param([("withdraw", 0, 0), ("result", 1, 0)], id="a fact after the consent was withdrawn"),
        pytest.param([("result", 9, 0), ("result", 1, 0)], id="a fact of an earlier day"),
        pytest.param([("result", 0, 0, False)] * 20, id="more than is added one by one"),
    ],
)
def test_an_event_that_changes_what_others_count_for_is_not_merely_added(steps: list[tuple[str, int, int]]) -> None:
    told_in_turn([(*step, True)[:4] for step in (("bleed", 5, 0), *steps)])


@pytest.mark.parametrize("more", [a_bleed(), a_result("5"), REMINDER])
def test_an_event_that_only_adds_leaves_what_was_read_before_as_it_is(more: Body) -> None:
    history = History()
    history.tell(a_result("4"), on=MONDAY)
    before = NOTHING_TOLD.after(tuple(history.events))
    history.tell(more, on=MONDAY + timedelta(days=1))

    after = before.after(tuple(history.events))

    assert [id(item) for item in after.evidence.items[:2]] == [id(item) for item in before.evidence.items]
    assert len(after.evidence.items) == 2 + isinstance(more, Fact)


def test_nothing_more_leaves_all_as_it_was() -> None:
    events = tuple(History().events)
    before = NOTHING_TOLD.after(events)

    assert before.after(events) is before
    assert NOTHING_TOLD.after(()) is NOTHING_TOLD


def test_evidence_without_an_item_has_a_digest_of_its_own() -> None:
    history = History()
    bleed = history.tell(a_bleed(), on=MONDAY)
    with_bleed = history.evidence()

    assert with_bleed.without([bleed]).digest == History(DAY_0).evidence().digest != with_bleed.digest
    assert with_bleed.without([bleed]).of(BleedLogged) == ()
