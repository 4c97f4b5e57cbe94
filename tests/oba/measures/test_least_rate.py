"""What a provisional rate or use can no longer fall below, against all that may still be recorded (settled C1)."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.documents.shelf import shipped_reference
from oba.dates import Moment
from oba.facts.base import Fact
from oba.facts.prophylaxis import ProphylaxisStarted, ProphylaxisStopped
from oba.measures.bleeding_rate import bleeding_rate
from oba.measures.factor_consumption import factor_consumption
from oba.measures.measured import Measured, Setting
from oba.schedule import plan
from oba.terms.measures.bleeding_rate import BleedingRate
from oba.terms.measures.factor_consumption import FactorConsumption
from tests.support.agreements import an_agreement
from tests.support.events import DAY_0, History, a_bleed, a_dose, an_assessment

DUE_ON = date(2026, 7, 15)
LENGTH = (DUE_ON - DAY_0).days
Happened = tuple[int, Fact]

MEASURE = {
    "period": {"kind": "months_before_due", "months": 6}, "annualisation": "365", "minimum_days": 0,
}  # fmt: skip
RATE = {
    "kind": "bleeding_rate", "clause": "5.2", "merge_hours": 72, "include_surgical": False, "minimum_lead_in_days": 0,
    **MEASURE,
}  # fmt: skip
USE = {
    "kind": "factor_consumption", "clause": "5.4", "measured_in": {"kind": "iu_per_year"}, "without_causes": [],
    "purposes": ["prophylaxis", "bleed", "other"], **MEASURE,
}  # fmt: skip

EXCLUDED = st.sampled_from(
    [
        [],
        [{"kind": "months_after_day_0", "from_month": 3, "to_month": 4}],
        [{"kind": "around_surgery", "before_days": 9, "after_days": 5}],
        [{"kind": "around_event", "event": "hospitalised", "before_days": 3, "after_days": 3}],
    ]
)
RATES = st.fixed_dictionaries(
    {
        "count": st.sampled_from(["all", "treated", "spontaneous", "joint"]),
        "time_on_prophylaxis": st.sampled_from(
            ["count_as_observed", "exclude_time", {"kind": "impute_rate", "bleeds_per_year": "20"}]
        ),
        "excluded": EXCLUDED,
    }
).map(lambda changes: BleedingRate.model_validate({**RATE, **changes}))
USES = EXCLUDED.map(lambda excluded: FactorConsumption.model_validate({**USE, "excluded": excluded}))


@st.composite
def bleeds(draw: st.DrawFn, first: int, last_day: int) -> Happened:
    day = draw(st.integers(first, last_day))
    treated = draw(st.booleans())
    last = Moment(on=DAY_0 + timedelta(days=day + draw(st.integers(0, 4)))) if treated else None
    body = a_bleed(
        draw(st.sampled_from(["knee_left", "elbow_left"])),
        cause=draw(st.sampled_from(["spontaneous", "traumatic", "surgical"])),
        treated=treated,
        last_treatment=last,
    )
    return day, body


@st.composite
def doses(draw: st.DrawFn, first: int, last_day: int) -> Happened:
    return draw(st.integers(first, last_day)), a_dose(
        purpose=draw(st.sampled_from(["prophylaxis", "surgery", "bleed"]))
    )


@st.composite
def turns(draw: st.DrawFn, first: int, last_day: int) -> Happened:
    started = ProphylaxisStarted.model_validate({"product": "IDELVION", "every_days": "7"})
    return draw(st.integers(first, last_day)), draw(st.sampled_from([started, ProphylaxisStopped()]))


@st.composite
def lives(draw: st.DrawFn) -> tuple[int, list[Happened], list[Happened], int]:
    """A day through which all is attested, what happened by then and soon afterwards, and how far the log gets."""
    through = draw(st.integers(1, 20))
    known, later = draw(_happening(1, through)), draw(_happening(through + 1, through + 12))
    return through, known, later, draw(st.integers(through, LENGTH))


def _happening(first: int, last_day: int) -> st.SearchStrategy[list[Happened]]:
    return st.lists(st.one_of(bleeds(first, last_day), doses(first, last_day), turns(first, last_day)), max_size=6)


def told(through: int, happened: list[Happened]) -> History:
    history = History()
    last = DAY_0 + timedelta(days=through)
    history.tell(an_assessment(through=last), on=last)
    for day, body in happened:
        history.tell(body, on=DAY_0 + timedelta(days=day))
    return history


def measured(terms: Any, history: History, *, closed: bool) -> Measured:
    (obligation,) = plan(an_agreement("a-1", "PAYER-1"), history.day_0)
    setting = Setting(evidence=history.evidence(), obligation=obligation, reference=shipped_reference(), closed=closed)
    rule: Any = bleeding_rate if isinstance(terms, BleedingRate) else factor_consumption
    found = rule(terms, setting)
    assert isinstance(found, Measured)
    return found


def value(found: Measured) -> Fraction:
    assert found.value is not None
    return found.value.low[0]


@given(RATES | USES, lives())
def test_nothing_that_may_still_come_brings_a_value_below_its_least(
    terms: Any, life: tuple[int, list[Happened], list[Happened], int]
) -> None:
    through, known, later, reaches = life
    least = measured(terms, told(through, known), closed=False).at_least
    in_the_end = measured(terms, told(reaches, [*known, *later]), closed=True)
    if least is not None and in_the_end.value is not None:
        assert value(in_the_end) >= least


@given(RATES | USES, lives())
def test_a_least_value_is_never_above_what_is_known_so_far(
    terms: Any, life: tuple[int, list[Happened], list[Happened], int]
) -> None:
    through, known, _, _ = life
    so_far = measured(terms, told(through, known), closed=False)
    if so_far.at_least is not None:
        assert so_far.provisional
        assert so_far.at_least <= value(so_far)


@given(lives())
def test_the_least_rate_is_reached_where_every_day_is_observed_and_no_bleed_comes(
    life: tuple[int, list[Happened], list[Happened], int],
) -> None:
    terms = BleedingRate.model_validate({**RATE, "count": "all", "time_on_prophylaxis": "count_as_observed"})
    through, known, _, _ = life
    least = measured(terms, told(through, known), closed=False).at_least
    assert least == value(measured(terms, told(LENGTH, known), closed=True))
