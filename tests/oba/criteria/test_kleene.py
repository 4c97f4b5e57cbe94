"""Kleene logic against a brute-force evaluator: an unknown stays for whatever each part might be on its own."""

from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.documents.shelf import shipped_reference
from oba.criteria.judge import all_of, any_of, judge
from oba.criteria.judged import negated
from oba.measures.measured import Setting
from oba.schedule import plan
from oba.terms.criteria.any_criterion import All, AnyOf, Criterion, Not
from oba.terms.criteria.compare import Compare
from oba.terms.measures.factor_activity import FactorActivity
from oba.trace import Verdict
from tests.support.agreements import an_agreement
from tests.support.events import History, a_result

AGREEMENT = an_agreement("a-1", "PAYER-1")
VERDICTS = st.sampled_from(["true", "false", "unknown"])
TREES = st.recursive(
    VERDICTS,
    lambda part: st.one_of(
        st.tuples(st.sampled_from(["all", "any"]), st.lists(part, min_size=1, max_size=3).map(tuple)),
        st.tuples(st.just("not"), part),
    ),
    max_leaves=7,
)


def leaf(verdict: str) -> Compare:
    """A criterion with that verdict, over one result of 40 IU/dL by the one-stage assay."""
    compare = AGREEMENT.criteria["expression"]
    assert isinstance(compare, Compare)
    assert isinstance(compare.measure, FactorActivity)
    chromogenic = compare.measure.model_copy(update={"assay": "chromogenic"})
    changes: dict[str, dict[str, Any]] = {"true": {}, "false": {"operator": "<"}, "unknown": {"measure": chromogenic}}
    return compare.model_copy(update=changes[verdict])


def criterion(tree: Any) -> Criterion:
    match tree:
        case str():
            return leaf(tree)
        case ("not", part):
            return Not(kind="not", clause="1", of=criterion(part))
        case ("all", parts):
            return All(kind="all", clause="1", of=tuple(criterion(part) for part in parts))
        case _:
            return AnyOf(kind="any", clause="1", of=tuple(criterion(part) for part in tree[1]))


def setting() -> Setting:
    history = History()
    (obligation,) = plan(AGREEMENT, history.day_0)
    history.tell(a_result("40"), on=obligation.due_on)
    return Setting(evidence=history.evidence(), obligation=obligation, reference=shipped_reference(), closed=True)


def leaves(tree: Any) -> list[str]:
    if isinstance(tree, str):
        return [tree]
    parts = (tree[1],) if tree[0] == "not" else tree[1]
    return [one for part in parts for one in leaves(part)]


def plain(tree: Any, values: list[bool]) -> bool:
    """Two-valued logic, with one value for each leaf in its turn."""
    if isinstance(tree, str):
        return values.pop(0)
    if tree[0] == "not":
        return not plain(tree[1], values)
    found = [plain(part, values) for part in tree[1]]
    return all(found) if tree[0] == "all" else any(found)


def by_brute_force(tree: Any) -> Verdict:
    """What all ways to settle the unknown leaves, each on its own, have in common."""
    choices = [{"true": [True], "false": [False], "unknown": [True, False]}[one] for one in leaves(tree)]
    outcomes = {plain(tree, list(values)) for values in product(*choices)}
    if outcomes == {True}:
        return "true"
    return "false" if outcomes == {False} else "unknown"


@given(TREES)
def test_the_engine_agrees_with_trying_everything(tree: Any) -> None:
    assert judge(criterion(tree), setting()).verdict == by_brute_force(tree)


@given(TREES)
def test_every_part_is_judged_so_that_every_reason_is_shown(tree: Any) -> None:
    steps = judge(criterion(tree), setting()).trace.every()
    assert sum(1 for step in steps if step.step == "criterion.compare") == len(leaves(tree))


@given(st.lists(VERDICTS, min_size=1))
def test_de_morgan_holds(verdicts: list[Verdict]) -> None:
    assert negated(all_of(verdicts)) == any_of([negated(verdict) for verdict in verdicts])


@given(TREES)
def test_an_open_criterion_names_the_evidence_that_it_waits_for(tree: Any) -> None:
    judged = judge(criterion(tree), setting())
    wanted = [one for step in judged.trace.every() for one in step.wanted]
    if judged.verdict == "unknown":
        assert wanted


def test_one_false_part_alone_carries_the_verdict_of_all() -> None:
    judged = judge(criterion(("all", ("true", "false", "unknown"))), setting())
    assert judged.verdict == "false"
    assert len(judged.items) == 1


def test_every_part_carries_a_verdict_that_none_decides_alone() -> None:
    judged = judge(criterion(("all", ("true", "true"))), setting())
    assert len(judged.items) == 2
    assert judged.decided_on == setting().obligation.due_on


def test_without_a_decisive_fact_there_is_no_day() -> None:
    judged = judge(criterion(("any", ("unknown",))), setting())
    assert (judged.decided_on, judged.items) == (None, ())
