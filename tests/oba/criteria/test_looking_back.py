"""What a criterion that looks back costs: each measure is asked once for each milestone, however deep it stands."""

from datetime import timedelta
from typing import Any

import pytest

from adapters.documents.shelf import shipped_reference
from oba.criteria import judge as judging
from oba.criteria.compare import compare
from oba.criteria.judged import Judged
from oba.dates import shift_months
from oba.measures.measured import Setting
from oba.schedule import plan
from oba.terms.criteria.any_criterion import All, AtEachMilestone, Criterion, Latch, Sustained
from oba.terms.criteria.compare import Compare
from oba.terms.criteria.latch import AtOnce, Never
from oba.terms.criteria.sustained import EveryEarlier
from tests.support.agreements import an_agreement
from tests.support.events import History, a_result

AGREEMENT = an_agreement("a-1", "PAYER-1")
ACTIVITY = AGREEMENT.criteria["expression"]
EVERY = EveryEarlier(kind="every")


def settings(number: int, *, failing: int | None = None) -> list[Setting]:
    """Milestones half a year apart, with a result at each; one of them may fail."""
    history = History()
    (first,) = plan(AGREEMENT, history.day_0)
    dates = [shift_months(first.due_on, 6 * place) for place in range(number)]
    for place, day in enumerate(dates):
        history.tell(a_result("4" if place == failing else "40"), on=day)
    week = timedelta(days=7)
    obligations = [
        first.model_copy(update={"name": f"m{place}", "due_on": day, "opens_on": day - week, "closes_on": day + week})
        for place, day in enumerate(dates)
    ]
    evidence, reference = history.evidence(), shipped_reference()
    return [Setting(evidence=evidence, obligation=one, reference=reference, closed=True) for one in obligations]


def nested(depth: int) -> Criterion:
    """Sustained over a latch over sustained ..., and FIX activity at the bottom."""
    criterion: Criterion = ACTIVITY
    for level in range(depth):
        if level % 2:
            latch = {"failure": AtOnce(kind="at_once"), "cure": Never(kind="never")}
            criterion = Latch(kind="latch", clause="1", earlier=EVERY, of=criterion, **latch)
        else:
            form = AtEachMilestone(kind="at_each_milestone", earlier=EVERY, of=criterion)
            criterion = All(kind="all", clause="1", of=(Sustained(kind="sustained", clause="1", form=form),))
    return criterion


def judged(criterion: Criterion, number: int, **which: Any) -> Judged:
    *earlier, last = settings(number, **which)
    return judging.judge(criterion, Setting(**{**vars(last), "earlier": tuple(earlier)}))


def count_what_is_asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The milestones at which FIX activity is asked, as they are asked from now on."""
    asked: list[str] = []

    def counting(terms: Compare, setting: Setting) -> Judged:
        asked.append(setting.obligation.name)
        return compare(terms, setting)

    monkeypatch.setattr(judging, "compare", counting)
    return asked


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_a_measure_is_asked_once_for_each_milestone_however_deep_it_stands(
    depth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = count_what_is_asked(monkeypatch)
    assert judged(nested(depth), 20).verdict == "true"
    assert asked == [f"m{place}" for place in range(20)]


def test_a_criterion_that_does_not_look_back_asks_the_milestone_itself_only(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = count_what_is_asked(monkeypatch)
    judged(All(kind="all", clause="1", of=(ACTIVITY,)), 20)
    assert asked == ["m19"]


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_the_trace_grows_with_the_number_of_milestones_and_not_with_its_powers(depth: int) -> None:
    steps = [len(judged(nested(depth), number).trace.every()) for number in (5, 10, 15)]
    assert steps[1] - steps[0] == steps[2] - steps[1]


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_failure_of_long_ago_fails_the_last_milestone_at_every_depth(depth: int) -> None:
    found = judged(nested(depth), 8, failing=3)
    assert (found.verdict, found.decided_on) == ("false", settings(8)[3].obligation.due_on)
