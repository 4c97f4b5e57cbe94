"""Laws of the bleeding rate that no single vector shows."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.documents.shelf import shipped_reference
from oba.dates import Moment
from oba.evidence import Evidence, Item
from oba.facts.bleed import BleedLogged
from oba.measures.baseline_rate import baseline_rate
from oba.measures.bleeding_rate import bleeding_rate
from oba.measures.episodes import episodes
from oba.measures.measured import Measured, Setting
from oba.schedule import plan
from oba.terms.measures.bleeding_rate import BleedingRate
from tests.support.agreements import an_agreement
from tests.support.events import DAY_0, History, a_baseline, a_bleed, an_assessment

DUE_ON = date(2026, 7, 15)
SITES = ("knee_left", "knee_right", "elbow_left")


def terms(**changes: Any) -> BleedingRate:
    plain: dict[str, Any] = {
        "kind": "bleeding_rate", "clause": "5.2", "count": "all", "merge_hours": 72, "include_surgical": False,
        "period": {"kind": "months_before_due", "months": 6}, "annualisation": "365", "minimum_days": 0,
        "time_on_prophylaxis": "count_as_observed", "minimum_lead_in_days": 180,
    }  # fmt: skip
    return BleedingRate.model_validate({**plain, **changes})


def rate(history: History, **changes: Any) -> Measured:
    (obligation,) = plan(an_agreement("a-1", "PAYER-1"), history.day_0)
    evidence = history.evidence()
    setting = Setting(evidence=evidence, obligation=obligation, reference=shipped_reference(), closed=True)
    return bleeding_rate(terms(**changes), setting)


def value(measured: Measured) -> Fraction:
    assert measured.value is not None
    return measured.value.low[0]


def bleeds(evidence: Evidence) -> tuple[Item[BleedLogged], ...]:
    return evidence.of(BleedLogged)


BLEEDS = st.lists(
    st.tuples(st.integers(1, 180), st.sampled_from(SITES), st.booleans(), st.integers(0, 5), st.booleans()), max_size=8
)


def with_bleeds(drawn: list[tuple[int, str, bool, int, bool]]) -> History:
    history = History()
    history.tell(an_assessment(through=DUE_ON), on=DUE_ON)
    for days, site, treated, after, hours_known in drawn:
        onset = datetime.combine(DAY_0 + timedelta(days=days), datetime.min.time(), tzinfo=UTC)
        last = onset + timedelta(hours=17 * after)
        treatment = Moment(on=last.date(), at=last if hours_known else None) if treated else None
        body = a_bleed(site, treated=treated, last_treatment=treatment)
        history.tell(body, on=onset.date(), at=onset if hours_known else None)
    return history


@given(BLEEDS)
def test_every_bleed_belongs_to_one_episode(drawn: list[tuple[int, str, bool, int, bool]]) -> None:
    logged = bleeds(with_bleeds(drawn).evidence())
    found = [bleed.fact_id for episode in episodes(logged, 72) for bleed in episode.bleeds]
    assert sorted(map(str, found)) == sorted(str(bleed.fact_id) for bleed in logged)


@given(BLEEDS, st.integers(0, 700), st.integers(0, 20))
def test_a_wider_merge_window_never_makes_more_episodes(
    drawn: list[tuple[int, str, bool, int, bool]], hours: int, more: int
) -> None:
    logged = bleeds(with_bleeds(drawn).evidence())
    assert len(episodes(logged, hours + more)) <= len(episodes(logged, hours))


@given(BLEEDS)
def test_kinds_are_never_more_frequent_than_all(drawn: list[tuple[int, str, bool, int, bool]]) -> None:
    history = with_bleeds(drawn)
    whole = value(rate(history))
    for kind in get_args(BleedingRate.model_fields["count"].annotation):
        assert 0 <= value(rate(history, count=kind)) <= whole


@given(BLEEDS)
def test_the_rate_is_the_episodes_over_the_year(drawn: list[tuple[int, str, bool, int, bool]]) -> None:
    history = with_bleeds(drawn)
    counted = len(episodes(bleeds(history.evidence()), 72))
    assert value(rate(history)) == Fraction(counted * 365, 181)


def test_a_bleed_without_attestation_decides_nothing() -> None:
    history = History()
    history.tell(a_bleed(), on=DUE_ON)
    measured = rate(history)
    assert (measured.value, measured.trace.reason) == (None, "no_attestation")
    assert [one.what for one in measured.trace.wanted] == [
        "an assessment that attests the bleed log as complete through 2026-07-15"
    ]


@pytest.mark.parametrize("kind", ["all", "treated", "spontaneous", "joint"])
def test_the_baseline_is_counted_by_the_same_kind(kind: str) -> None:
    history = History()
    counts = {"all": 8, "treated": 4, "spontaneous": 3, "joint": 2}
    history.tell(a_baseline(bleeds=8).model_copy(update={"bleeds": a_baseline(8).bleeds.model_copy(update=counts)}))
    measured = baseline_rate(terms(count=kind), history.evidence())
    assert value(measured) == counts[kind]
    assert measured.decided_on == DAY_0 - timedelta(days=1)


def test_a_year_with_29_february_has_366_days() -> None:
    history = History()
    lead_in = {"first": "2027-03-01", "last": "2028-02-28"}
    history.tell(a_baseline(1, lead_in=lead_in))
    measured = baseline_rate(terms(annualisation="actual"), history.evidence())
    assert value(measured) == Fraction(366, 365)
