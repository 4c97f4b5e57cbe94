"""The ladder of reminders: five rungs on local days; only the latest is sent, each once, none that is not needed."""

from datetime import date, timedelta

import pytest

from oba.evidence import FOR_EVER
from oba.facts.any_fact import ANY_FACT
from oba.facts.base import Fact
from oba.infusion.commands import ProposeWaiver, RecordReminder, RetractFact, SkipReminder, When
from oba.infusion.events import ReminderSent
from oba.infusion.questions import questions
from oba.policies.propose import proposals_owed
from oba.policies.remind import RUNGS, reminders_owed, rung_on, rungs_of
from oba.schedule import milestone_obligation
from oba.terms.agreement import Agreement
from tests.support.events import DAY_0, a_result, an_infusion
from tests.support.streams import (
    CURE_OVER_12,
    DUE_12,
    DUE_24,
    MANUAL,
    REFERENCE,
    Given,
    an_agreement,
    enrolled,
    infused,
)

PEOPLE = ("PER-1", "PER-2")
ONE = ("PER-1",)
CLOSES = DUE_12 + timedelta(days=30)
DAYS = {
    "t_minus_30": DUE_12 - timedelta(days=30),
    "t_minus_7": DUE_12 - timedelta(days=7),
    "due": DUE_12,
    "t_plus_7": DUE_12 + timedelta(days=7),
    "closes_minus_3": CLOSES - timedelta(days=3),
}


def fact(kind: str, **content: object) -> Fact:
    return ANY_FACT.validate_python({"kind": kind, **content})


def owed(stream: Given, people: tuple[str, ...] = ONE) -> list[tuple[str, str]]:
    """What is owed: the rung, and `send` or the reason why not."""
    return [
        (command.rung, command.reason if isinstance(command, SkipReminder) else "send")
        for command in reminders_owed(stream.state, stream.surroundings, people)
    ]


def carried_out(stream: Given, people: tuple[str, ...] = ONE) -> Given:
    for command in reminders_owed(stream.state, stream.surroundings, people):
        stream = stream.asked(command).then()
    return stream


def windows(before: int, after: int) -> Agreement:
    first = an_agreement().model_dump(mode="json")["milestones"]
    window = {"kind": "around_due", "before_days": before, "after_days": after}
    return an_agreement(milestones=[{**one, "window": window} for one in first])


@pytest.mark.parametrize(("rung", "day"), DAYS.items())
def test_a_rung_is_owed_from_its_local_day_on(rung: str, day: date) -> None:
    eve = carried_out(enrolled().on(day - timedelta(days=1)))
    assert owed(eve) == []
    assert owed(eve.on(day)) == [(rung, "send")]


def test_the_ladder_of_a_milestone_stands_in_the_order_of_its_days() -> None:
    agreement = an_agreement()
    obligation = milestone_obligation(agreement, agreement.milestones[0], DAY_0)
    assert rungs_of(obligation) == tuple((day, rung) for rung, day in DAYS.items())
    assert [rung_on(rung, obligation) for rung in RUNGS] == list(DAYS.values())


def test_a_rung_after_the_close_of_the_window_is_left_out() -> None:
    agreement = windows(30, 5)
    obligation = milestone_obligation(agreement, agreement.milestones[0], DAY_0)
    assert [rung for _, rung in rungs_of(obligation)] == ["t_minus_30", "t_minus_7", "due", "closes_minus_3"]


def test_of_two_rungs_on_one_day_the_last_of_the_ladder_is_sent() -> None:
    stream = carried_out(enrolled(windows(30, 10)).on(DUE_12))
    assert owed(stream.on(DUE_12 + timedelta(days=7))) == [
        ("t_plus_7", "overtaken_by_later_rung"),
        ("closes_minus_3", "send"),
    ]


def test_everybody_of_the_htc_is_told() -> None:
    stream = enrolled().on(DAYS["t_minus_30"])
    commands = reminders_owed(stream.state, stream.surroundings, PEOPLE)
    assert [(command.recipient, type(command)) for command in commands] == [
        ("PER-1", RecordReminder),
        ("PER-2", RecordReminder),
    ]
    assert len({command.reminder_id for command in commands}) == 2
    assert reminders_owed(stream.state, stream.surroundings, ()) == ()


def test_after_days_of_darkness_only_the_latest_rung_is_sent() -> None:
    assert owed(enrolled().on(DAYS["t_plus_7"])) == [
        ("t_minus_30", "overtaken_by_later_rung"),
        ("t_minus_7", "overtaken_by_later_rung"),
        ("due", "overtaken_by_later_rung"),
        ("t_plus_7", "send"),
    ]


def test_a_person_who_came_later_is_told_the_latest_rung_only() -> None:
    stream = carried_out(enrolled().on(DAYS["due"]))
    commands = reminders_owed(stream.state, stream.surroundings, PEOPLE)
    assert [(one.recipient, one.rung, type(one)) for one in commands] == [
        ("PER-2", "t_minus_30", SkipReminder),
        ("PER-2", "t_minus_7", SkipReminder),
        ("PER-2", "due", RecordReminder),
    ]


def test_asked_twice_the_policy_asks_for_the_same_under_the_same_ids() -> None:
    stream = enrolled().on(DAYS["due"])
    once = reminders_owed(stream.state, stream.surroundings, PEOPLE)
    assert once == reminders_owed(stream.state, stream.surroundings, PEOPLE)
    again = reminders_owed(stream.state, stream.on(DAYS["due"] + timedelta(days=1)).surroundings, PEOPLE)
    assert [one.command_id for one in once] == [one.command_id for one in again]


def test_once_carried_out_nothing_more_is_owed() -> None:
    stream = carried_out(enrolled().on(DAYS["t_plus_7"]), PEOPLE)
    assert owed(stream, PEOPLE) == []
    sent = [event.body for event in stream.events if isinstance(event.body, ReminderSent)]
    assert [(one.rung, one.recipient) for one in sent] == [("t_plus_7", "PER-1"), ("t_plus_7", "PER-2")]


def test_a_milestone_that_moves_with_day_0_is_reminded_of_anew() -> None:
    stream = carried_out(enrolled().on(DAYS["t_minus_30"]))
    moved = stream.when_corrected(stream.events[0].event_id, an_infusion(), on=DAY_0 - timedelta(days=1)).then()
    assert owed(moved) == [("t_minus_30", "send")]


def test_two_milestones_have_their_own_ladders() -> None:
    stream = carried_out(enrolled().on(CLOSES)).on(DUE_24 - timedelta(days=30))
    assert owed(stream) == [("t_minus_30", "send")]


def test_an_infusion_without_an_enrolment_reminds_nobody() -> None:
    assert owed(infused().on(DUE_12)) == []


def test_evidence_that_has_arrived_is_not_asked_for() -> None:
    stream = carried_out(enrolled().on(DAYS["t_minus_7"])).on(DUE_12).when_told(a_result("30")).then()
    assert owed(stream) == [("due", "evidence_arrived")]
    decided = enrolled(an_agreement(selection="first")).on(DUE_12).when_told(a_result("3")).then()
    assert {reason for _, reason in owed(decided)} == {"evidence_arrived"}


def test_evidence_that_was_taken_back_is_asked_for_again() -> None:
    stream = carried_out(enrolled().on(DAYS["t_minus_7"])).on(DUE_12).when_told(a_result("30")).then()
    when, first = When(occurred_on=DUE_12), stream.last()
    gone = stream.when(RetractFact, fact_id=first, reason="entered_in_error", when=when, source=MANUAL).then()
    assert owed(gone) == [("due", "send")]


def test_a_contaminated_sample_is_no_evidence() -> None:
    dose = fact("fix_product_used", product="IDELVION", iu="3000", purpose="bleed")
    stream = carried_out(enrolled().on(DAYS["t_minus_7"])).on(DUE_12).when_told(dose).then()
    assert owed(stream.when_told(a_result("30")).then()) == [("due", "send")]


def test_nobody_is_reminded_of_a_patient_who_died() -> None:
    stream = carried_out(enrolled().on(DAYS["t_minus_7"])).on(DUE_12)
    assert owed(stream.when_told(fact("patient_died", relation="unknown")).then()) == [("due", "patient_died")]


def test_nobody_is_reminded_while_consent_is_withdrawn() -> None:
    stream = carried_out(enrolled().on(DAYS["t_minus_7"])).on(DUE_12)
    withdrawn = stream.when_told(fact("consent_withdrawn")).then()
    assert owed(withdrawn) == [("due", "consent_withdrawn")]
    assert owed(withdrawn.when_told(fact("consent_given", version="v2")).then()) == [("due", "send")]


def test_nobody_is_reminded_of_what_is_determined_waived_or_excluded() -> None:
    determined = enrolled(an_agreement(selection="first")).on(DAYS["t_minus_30"]).when_told(a_result("3")).then()
    assert {reason for _, reason in owed(determined.determined())} == {"determined"}
    about = {"agreement_id": "test-agreement", "milestone": "month-12", "clause": "6.1"}
    waived = enrolled().on(DAYS["t_minus_30"]).when(ProposeWaiver, **about).then().when_waived().then()
    assert owed(waived) == [("t_minus_30", "determined")]
    excluded = enrolled().on(DAYS["t_minus_30"]).when_told(fact("exclusion_recorded", **about)).then()
    assert owed(excluded) == [("t_minus_30", "determined")]


def test_nobody_is_reminded_once_the_window_has_closed() -> None:
    stream = carried_out(enrolled().on(DAYS["t_plus_7"]))
    assert owed(stream.on(CLOSES)) == [("closes_minus_3", "send")]
    assert owed(stream.on(CLOSES + timedelta(days=1))) == [("closes_minus_3", "window_closed")]


def test_where_nobody_was_reminded_in_time_the_last_rung_is_sent_after_the_close() -> None:
    dark = enrolled().on(CLOSES + timedelta(days=1))
    skipped = [(rung, "overtaken_by_later_rung") for rung in list(DAYS)[:-1]]
    assert owed(dark) == [*skipped, ("closes_minus_3", "send")]
    told = carried_out(dark)
    assert owed(told.on(CLOSES + timedelta(days=2))) == []
    others = reminders_owed(told.state, told.surroundings, ("PHYSICIAN-2",))
    assert [isinstance(one, RecordReminder) for one in others] == [False, False, False, False, True]


def test_a_reminder_after_the_close_lets_the_cure_begin_anew() -> None:
    told = carried_out(enrolled().on(CURE_OVER_12))
    judged = [command.milestone for command in proposals_owed(told.state, told.surroundings)]
    again = told.on(CURE_OVER_12 + timedelta(days=21))
    assert (judged, [command.milestone for command in proposals_owed(again.state, again.surroundings)]) == (
        [],
        ["month-12"],
    )


def test_a_reminder_counts_from_its_day_on_for_whoever_asks_as_of_an_earlier_one() -> None:
    told = carried_out(enrolled().on(CURE_OVER_12))
    for as_of, finding in ((CURE_OVER_12 - timedelta(days=1), None), (CURE_OVER_12, CURE_OVER_12)):
        asked = questions(told.state, told.shelf, REFERENCE, as_of=as_of, known_at=FOR_EVER)
        assert asked[0].reminded_on == finding


def test_a_milestone_due_after_the_end_of_the_enrolment_is_not_reminded_of() -> None:
    end = fact("enrolment_ended", agreement_id="test-agreement", reason="payer_changed")
    stream = enrolled().on(DAYS["t_minus_30"]).when_told(end).then()
    assert owed(stream) == []
