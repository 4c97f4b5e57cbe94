"""Kleene logic against a brute-force evaluator: an unknown stays for whatever each part might be on its own."""

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.documents.shelf import shipped_reference
from oba.criteria.combining import at_least
from oba.criteria.judge import judge
from oba.criteria.judged import Judged, negated
from oba.measures.measured import Setting
from oba.schedule import plan
from oba.terms.criteria.any_criterion import All, AnyOf, Criterion, Implies, KOfN, Not, Tiers, every_criterion
from oba.terms.criteria.compare import Compare
from oba.terms.criteria.tiers import Tier
from oba.terms.measures.bleeding_rate import BleedingRate
from oba.terms.measures.factor_activity import FactorActivity
from oba.trace import Verdict
from tests.support.agreements import an_agreement
from tests.support.events import History, a_result

AGREEMENT = an_agreement("a-1", "PAYER-1")
VERDICTS = st.sampled_from(["true", "false", "unknown"])


def combinations(part: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(part, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.tuples(st.sampled_from(["all", "any"]), several),
        st.tuples(st.just("not"), st.tuples(part)),
        st.tuples(st.just("implies"), st.tuples(part, part)),
        st.tuples(st.sampled_from([1, 2, 3]), several),
    )


TREES = st.recursive(VERDICTS, combinations, max_leaves=7)


def leaf(verdict: str) -> Compare:
    """A criterion with that verdict, over one result of 40 IU/dL by the one-stage assay."""
    compare = AGREEMENT.criteria["expression"]
    assert isinstance(compare, Compare)
    assert isinstance(compare.measure, FactorActivity)
    chromogenic = compare.measure.model_copy(update={"assay": "chromogenic"})
    changes: dict[str, dict[str, Any]] = {"true": {}, "false": {"operator": "<"}, "unknown": {"measure": chromogenic}}
    return compare.model_copy(update=changes[verdict])


def criterion(tree: Any) -> Criterion:
    if isinstance(tree, str):
        return leaf(tree)
    parts = tuple(criterion(part) for part in tree[1])
    match tree[0]:
        case "not":
            return Not(kind="not", clause="1", of=parts[0])
        case "all":
            return All(kind="all", clause="1", of=parts)
        case "any":
            return AnyOf(kind="any", clause="1", of=parts)
        case "implies":
            return Implies(kind="implies", clause="1", premise=parts[0], conclusion=parts[1])
        case k:
            return KOfN(kind="k_of_n", clause="1", k=k, of=parts)


def setting() -> Setting:
    history = History()
    (obligation,) = plan(AGREEMENT, history.day_0)
    history.tell(a_result("40"), on=obligation.due_on)
    return Setting(evidence=history.evidence(), obligation=obligation, reference=shipped_reference(), closed=True)


def leaves(tree: Any) -> list[str]:
    if isinstance(tree, str):
        return [tree]
    return [one for part in tree[1] for one in leaves(part)]


def plain(tree: Any, values: list[bool]) -> bool:
    """Two-valued logic, with one value for each leaf in its turn."""
    if isinstance(tree, str):
        return values.pop(0)
    found = [plain(part, values) for part in tree[1]]
    match tree[0]:
        case "not":
            return not found[0]
        case "all":
            return all(found)
        case "any":
            return any(found)
        case "implies":
            return found[1] if found[0] else True
        case k:
            return sum(found) >= int(k)


def by_brute_force(tree: Any, verdicts: list[str]) -> Verdict:
    """What all ways to settle the unknown leaves, each on its own, have in common."""
    choices = [{"true": [True], "false": [False], "unknown": [True, False]}[one] for one in verdicts]
    outcomes = {plain(tree, list(values)) for values in product(*choices)}
    if outcomes == {True}:
        return "true"
    return "false" if outcomes == {False} else "unknown"


def judged(tree: Any) -> Judged:
    return judge(criterion(tree), setting())


@given(TREES)
def test_the_engine_agrees_with_trying_everything(tree: Any) -> None:
    assert judged(tree).verdict == by_brute_force(tree, leaves(tree))


@given(TREES)
def test_each_open_leaf_says_what_it_alone_would_make_of_the_whole(tree: Any) -> None:
    found, verdicts = judged(tree), leaves(tree)
    if found.verdict != "unknown":
        assert found.open_leaves == ()
        return
    for verdict, said in (("true", "if_true"), ("false", "if_false")):
        expected = [
            by_brute_force(tree, [*verdicts[:place], verdict, *verdicts[place + 1 :]])
            for place, one in enumerate(verdicts)
            if one == "unknown" and is_open(tree, place)
        ]
        assert [getattr(one, said) for one in found.open_leaves] == expected


def is_open(tree: Any, place: int) -> bool:
    """Whether every combination above a leaf is unknown as well."""
    if isinstance(tree, str):
        return tree == "unknown"
    if by_brute_force(tree, leaves(tree)) != "unknown":
        return False
    for part in tree[1]:
        if place < len(leaves(part)):
            return is_open(part, place)
        place -= len(leaves(part))
    raise IndexError(place)


@given(TREES)
def test_an_unknown_names_at_the_root_the_evidence_that_alone_would_decide_it(tree: Any) -> None:
    found = judged(tree)
    deciding = any(leaf.decides for leaf in found.open_leaves)
    assert bool(found.trace.wanted) == (deciding or (found.verdict == "unknown" and isinstance(tree, str)))


@given(TREES)
def test_every_part_is_judged_so_that_every_reason_is_shown(tree: Any) -> None:
    steps = judged(tree).trace.every()
    assert sum(1 for step in steps if step.step == "criterion.compare") == len(leaves(tree))


@given(TREES)
def test_every_criterion_has_its_place_in_the_document(tree: Any) -> None:
    found = every_criterion(criterion(tree), "/criteria/c")
    assert len({pointer for pointer, _ in found}) == len(found)
    assert sum(1 for _, one in found if isinstance(one, Compare)) == len(leaves(tree))


@given(st.lists(VERDICTS, min_size=1))
def test_de_morgan_holds(verdicts: list[Verdict]) -> None:
    assert negated(at_least(len(verdicts), verdicts)) == at_least(1, [negated(verdict) for verdict in verdicts])


@given(st.lists(VERDICTS, min_size=1, max_size=4), st.integers(min_value=1, max_value=3))
def test_a_tier_is_certain_only_where_every_possibility_leads_to_it(verdicts: list[Verdict], met_from: int) -> None:
    rows = [("none", 0, "not_met"), ("some", met_from, "met"), ("most", met_from + 1, "met")]
    terms = Tiers(
        kind="tiers",
        clause="1",
        rows=tuple(Tier.model_validate({"name": name, "at_least": n, "outcome": out}) for name, n, out in rows),
        of=tuple(leaf(verdict) for verdict in verdicts),
    )
    choices = [{"true": [1], "false": [0], "unknown": [0, 1]}[one] for one in verdicts]
    reached = {[name for name, least, _ in rows if least <= sum(one)][-1] for one in product(*choices)}
    found = judge(terms, setting())
    assert found.tier == (reached.pop() if len(reached) == 1 else None)
    assert (found.verdict == "unknown") == (found.tier is None)


def test_the_root_says_until_when_the_evidence_can_still_be_recorded() -> None:
    until = date(2027, 3, 1)
    asked = replace(setting(), recorded_until=until)
    attested = BleedingRate.model_validate(
        {
            "kind": "bleeding_rate",
            "clause": "5.2",
            "count": "all",
            "merge_hours": 72,
            "include_surgical": False,
            "period": {"kind": "months_before_due", "months": 6},
            "annualisation": "365",
            "minimum_days": 90,
            "time_on_prophylaxis": "count_as_observed",
            "minimum_lead_in_days": 180,
        }
    )
    rate = leaf("true").model_copy(update={"measure": attested, "operator": "<=", "unit": "bleeds per year"})
    decides, cannot = leaf("unknown"), AnyOf(kind="any", clause="1", of=(leaf("true"), rate))
    found = judge(All(kind="all", clause="1", of=(cannot, decides)), asked)
    assert [one.what for one in found.trace.wanted] == ["a clean chromogenic FIX activity, any laboratory"]
    found = judge(All(kind="all", clause="1", of=(leaf("true"), rate)), asked)
    assert [one.until for one in found.trace.wanted] == [until]


def test_one_false_part_alone_carries_the_verdict_of_all() -> None:
    found = judged(("all", ("true", "false", "unknown")))
    assert found.verdict == "false"
    assert len(found.items) == 1


def test_every_part_carries_a_verdict_that_none_decides_alone() -> None:
    found = judged(("all", ("true", "true")))
    assert len(found.items) == 2
    assert found.decided_on == setting().obligation.due_on


def test_without_a_decisive_fact_there_is_no_day() -> None:
    found = judged(("any", ("unknown",)))
    assert (found.decided_on, found.items) == (None, ())
