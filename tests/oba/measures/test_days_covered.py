"""Stretches of cover in general, against a plain count day by day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from oba.facts.coverage import CoverageChanged
from oba.measures.days_covered import covered_days
from tests.support.events import DAY_0, History

CHANGES = st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["PAYER-A", "PAYER-B", None])), max_size=8)
SPANS = st.tuples(st.integers(0, 60), st.integers(0, 30))


def changed(changes: list[tuple[int, str | None]]) -> History:
    """A history in which the cover changed on these days, the later ones of a day recorded later."""
    history = History()
    for days, payer in changes:
        history.tell(CoverageChanged(payer_id=payer), on=DAY_0 + timedelta(days=days))
    return history


def payers_on(day: date, changes: list[tuple[int, str | None]]) -> set[str]:
    """Who covers on a day, found by looking at each change again."""
    begun = [days for days, _ in changes if DAY_0 + timedelta(days=days) <= day]
    if not begun:
        return {"PAYER-A"}
    today = [payer for days, payer in changes if days == max(begun)]
    while None in today:
        today = today[today.index(None) + 1 :]
    return {payer for payer in today if payer is not None}


@given(CHANGES, SPANS)
def test_every_day_of_the_span_lies_in_one_stretch_of_its_own_cover(
    changes: list[tuple[int, str | None]], span: tuple[int, int]
) -> None:
    first = DAY_0 + timedelta(days=span[0])
    last = first + timedelta(days=span[1])
    found = covered_days(changed(changes).evidence(), "PAYER-A", first, last)
    days = [one.span.first + timedelta(days=number) for one in found for number in range(one.span.days)]
    assert days == [first + timedelta(days=number) for number in range(span[1] + 1)]
    for one in found:
        assert set(one.payers) == payers_on(one.span.first, changes)
        assert set(one.payers) == payers_on(one.span.last, changes)
