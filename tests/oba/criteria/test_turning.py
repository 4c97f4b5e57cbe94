"""What would change a decided answer."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from oba.criteria.turning import turned_by
from oba.terms.criteria.any_criterion import Criterion
from oba.trace import Trace, Verdict
from tests.support.vectors.answers_of_criteria import combination

CRITERION: TypeAdapter[Criterion] = TypeAdapter(Criterion)
RATE: dict[str, Any] = {
    "kind": "bleeding_rate",
    "clause": "5.2",
    "count": "all",
    "merge_hours": 72,
    "include_surgical": False,
    "period": {"kind": "months_before_due", "months": 12},
    "annualisation": "365",
    "minimum_days": 90,
    "time_on_prophylaxis": "count_as_observed",
    "minimum_lead_in_days": 180,
}
PROPHYLAXIS: dict[str, Any] = {
    "kind": "prophylaxis",
    "clause": "5.3",
    "doses": 4,
    "within_days": 27,
    "bridging_days": 90,
    "temporary_spell": {"kind": "never"},
}
LEAVES: dict[str, dict[str, Any]] = {
    "compare": {"measure": RATE, "operator": "<=", "threshold": "4", "unit": "bleeds per year"},
    "compare_with_baseline": {"measure": RATE, "operator": "<=", "factor": "1"},
    "change_from_baseline": {
        "measure": RATE,
        "change": "percent",
        "baseline": {"kind": "recorded_lead_in"},
        "operator": "<",
        "threshold": "-50",
        "unit": "% change",
    },
    "prophylaxis_free": {"measure": PROPHYLAXIS},
    "treat_as_failure": {"what": "time_on_prophylaxis", "period": {"kind": "months_before_due", "months": 12}},
    "state": {"measure": PROPHYLAXIS, "in_state": "none"},
}


def a_leaf(kind: str) -> Criterion:
    return CRITERION.validate_python({"kind": kind, "clause": "4.1", **LEAVES[kind]})


def judged(verdict: Verdict, *because: Trace) -> Trace:
    return Trace(step="s", sentence="s", verdict=verdict, because=because)


@pytest.mark.parametrize(
    ("kind", "if_true", "if_false"),
    [
        ("compare", "bleeding rate > 4 bleeds per year", "bleeding rate <= 4 bleeds per year"),
        (
            "compare_with_baseline",
            "bleeding rate > 1 x the rate of the lead-in",
            "bleeding rate <= 1 x the rate of the lead-in",
        ),
        (
            "change_from_baseline",
            "percent change of bleeding rate >= -50 % change",
            "percent change of bleeding rate < -50 % change",
        ),
        ("prophylaxis_free", "a return to prophylaxis", "no return to prophylaxis"),
        (
            "treat_as_failure",
            "prophylaxis that counts as a failure",
            "no prophylaxis that counts as a failure",
        ),
        ("state", "prophylaxis: returned", "prophylaxis: none"),
    ],
)
def test_a_single_part_is_turned_by_its_opposite(kind: str, if_true: str, if_false: str) -> None:
    assert turned_by(a_leaf(kind), judged("true")) == (f"{if_true} (clause 4.1)",)
    assert turned_by(a_leaf(kind), judged("false")) == (f"{if_false} (clause 4.1)",)


@pytest.mark.parametrize(
    ("plain", "verdicts", "how_many"),
    [
        ({"all": ["true", "true"]}, ("true", "true"), 2),
        ({"all": ["false", "true"]}, ("false", "true"), 1),
        ({"all": ["false", "false"]}, ("false", "false"), 0),
        ({"any": ["true", "false"]}, ("true", "false"), 1),
        ({"any": ["true", "true"]}, ("true", "true"), 0),
        ({"all": ["false", "unknown"]}, ("false", "unknown"), 0),
    ],
)
def test_a_combination_is_turned_by_each_part_that_alone_turns_it(
    plain: dict[str, list[str]], verdicts: tuple[Verdict, ...], how_many: int
) -> None:
    (rule, leaves), *_ = plain.items()
    criterion = combination({rule: [{"name": f"c{place}", "given": leaf} for place, leaf in enumerate(leaves)]})
    whole: Verdict = "false" if (rule == "all" and "false" in verdicts) else "true"
    steps = tuple(judged(verdict) for verdict in verdicts)
    found = turned_by(criterion, judged(whole, *steps))
    assert len(found) == min(how_many, 1), "parts with the same words are said once"


def test_an_unknown_is_turned_by_nothing() -> None:
    assert turned_by(a_leaf("compare"), judged("unknown")) == ()


def test_a_criterion_that_looks_back_is_named_by_its_clause() -> None:
    latch = {
        "kind": "latch",
        "clause": "4.9",
        "earlier": {"kind": "every"},
        "failure": {"kind": "at_once"},
        "cure": {"kind": "never"},
    }
    criterion = CRITERION.validate_python({**latch, "of": a_leaf("compare").model_dump()})
    assert turned_by(criterion, judged("false")) == ("another course of what clause 4.9 looks back on",)
