"""The weight in force where no infusion says one (settled C11)."""

from datetime import date, timedelta

from adapters.documents.shelf import shipped_reference
from oba.facts.life_event import WeightMeasured
from oba.measures.factor_consumption import factor_consumption
from oba.measures.measured import Setting
from oba.measures.weight import weight_on
from oba.schedule import plan
from oba.terms.measures.factor_consumption import FactorConsumption, IuPerYear
from tests.support.agreements import an_agreement
from tests.support.events import DAY_0, History, a_dose, an_assessment


def a_weight(kg: str) -> WeightMeasured:
    return WeightMeasured.model_validate({"weight_kg": kg})


def test_use_per_kg_is_unknown_where_no_weight_is() -> None:
    history = History(infused=False)
    history.tell(a_dose(), on=DAY_0 + timedelta(days=5))
    last = DAY_0 + timedelta(days=181)
    history.tell(an_assessment(through=last), on=last)
    (obligation,) = plan(an_agreement("a-1", "PAYER-1"), DAY_0)
    setting = Setting(evidence=history.evidence(), obligation=obligation, reference=shipped_reference(), closed=True)
    terms = FactorConsumption.model_validate(
        {
            "kind": "factor_consumption",
            "clause": "5.4",
            "measured_in": {"kind": "iu_per_kg_per_year"},
            "purposes": ["prophylaxis"],
            "without_causes": [],
            "period": {"kind": "months_before_due", "months": 6},
            "annualisation": "365",
            "minimum_days": 0,
        }
    )
    measured = factor_consumption(terms, setting)
    assert (measured.value, measured.trace.reason) == (None, "no_weight")
    assert factor_consumption(terms.model_copy(update={"measured_in": IuPerYear(kind="iu_per_year")}), setting).value


def kg_on(history: History, day: date) -> int | None:
    weight = weight_on(history.evidence(), day)
    return None if weight is None else int(weight.kg)


def test_without_an_infusion_and_a_weight_nothing_is_in_force() -> None:
    assert kg_on(History(infused=False), DAY_0) is None


def test_without_an_infusion_the_last_weight_is_in_force() -> None:
    history = History(infused=False)
    history.tell(a_weight("64"), on=DAY_0)
    assert kg_on(history, DAY_0) == 64
    assert kg_on(history, DAY_0 - timedelta(days=1)) is None


def test_before_the_infusion_the_weight_measured_by_then_is_in_force_and_without_one_that_of_the_infusion() -> None:
    history = History()
    history.tell(a_weight("64"), on=DAY_0 - timedelta(days=10))
    assert kg_on(history, DAY_0 - timedelta(days=11)) == 70
    assert kg_on(history, DAY_0 - timedelta(days=10)) == 64
    assert kg_on(history, DAY_0 - timedelta(days=1)) == 64
    assert kg_on(history, DAY_0) == 70


def test_a_weight_of_day_0_is_in_force_before_that_of_the_infusion() -> None:
    history = History()
    history.tell(a_weight("64"), on=DAY_0)
    assert kg_on(history, DAY_0) == 64
