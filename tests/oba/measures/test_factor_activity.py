"""FIX activity: the washout against a plain reading of its definition, owners of shared days, and what stays final."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.documents.shelf import shipped_reference
from oba.criteria.compare import compare
from oba.evidence import Item
from oba.facts.fix_activity import FixActivityMeasured
from oba.facts.fix_product_use import FixProductUsed
from oba.measures import washout
from oba.measures.measured import Setting
from oba.measures.ownership import owns
from oba.schedule import Obligation, plan
from oba.terms.criteria.compare import Compare
from oba.terms.measures.factor_activity import FactorActivity, Washout
from oba.terms.parts_within import parts_within
from oba.terms.shared_results import Sharing
from oba.units import Comparator, Operator
from tests.support.agreements import an_agreement
from tests.support.events import DAY_0, History, a_dose, a_result

AGREEMENT = an_agreement("a-1", "PAYER-1")
(OBLIGATION,) = plan(AGREEMENT, DAY_0)
TERMS = Washout.model_validate(
    {"half_lives": "5", "days": 2, "half_life_hours": {"IDELVION": "102", "IXINITY": "24"}, "hours": "60"}
)
PRODUCTS = st.sampled_from(["IDELVION", "IXINITY", "RIXUBIS", None])
MOMENTS = st.tuples(st.integers(0, 12), st.none() | st.integers(0, 23), st.sampled_from([-6, -5, 0, 2]))


def tell(history: History, fact: FixActivityMeasured | FixProductUsed, moment: tuple[int, int | None, int]) -> None:
    days, hour, offset = moment
    day = OBLIGATION.opens_on + timedelta(days=days)
    at = None if hour is None else datetime.fromisoformat(f"{day}T{hour:02}:00:00{offset:+03}:00")
    history.tell(fact, on=day, at=at)


def plainly_contaminated(doses: Sequence[Item[FixProductUsed]], draw: Item[FixActivityMeasured]) -> bool:
    """Settled C2 read word by word, dose by dose."""
    halves = {"IDELVION": "510", "IXINITY": "120", "RIXUBIS": "133.5", None: "575"}
    hours = {product: Fraction(number) for product, number in halves.items()}
    for dose in doses:
        if dose.occurred_at is not None and draw.occurred_at is not None:
            if dose.occurred_at > draw.occurred_at:
                continue
            passed = draw.occurred_at - dose.occurred_at
        elif dose.occurred_on > draw.occurred_on:
            continue
        elif dose.occurred_on == draw.occurred_on:
            return True
        else:
            passed = clock(draw, date_of=draw.occurred_on) - clock(dose, date_of=dose.occurred_on + timedelta(days=1))
        if Fraction(int(passed.total_seconds()), 3600) < hours[dose.fact.product]:
            return True
    return False


def clock(item: Item[Any], *, date_of: date) -> datetime:
    if item.occurred_at is not None:
        return item.occurred_at.replace(tzinfo=None)
    return datetime.fromisoformat(f"{date_of}T00:00:00")


@given(st.lists(st.tuples(PRODUCTS, MOMENTS), max_size=6), MOMENTS)
def test_the_washout_is_what_its_definition_says_dose_by_dose(
    told: list[tuple[str | None, tuple[int, int | None, int]]], drawn: tuple[int, int | None, int]
) -> None:
    history = History()
    for product, moment in told:
        tell(history, a_dose(product), moment)
    tell(history, a_result(), drawn)
    evidence = history.evidence()
    doses = evidence.of(FixProductUsed)
    (draw,) = evidence.of(FixActivityMeasured)
    found, _ = washout.contamination(washout.given(TERMS, doses, shipped_reference()), draw)
    assert found == plainly_contaminated(doses, draw)


def obligation(name: str, due: int, before: int, after: int) -> Obligation:
    due_on = DAY_0 + timedelta(days=due)
    closes_on = due_on + timedelta(days=after)
    return OBLIGATION.model_copy(
        update={"name": name, "due_on": due_on, "opens_on": due_on - timedelta(days=before), "closes_on": closes_on}
    )


OBLIGATIONS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=4)


@pytest.mark.parametrize("sharing", [one for one in get_args(Sharing) if one != "every_milestone"])
@given(OBLIGATIONS, st.integers(-40, 100))
def test_a_shared_day_belongs_to_exactly_one_milestone(
    sharing: Sharing, timings: list[tuple[int, int, int]], number: int
) -> None:
    every = [obligation(f"m{place}", *timing) for place, timing in enumerate(timings)]
    day = DAY_0 + timedelta(days=number)
    owners = [
        one.name
        for one in every
        if day in one.window and owns(a_setting(History(), one, every, sharing=sharing, closed=True), day)
    ]
    assert len(owners) == (1 if any(day in one.window for one in every) else 0)


@given(OBLIGATIONS, st.integers(-40, 100))
def test_a_result_may_serve_every_milestone_where_the_terms_say_so(
    timings: list[tuple[int, int, int]], number: int
) -> None:
    every = [obligation(f"m{place}", *timing) for place, timing in enumerate(timings)]
    settings = [a_setting(History(), one, every, sharing="every_milestone", closed=True) for one in every]
    assert all(owns(setting, DAY_0 + timedelta(days=number)) for setting in settings)


def a_setting(
    history: History, asked: Obligation, every: list[Obligation], *, closed: bool, sharing: Sharing | None = None
) -> Setting:
    return Setting(
        evidence=history.evidence(),
        obligation=asked,
        reference=shipped_reference(),
        closed=closed,
        rivals=tuple(one for one in every if one is not asked),
        shared_results=sharing,
    )


RESULTS = st.lists(
    st.tuples(
        st.sampled_from(get_args(Comparator)),
        st.integers(1, 9).map(str),
        st.integers(0, (OBLIGATION.closes_on - OBLIGATION.opens_on).days),
    ),
    min_size=1,
    max_size=5,
)
OPERATORS = st.sampled_from(get_args(Operator))


def a_comparison(selection: str, operator: str) -> Compare:
    criterion = AGREEMENT.criteria["expression"]
    assert isinstance(criterion, Compare)
    measure = criterion.measure.model_copy(update={"selection": selection})
    return criterion.model_copy(update={"measure": measure, "operator": operator, "threshold": Decimal(5)})


@pytest.mark.parametrize("selection", ["nearest", "last", "worst", "best", "mean", "median"])
@given(RESULTS, RESULTS, OPERATORS)
def test_what_is_decided_before_the_close_stays_decided_whatever_is_drawn(
    selection: str, known: list[tuple[str, str, int]], further: list[tuple[str, str, int]], operator: str
) -> None:
    history = History()
    terms = a_comparison(selection, operator)
    tell_results(history, known)
    setting = a_setting(history, OBLIGATION, [OBLIGATION], closed=False)
    early = compare(terms, setting).verdict
    tell_results(history, further)
    if early != "unknown":
        assert compare(terms, replace(setting, evidence=history.evidence(), closed=True)).verdict == early


@given(RESULTS, OPERATORS)
def test_a_worst_value_is_decided_as_soon_as_nothing_can_change_it(
    known: list[tuple[str, str, int]], operator: str
) -> None:
    history = History()
    tell_results(history, known)
    setting = a_setting(history, OBLIGATION, [OBLIGATION], closed=False)
    terms = a_comparison("worst", operator)
    early = compare(terms, setting).verdict
    grown = History()
    tell_results(grown, [*known, ("", "0", 0)])
    at_worst = compare(terms, a_setting(grown, OBLIGATION, [OBLIGATION], closed=True)).verdict
    now = compare(terms, replace(setting, closed=True)).verdict
    assert early == (now if now == at_worst else "unknown")


def tell_results(history: History, results: list[tuple[str, str, int]]) -> None:
    for comparator, value, days in results:
        history.tell(a_result(value, comparator=comparator), on=OBLIGATION.opens_on + timedelta(days=days))


def test_a_flagged_result_is_pointed_out_in_a_step_of_its_own() -> None:
    history = History()
    tell(history, a_dose(), (0, None, 0))
    tell(history, a_result(), (1, None, 0))
    terms = a_comparison("nearest", ">=")
    assert isinstance(terms.measure, FactorActivity)
    flagged = terms.measure.washout.model_copy(update={"contaminated": "flagged"})
    measure = terms.measure.model_copy(update={"washout": flagged})
    judged = compare(
        terms.model_copy(update={"measure": measure}), a_setting(history, OBLIGATION, [OBLIGATION], closed=True)
    )
    assert judged.verdict == "true"
    assert [step.reason for step in judged.trace.every()] == [None, None, "contaminated"]


def test_every_part_of_a_document_is_found_at_its_place() -> None:
    found = dict(parts_within(AGREEMENT.criteria, "/criteria"))
    assert isinstance(found["/criteria/expression/measure/washout"], Washout)
    assert next(pointer for pointer, _ in parts_within(AGREEMENT)) == ""
