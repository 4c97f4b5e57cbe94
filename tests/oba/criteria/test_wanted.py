"""An unknown names the evidence that would decide it, and until when it can still count."""

from dataclasses import replace

from adapters.documents.shelf import shipped_reference
from oba.criteria.judge import judge
from oba.criteria.judged import Judged
from oba.facts.base import Fact
from oba.measures.measured import Setting
from oba.schedule import plan
from oba.terms.criteria.any_criterion import Criterion
from oba.trace import Wanted
from tests.support.agreements import an_agreement
from tests.support.events import DAY_0, History, a_result

AGREEMENT = an_agreement("a-1", "PAYER-1")
(OBLIGATION,) = plan(AGREEMENT, DAY_0)
CRITERION: Criterion = AGREEMENT.criteria[AGREEMENT.milestones[0].criterion]


def judged(*facts: Fact) -> Judged:
    history = History()
    for fact in facts:
        history.tell(fact, on=OBLIGATION.due_on)
    setting = Setting(evidence=history.evidence(), obligation=OBLIGATION, reference=shipped_reference(), closed=True)
    return judge(CRITERION, replace(setting, recorded_until=OBLIGATION.cure_ends_on))


def test_a_result_on_both_sides_of_the_limit_wants_one_that_lies_on_one_side() -> None:
    found = judged(a_result("149", comparator="<"))
    what = "a result that lies on one side of the limit, such as one without a comparator"
    assert found.verdict == "unknown"
    assert found.trace.wanted == (Wanted(what=what, until=OBLIGATION.cure_ends_on),)


def test_every_piece_of_evidence_that_is_wanted_has_its_last_day_wherever_it_stands() -> None:
    wanted = [one for step in judged().trace.every() for one in step.wanted]
    assert wanted
    assert all(one.until is not None for one in wanted)
