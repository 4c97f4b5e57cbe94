"""Spells of prophylaxis, and returns by dosing, in general."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.documents.shelf import shipped_reference
from oba.facts.prophylaxis import ProphylaxisStarted, ProphylaxisStopped
from oba.measures.measured import Setting
from oba.measures.prophylaxis import ProphylaxisState, prophylaxis
from oba.measures.prophylaxis_spells import spells
from oba.schedule import plan
from oba.terms.measures.prophylaxis import Prophylaxis
from tests.support.agreements import an_agreement
from tests.support.events import DAY_0, History, a_dose, an_assessment

DUE_ON = date(2026, 7, 15)
TURNS = st.lists(st.tuples(st.integers(-30, 120), st.booleans()), max_size=8)


def turned(turns: list[tuple[int, bool]]) -> History:
    history = History()
    for days, starts in turns:
        body = ProphylaxisStarted(product="IDELVION", every_days="7") if starts else ProphylaxisStopped()
        history.tell(body, on=DAY_0 + timedelta(days=days))
    return history


def state(history: History, **changes: Any) -> ProphylaxisState:
    plain: dict[str, Any] = {
        "kind": "prophylaxis", "clause": "5.3", "doses": 4, "within_days": 27, "bridging_days": 0,
        "temporary_spell": {"kind": "always"},
    }  # fmt: skip
    (obligation,) = plan(an_agreement("a-1", "PAYER-1"), history.day_0)
    setting = Setting(evidence=history.evidence(), obligation=obligation, reference=shipped_reference(), closed=True)
    return prophylaxis(Prophylaxis.model_validate({**plain, **changes}), setting)


@given(TURNS)
def test_spells_lie_one_after_the_other_and_only_the_last_may_go_on(turns: list[tuple[int, bool]]) -> None:
    found = spells(turned(turns).evidence())
    for earlier, later in pairwise(found):
        assert earlier.last is not None
        assert earlier.first <= earlier.last <= later.first
    assert all(spell.covers(spell.first) for spell in found)


@given(TURNS)
def test_a_spell_begins_with_a_start_and_ends_with_a_stop(turns: list[tuple[int, bool]]) -> None:
    starts = {DAY_0 + timedelta(days=days) for days, begins in turns if begins}
    stops = {DAY_0 + timedelta(days=days) for days, begins in turns if not begins}
    for spell in spells(turned(turns).evidence()):
        assert spell.first in starts
        assert spell.last is None or spell.last in stops


def test_a_start_while_a_schedule_goes_on_changes_the_schedule_and_not_the_spell() -> None:
    (spell,) = spells(turned([(10, True), (20, True), (30, False)]).evidence())
    assert (spell.first, spell.last) == (DAY_0 + timedelta(days=10), DAY_0 + timedelta(days=30))


def test_a_stop_without_a_start_is_no_spell() -> None:
    assert spells(turned([(10, False)]).evidence()) == ()


@given(st.lists(st.integers(1, 181), min_size=1, max_size=12))
def test_four_doses_within_28_days_are_found_as_a_plain_search_finds_them(days: list[int]) -> None:
    history = History()
    history.tell(an_assessment(through=DUE_ON), on=DUE_ON)
    for number in days:
        history.tell(a_dose(), on=DAY_0 + timedelta(days=number))
    distinct = sorted(set(days))
    ends = [four[-1] for four in zip(*(distinct[n:] for n in range(4)), strict=False) if four[-1] - four[0] <= 27]
    expected = DAY_0 + timedelta(days=ends[0]) if ends else None
    found = state(history)
    assert found.on == expected
    assert found.returned == ("true" if ends else "false")


def test_a_state_that_is_unknown_says_what_would_decide_it() -> None:
    found = state(History())
    assert found.returned == "unknown"
    assert [one.what for one in found.measured.trace.wanted] == [
        "an assessment that attests FIX use as complete through 2026-07-15"
    ]
