"""What is put before a second person by itself, and when the policy has nothing more to ask for."""

from datetime import date, timedelta
from typing import Any

from oba.facts.any_fact import ANY_FACT
from oba.infusion.commands import ProposeDetermination, RetractFact, ReturnDetermination, When
from oba.infusion.events import DeterminationProposed
from oba.policies.propose import proposals_owed
from oba.terms.document import terms_hash
from tests.support.events import DAY_0, a_result, an_enrolment
from tests.support.streams import (
    APPROVER,
    CURE_OVER_12,
    DUE_12,
    GRACE_OVER_12,
    GRACE_OVER_24,
    MANUAL,
    WORKER,
    Given,
    an_agreement,
    enrolled,
    infused,
)


def owed(stream: Given) -> list[str]:
    return [command.milestone for command in proposals_owed(stream.state, stream.surroundings)]


def carried_out(stream: Given) -> Given:
    """Everything that is owed, done once; nothing of it may be refused."""
    for command in proposals_owed(stream.state, stream.surroundings):
        stream = stream.asked(command).then(DeterminationProposed)
    return stream


def measured(value: str = "3", **changes: Any) -> Given:
    stream = enrolled(an_agreement(**changes)) if changes else enrolled()
    return stream.on(DUE_12).when_told(a_result(value)).then()


def returned(stream: Given) -> Given:
    determination_id = stream.proposed().determination_id
    return stream.when(
        ReturnDetermination, by=APPROVER, determination_id=determination_id, reason="evidence_questioned"
    ).then()


def retracted(stream: Given, place: int) -> Given:
    when, fact_id = When(occurred_on=stream.today), stream.events[place].event_id
    return stream.when(RetractFact, fact_id=fact_id, reason="entered_in_error", when=when, source=MANUAL).then()


def test_nothing_is_owed_before_an_enrolment_or_an_answer() -> None:
    assert owed(infused().on(GRACE_OVER_24)) == []
    assert owed(measured()) == []
    assert owed(measured().on(GRACE_OVER_12 - timedelta(days=1))) == []


def test_a_determination_is_proposed_once_the_window_with_its_grace_has_closed() -> None:
    stream = measured().on(GRACE_OVER_12)
    (command,) = proposals_owed(stream.state, stream.surroundings)
    assert isinstance(command, ProposeDetermination)
    assert (command.agreement_id, command.milestone, command.actor) == ("test-agreement", "month-12", WORKER)


def test_missing_evidence_is_waited_for_until_the_cure_is_over() -> None:
    assert owed(enrolled().on(CURE_OVER_12 - timedelta(days=1))) == []
    assert owed(enrolled().on(CURE_OVER_12)) == ["month-12"]


def test_a_determination_is_proposed_as_soon_as_it_is_decided() -> None:
    assert owed(measured(selection="first")) == ["month-12"]


def test_asked_twice_the_policy_asks_for_the_same() -> None:
    stream = measured().on(GRACE_OVER_12)
    assert proposals_owed(stream.state, stream.surroundings) == proposals_owed(stream.state, stream.surroundings)


def test_once_carried_out_nothing_more_is_owed() -> None:
    stream = carried_out(measured().on(GRACE_OVER_12))
    assert owed(stream) == []
    assert owed(stream.when_approved().then()) == []


def test_a_returned_proposal_is_not_proposed_again_until_something_changes() -> None:
    stream = returned(carried_out(measured().on(GRACE_OVER_12)))
    assert owed(stream) == []
    changed = stream.when_corrected(stream.events[2].event_id, a_result("2"), on=DUE_12).then()
    assert owed(changed) == ["month-12"]


def test_an_answer_that_was_returned_and_comes_back_after_another_was_approved_is_proposed_again() -> None:
    stream = returned(carried_out(enrolled().on(CURE_OVER_12)))
    met = carried_out(stream.when_told(a_result("30"), on=DUE_12).then())
    approved = met.when_approved().then()
    place = next(place for place, event in enumerate(approved.events) if event.body == a_result("30"))
    assert owed(retracted(approved, place)) == ["month-12"]


def test_newer_evidence_replaces_an_open_proposal() -> None:
    stream = carried_out(measured().on(GRACE_OVER_12))
    changed = stream.when_corrected(stream.events[2].event_id, a_result("30"), on=DUE_12).then()
    assert owed(changed) == ["month-12"]
    assert owed(carried_out(changed)) == []


def test_a_superseding_answer_is_proposed() -> None:
    stream = measured().on(GRACE_OVER_12).determined()
    changed = stream.when_corrected(stream.events[2].event_id, a_result("30"), on=DUE_12).then()
    assert owed(changed) == ["month-12"]
    assert owed(carried_out(changed)) == []


def test_an_open_proposal_is_left_alone_when_the_approved_answer_has_become_right_again() -> None:
    stream = measured().on(GRACE_OVER_12).determined()
    first = stream.events[2].event_id
    changed = carried_out(stream.when_corrected(first, a_result("30"), on=DUE_12).then())
    back = changed.when_corrected(first, a_result("3"), on=DUE_12).then()
    assert owed(back) == []
    back.when_approved().refused("overtaken-by-evidence")
    assert owed(returned(back)) == []


def test_a_corrected_price_is_proposed_as_a_difference() -> None:
    stream = measured().on(GRACE_OVER_12).determined()
    cheaper = an_enrolment("test-agreement", terms_hash(stream.agreement), price="3000000.00")
    changed = stream.when_corrected(stream.events[1].event_id, cheaper, on=DAY_0).then()
    assert owed(changed) == ["month-12"]
    proposed = carried_out(changed)
    assert owed(proposed) == []
    assert owed(proposed.when_approved().then()) == []


def test_late_evidence_is_not_proposed_where_the_agreement_keeps() -> None:
    for rule, expected in (("keep", []), ("reopen", ["month-12"])):
        stream = measured(late_evidence={"clause": "8.1", "rule": rule}).on(GRACE_OVER_12).determined()
        late = stream.on(date(2027, 6, 1)).when_corrected(stream.events[2].event_id, a_result("30"), on=DUE_12).then()
        assert owed(late) == expected


def test_late_evidence_counts_where_nothing_was_approved_yet() -> None:
    stream = measured(late_evidence={"clause": "8.1", "rule": "keep"}).on(date(2027, 6, 1))
    assert owed(stream) == ["month-12"]


def test_an_infusion_that_is_enrolled_again_has_each_milestone_once() -> None:
    end = {"kind": "enrolment_ended", "agreement_id": "test-agreement", "reason": "payer_changed"}
    stream = measured().on(GRACE_OVER_12).when_told(ANY_FACT.validate_python(end)).then()
    stream = stream.when_enrolled(payer_id="PAYER-2", price="1000000.00").then()
    assert owed(stream) == ["month-12"]
    assert owed(carried_out(stream)) == []


def test_a_death_after_an_approved_failure_reopens_nothing() -> None:
    early = DUE_12 - timedelta(days=20)
    stream = enrolled(an_agreement(selection="first")).on(early).when_told(a_result("3")).then().determined()
    died = ANY_FACT.validate_python({"kind": "patient_died", "relation": "unrelated"})
    dead = stream.on(early + timedelta(days=2)).when_told(died).then()
    assert owed(dead) == ["month-24"]
    assert owed(carried_out(dead)) == []
