"""Readings are documents of their own: other milestones are asked under the same one, and an unsound one is refused."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.documents.shelf import shipped_reference
from oba.dates import LAST_DAY
from oba.determination.question import Question
from oba.evidence import FOR_EVER, known
from oba.readings import GOVERNING, UnsoundReading, question_under, readings_of, under_every_reading
from oba.terms.agreement import Agreement
from oba.terms.document import terms_hash
from tests.support.documents import AGREEMENT, a_document
from tests.support.events import DAY_0, INFUSION

OPERATOR = {"name": "strict", "changes": {"criteria.activity.operator": ">"}}


def an_agreement(*readings: dict[str, Any]) -> Agreement:
    ambiguity = {
        "name": "strictness",
        "clause": "5.1",
        "question": "Does the threshold itself pass?",
        "governing_reading": "non_strict",
        "readings": [{"name": "non_strict"}, *readings],
    }
    agreement = a_document(AGREEMENT, ambiguities=[ambiguity])
    assert isinstance(agreement, Agreement)
    return agreement


def a_question(agreement: Agreement) -> Question:
    return Question(
        infusion_id=INFUSION,
        agreement=agreement,
        terms_hash=terms_hash(agreement),
        milestone="month-12",
        day_0=DAY_0,
        evidence=known((), known_at=FOR_EVER, as_of=LAST_DAY),
        reference=shipped_reference(),
        as_of=LAST_DAY,
        known_at=FOR_EVER,
    )


def test_the_terms_as_written_come_first_and_each_other_reading_has_a_hash_of_its_own() -> None:
    agreement = an_agreement(OPERATOR)
    names = [one.name for one in readings_of(agreement)]
    assert names == [GOVERNING, "strictness.strict"]
    assert len({terms_hash(one.agreement) for one in readings_of(agreement)}) == 2


def test_the_governing_reading_leaves_the_question_as_it_is() -> None:
    question = a_question(an_agreement(OPERATOR))
    assert question_under(question, readings_of(question.agreement)[0]) is question


def test_other_milestones_are_asked_under_the_same_reading() -> None:
    question = a_question(an_agreement(OPERATOR))
    asked = replace(question, other=lambda milestone: question if milestone == "month-12" else None)
    strict = readings_of(question.agreement)[1]
    under = question_under(asked, strict)
    assert under.about("month-12").agreement == strict.agreement
    assert under.other is not None
    assert under.other("month-24") is None
    alone = question_under(question, strict)
    assert alone.other is not None
    assert alone.other("month-12") is None


def test_without_a_question_of_money_no_amount_is_told() -> None:
    answer = under_every_reading(a_question(an_agreement(OPERATOR)))
    assert {one.pays for one in answer.readings} == {None}
    assert answer.agree


def test_a_reading_that_does_not_fit_is_not_judged() -> None:
    with pytest.raises(UnsoundReading, match="unknown-value"):
        readings_of(an_agreement({"name": "odd", "changes": {"criteria.activity.operator": "about"}}))


@pytest.mark.parametrize("value", [1.5, {"amount": 1.5}, [[1.5]]])
def test_a_value_of_a_reading_is_no_float(value: object) -> None:
    with pytest.raises(ValueError, match="in quotes"):
        an_agreement({"name": "odd", "changes": {"criteria.activity.threshold": value}})


def test_a_version_with_readings_keeps_the_hash_of_the_same_terms_without_them_apart() -> None:
    without = a_document(AGREEMENT)
    assert terms_hash(a_document(AGREEMENT, ambiguities=[])) == terms_hash(without)
    assert terms_hash(an_agreement(OPERATOR)) != terms_hash(without)
