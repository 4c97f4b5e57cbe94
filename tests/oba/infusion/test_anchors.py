"""Milestones that are counted from an event: they come with it, and go with it."""

from datetime import date, timedelta

from oba.determination.question import Question
from oba.evidence import FOR_EVER
from oba.facts.any_fact import ANY_FACT
from oba.infusion.commands import RetractFact, When
from oba.infusion.events import MilestoneDetermined, RefundAdjusted
from oba.infusion.places import places
from oba.infusion.questions import questions
from oba.terms.agreement import Agreement
from tests.support.events import a_result
from tests.support.streams import MANUAL, REFERENCE, Given, an_agreement, enrolled

RETREATED_ON = date(2026, 9, 1)
CLOSED_ON = date(2027, 1, 15)


def anchored() -> Agreement:
    """Month 12 is due 60 days after a second therapy instead."""
    first, second = (milestone.model_dump(mode="json") for milestone in an_agreement().milestones)
    event = {"due": {"amount": 60, "unit": "days"}, "anchor": {"kind": "event", "event": "retreated"}}
    return an_agreement(milestones=[first | event, second])


def retreated() -> Given:
    fact = ANY_FACT.validate_python({"kind": "retreated", "product": "HEMGENIX"})
    return enrolled(anchored()).on(RETREATED_ON).when_told(fact).then()


def asked(stream: Given) -> dict[str, Question]:
    found = questions(stream.state, stream.surroundings.shelf, REFERENCE, as_of=stream.today, known_at=FOR_EVER)
    return {one.milestone: one for one in found}


def test_a_milestone_has_no_question_before_its_event() -> None:
    assert set(asked(enrolled(anchored()).on(RETREATED_ON))) == {"month-24"}


def test_a_milestone_is_due_so_long_after_its_event() -> None:
    assert asked(retreated())["month-12"].obligation.due_on == RETREATED_ON + timedelta(days=60)


def test_what_was_approved_is_excluded_and_credited_once_its_event_is_taken_back() -> None:
    stream = retreated()
    event = stream.events[-1].event_id
    stream = stream.on(RETREATED_ON + timedelta(days=60)).when_told(a_result("3")).then().on(CLOSED_ON).determined()
    dates = asked(stream)["month-12"].obligation

    stream = stream.when(
        RetractFact, by="coordinator", fact_id=event, reason="entered_in_error", when=When(occurred_on=CLOSED_ON),
        source=MANUAL,
    ).then()  # fmt: skip
    question = asked(stream)["month-12"]

    assert not question.is_anchored
    assert question.obligation == dates
    stream = stream.determined()
    determined = [one.body for one in stream.events if isinstance(one.body, MilestoneDetermined)]
    differences = [one.body.difference for one in stream.events if isinstance(one.body, RefundAdjusted)]
    assert [one.outcome for one in determined] == ["not_met", "excluded"]
    assert differences == [-140_000_000]


def test_a_question_about_another_milestone_without_dates_is_not_anchored() -> None:
    stream = enrolled(anchored()).on(RETREATED_ON)
    assert not asked(stream)["month-24"].about("month-12").is_anchored
    found = places(stream.state, stream.surroundings.shelf, stream.state.everything)
    assert [place.milestone for place in found] == ["month-24"]
