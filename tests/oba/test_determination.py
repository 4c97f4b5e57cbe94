"""The determination as a whole: the same question gives the same bytes, and what decides is what names it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from adapters.documents.shelf import shipped_reference
from oba.dates import LAST_DAY
from oba.determination.determination import ENGINE_EDITION, Determination
from oba.determination.determine import determine
from oba.determination.question import Question, Waiver, as_if
from oba.evidence import FOR_EVER
from oba.facts.bleed import BleedLogged
from oba.identity import derived_id
from oba.terms.criteria.any_criterion import All, AnyOf
from oba.terms.criteria.compare import Compare
from oba.terms.document import terms_hash
from oba.terms.measures.factor_activity import FactorActivity
from tests.support.agreements import an_agreement
from tests.support.events import INFUSION, History, a_bleed, a_dose, a_result

AGREEMENT = an_agreement("a-1", "PAYER-1")
DUE_ON = date(2026, 7, 15)
CLOSED_ON = date(2026, 8, 15)


def the_question(history: History, *, as_of: date = LAST_DAY) -> Question:
    return Question(
        infusion_id=INFUSION,
        agreement=AGREEMENT,
        terms_hash=terms_hash(AGREEMENT),
        milestone="month-6",
        day_0=history.day_0,
        evidence=history.evidence(as_of=as_of),
        reference=shipped_reference(),
        as_of=as_of,
        known_at=FOR_EVER,
    )


def measured(value: str = "40", *, on: date = DUE_ON) -> History:
    history = History()
    history.tell(a_result(value), on=on)
    return history


def judged(history: History, *, as_of: date = LAST_DAY) -> Determination:
    return determine(the_question(history, as_of=as_of))


def test_the_same_question_gives_the_same_bytes() -> None:
    assert judged(measured()).model_dump_json() == judged(measured()).model_dump_json()


def test_a_determination_is_written_and_read_again_unchanged() -> None:
    found = judged(measured("3"))
    assert Determination.model_validate_json(found.model_dump_json()) == found


def test_it_names_what_it_rests_on() -> None:
    history = measured()
    found = judged(history)
    assert found.terms_hash == terms_hash(AGREEMENT)
    assert found.evidence_digest == history.evidence().digest
    assert found.reference_hash == shipped_reference().hash
    assert found.engine_edition == ENGINE_EDITION
    assert found.decisive_fact_ids == (history.events[-1].event_id,)


def test_the_same_answer_asked_on_another_day_is_the_same_determination() -> None:
    early, late = judged(measured(), as_of=CLOSED_ON), judged(measured(), as_of=LAST_DAY)
    assert (early.finding, late.finding) == ("met", "met")
    assert early.determination_id == late.determination_id


def test_a_fact_that_decides_nothing_makes_no_new_determination() -> None:
    history = measured()
    before = judged(history).determination_id
    history.tell(a_bleed(), on=DUE_ON)
    assert history.evidence().of(BleedLogged)
    assert judged(history).determination_id == before


def test_another_decisive_fact_makes_another_determination() -> None:
    history = measured()
    corrected = measured()
    corrected.correct(corrected.events[-1].event_id, a_result("41"), on=DUE_ON)
    assert judged(history).finding == judged(corrected).finding
    assert judged(history).determination_id != judged(corrected).determination_id


def test_another_stake_makes_another_determination() -> None:
    question = the_question(measured())
    one, other = replace(question, stake="one"), replace(question, stake="other")
    assert len({determine(asked).determination_id for asked in (question, one, other)}) == 3


def test_the_trace_names_the_clause_of_every_step() -> None:
    steps = judged(measured("3")).trace.every()
    assert [step.clause for step in steps] == ["4.1", "4.2", "4.2"]
    assert steps[0].sentence == "month-6 is not met: its criterion is false"


def test_an_open_milestone_says_what_is_wanted_and_until_when() -> None:
    found = judged(History(), as_of=DUE_ON)
    (wanted,) = found.wanted
    assert (wanted.what, wanted.until) == ("a clean one-stage FIX activity, any laboratory", date(2026, 8, 14))


def test_what_alone_decides_is_wanted_first() -> None:
    activity = AGREEMENT.criteria["expression"]
    assert isinstance(activity, Compare)
    assert isinstance(activity.measure, FactorActivity)
    other = activity.model_copy(update={"measure": activity.measure.model_copy(update={"assay": "chromogenic"})})
    either = AnyOf(kind="any", clause="4.3", of=(All(kind="all", clause="4.3", of=(other, other)), activity))
    asked = AGREEMENT.model_copy(update={"criteria": {"expression": either}})
    found = determine(replace(the_question(History(), as_of=DUE_ON), agreement=asked))
    assert [one.what for one in found.wanted] == [
        "a clean one-stage FIX activity, any laboratory",
        "a clean chromogenic FIX activity, any laboratory",
    ]
    assert found.trace.because[0].sentence.endswith("4.2 (if true) would decide it")


def test_an_answer_that_stands_wants_nothing() -> None:
    assert judged(measured()).wanted == ()


def test_a_reserve_of_the_reference_table_stays_with_the_answer() -> None:
    history = measured()
    history.tell(a_dose("RIXUBIS"), on=date(2026, 5, 1))
    assert judged(history).unverified == ("half-life of RIXUBIS 26.7 h [R]",)


def test_a_window_can_be_held_open_or_taken_as_closed() -> None:
    question = the_question(measured(), as_of=DUE_ON)
    assert determine(question).finding == "not_yet"
    assert determine(as_if(question, closed=True)).finding == "met"
    assert determine(as_if(the_question(measured()), closed=False)).finding == "not_yet"


def test_a_window_taken_as_closed_is_judged_even_before_it_opens() -> None:
    question = as_if(the_question(History(), as_of=date(2026, 2, 1)), closed=True)
    assert (determine(question).finding, determine(question).reason) == ("excluded", "missing_data")


def test_a_waiver_names_its_own_clause() -> None:
    question = replace(the_question(measured("3")), waiver=Waiver(derived_id("waiver"), "3.9"))
    assert determine(question).trace.clause == "3.9"


@pytest.mark.parametrize("days", range(-32, 34))
def test_a_result_counts_on_exactly_the_days_of_its_window(days: int) -> None:
    found = judged(measured("3", on=DUE_ON + timedelta(days=days)))
    assert found.finding == ("not_met" if -30 <= days <= 30 else "excluded")
