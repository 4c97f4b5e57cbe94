"""The books of a stream: what replay makes of it, step by step or at once."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oba.facts.any_fact import ANY_FACT
from oba.facts.base import Fact
from oba.identity import derived_id
from oba.infusion.commands import InfusionCommand, RecordFact, RetractFact, ReturnDetermination, When
from oba.infusion.decide import decide
from oba.infusion.questions import failure_of
from oba.infusion.state import InfusionState, evolve, replay
from oba.policies.propose import proposals_owed
from oba.policies.remind import reminders_owed
from oba.problems import Refusal
from oba.refund.base import base_amount
from oba.refund.owed import owed
from oba.refund.refused import RefundRefused
from tests.support.events import DAY_0, INFUSION, a_dose, a_result, an_enrolment
from tests.support.streams import (
    APPROVER,
    DUE_12,
    DUE_24,
    GRACE_OVER_12,
    MANUAL,
    PRICE,
    Given,
    an_agreement,
    costing,
    enrolled,
    infused,
)
from tests.support.streams import given as nothing_recorded

PEOPLE = ("PER-1", "PER-2")
AGREEMENTS = (
    an_agreement(),
    an_agreement(selection="first"),
    an_agreement(follows="payer_at_failure"),
    an_agreement(late_evidence={"clause": "8.1", "rule": "keep"}),
    costing("highest_of", "20", "60"),
    costing("first_only", "60", "70"),
    costing("cumulative", "70", "60"),
    an_agreement(
        refund={
            "components": [{"clause": "9.1", "kind": "flat_percentage", "percent": "40"}],
            "several_failures": {"clause": "9.2", "rule": "cumulative", "same_day": "all"},
            "rounding": "half_even",
        }
    ),
)


def fact(kind: str, **content: object) -> Fact:
    return ANY_FACT.validate_python({"kind": kind, **content})


RESULTS = st.sampled_from(["1", "3", "5", "30"]).map(a_result)
TOLD = st.one_of(
    RESULTS,
    RESULTS,
    RESULTS,
    st.sampled_from(["PAYER-1", "PAYER-2", None]).map(lambda payer: fact("coverage_changed", payer_id=payer)),
    st.sampled_from(["related", "unrelated", "unknown"]).map(lambda how: fact("patient_died", relation=how)),
    st.sampled_from([a_dose(), fact("consent_withdrawn"), fact("consent_given", version="v2")]),
    st.sampled_from(["patient", "provider"]).map(
        lambda cause: fact("missing_cause_recorded", milestone="month-12", cause=cause)
    ),
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["tell", "tell", "correct", "correct", "retract", "worker", "approve", "approve", "return", "price"]
        ),
        st.integers(min_value=0, max_value=120),
        TOLD,
        st.integers(min_value=0, max_value=60),
    ),
    max_size=14,
)
Step = tuple[str, int, Fact, int]


def by_worker(stream: Given) -> Given:
    """Everything that happens by itself, carried out once; nothing that is owed may be refused."""
    for proposal in proposals_owed(stream.state, stream.surroundings):
        stream = stream.asked(proposal).then()
    for reminder in reminders_owed(stream.state, stream.surroundings, PEOPLE):
        stream = stream.asked(reminder).then()
    return stream


def facts_of(stream: Given) -> list[UUID]:
    return [event.event_id for event in stream.events if isinstance(event.body, Fact)]


def after(stream: Given, step: Step) -> Given:
    """One step of a life; what is refused leaves everything as it was."""
    what, days, told, number = step
    stream = stream.on(stream.today + timedelta(days=days))
    if what == "tell":
        windows = [due + timedelta(days=number - 30) for due in (DUE_12, DUE_24)]
        day = max([stream.today - timedelta(days=number), *(day for day in windows if day <= stream.today)])
        return kept(stream, stream.when_told(told, on=max(day, DAY_0)).command)
    if what == "worker":
        return by_worker(stream)
    if what == "price":
        terms = next(iter(stream.shelf.agreements))
        price = an_enrolment(stream.agreement.id, terms, price=f"{3_000_000 + number}.00")
        return kept(stream, stream.when_corrected(stream.events[1].event_id, price, on=DAY_0).command)
    if what in ("approve", "return") and stream.state.proposals:
        milestone = sorted(key[1] for key in stream.state.proposals)[0]
        if what == "approve":
            stream = by_worker(stream)
            return kept(stream, stream.when_approved(milestone).command)
        fields = {"determination_id": stream.proposed(milestone).determination_id, "reason": "evidence_questioned"}
        return kept(stream, ReturnDetermination.model_validate({**head(stream), **fields}))
    return by_hand(stream, what, told, facts_of(stream)[number % len(facts_of(stream))])


def by_hand(stream: Given, what: str, told: Fact, fact_id: UUID) -> Given:
    if what == "correct":
        item = next((one for one in stream.state.everything.items if one.fact_id == fact_id), None)
        return kept(stream, stream.when_corrected(fact_id, told, on=item.occurred_on if item else None).command)
    if what == "retract" and fact_id != stream.events[1].event_id:
        when = When(occurred_on=stream.today)
        fields = {"fact_id": fact_id, "reason": "entered_in_error", "when": when, "source": MANUAL}
        return kept(stream, RetractFact.model_validate({**head(stream), **fields}))
    return stream


def head(stream: Given) -> dict[str, object]:
    return {"command_id": derived_id("test", len(stream.events)), "infusion_id": INFUSION, "actor": APPROVER}


def kept(stream: Given, command: InfusionCommand) -> Given:
    decided = decide(stream.state, command, stream.surroundings)
    return stream if isinstance(decided, Refusal) else stream.recorded(decided)


def lived(agreement_number: int, beginning: str, steps: list[Step]) -> Given:
    """A life that begins with month 12 as it was approved, with one that waits for approval, or with nothing."""
    stream = enrolled(AGREEMENTS[agreement_number])
    if beginning != "nothing":
        value = "30" if beginning == "met" else "3"
        stream = stream.on(DUE_12).when_told(a_result(value)).then().on(GRACE_OVER_12)
        stream = stream.when_proposed().then() if beginning == "proposed" else stream.determined()
    for step in steps:
        stream = after(stream, step)
    return stream


LIVES = (
    st.integers(min_value=0, max_value=len(AGREEMENTS) - 1),
    st.sampled_from(["nothing", "proposed", "met", "not met", "not met"]),
    STEPS,
)
PATIENT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


@PATIENT
@given(*LIVES)
def test_replaying_a_stream_is_the_same_as_evolving_it_step_by_step(
    agreement: int, beginning: str, steps: list[Step]
) -> None:
    stream = by_worker(lived(agreement, beginning, steps))
    state = InfusionState(INFUSION)
    for event in stream.events:
        state = evolve(state, event)
    assert state == replay(INFUSION, iter(stream.events))
    assert state.version == len(stream.events)


@PATIENT
@given(*LIVES)
def test_what_happens_by_itself_comes_to_rest(agreement: int, beginning: str, steps: list[Step]) -> None:
    stream = by_worker(lived(agreement, beginning, steps))
    assert proposals_owed(stream.state, stream.surroundings) == ()
    assert reminders_owed(stream.state, stream.surroundings, PEOPLE) == ()


@PATIENT
@given(*LIVES)
def test_once_every_open_proposal_is_approved_the_books_say_what_the_engine_says(
    agreement: int, beginning: str, steps: list[Step]
) -> None:
    stream = by_worker(lived(agreement, beginning, steps))
    for _ in range(4):
        for _, milestone in sorted(stream.state.proposals):
            stream = kept(stream, stream.when_approved(milestone, by="approver-2").command)
        stream = by_worker(stream)
    books, state = stream.state.triggered, stream.state
    issued = [one.proposal.event.determination for one in state.issued.values()]
    failures = [failure_of(one, stream.agreement) for one in issued]
    base = base_amount(stream.agreement, state.enrolments()[0].price, state.dose_share_percent)
    lines = owed(stream.agreement, base, [one for one in failures if one is not None])
    assert not isinstance(lines, RefundRefused)
    if not state.returned:
        assert sum(books.values()) == sum(line.amount for line in lines)
    assert all(cents >= 0 for cents in books.values())
    assert sum(books.values()) <= PRICE
    standing = {key: one.proposal.event.determination.finding for key, one in stream.state.issued.items()}
    for agreement_id, milestone, _ in (key for key, cents in books.items() if cents):
        assert standing[agreement_id, milestone] == "not_met"


@PATIENT
@given(*LIVES)
def test_deciding_is_deterministic_and_the_ids_of_the_events_follow_from_the_command(
    agreement: int, beginning: str, steps: list[Step]
) -> None:
    stream = lived(agreement, beginning, steps)
    commands = (
        *proposals_owed(stream.state, stream.surroundings),
        *reminders_owed(stream.state, stream.surroundings, PEOPLE),
        stream.when_told(a_result()).command,
    )
    for command in commands:
        once, again = (decide(replay(INFUSION, stream.events), command, stream.surroundings) for _ in range(2))
        assert once == again
        assert not isinstance(once, Refusal)
        expected = [derived_id("event", command.command_id, number) for number in range(len(once))]
        assert [event.event_id for event in once] == expected
        assert [event.version for event in once] == [stream.state.version + number + 1 for number in range(len(once))]


def test_the_correlation_is_the_command_where_none_is_named() -> None:
    stream = enrolled()
    plain = stream.when_told(a_result()).then().events[-1]
    assert plain.correlation_id == plain.command_id
    named = derived_id("test", "correlation")
    when = When(occurred_on=stream.today)
    joined = stream.when(RecordFact, when=when, fact=a_result(), source=MANUAL, correlation_id=named).then()
    assert joined.events[-1].correlation_id == named


def test_an_empty_stream_has_no_infusion() -> None:
    state = nothing_recorded().state
    assert not state.exists
    with pytest.raises(KeyError):
        _ = state.infused


def test_the_state_knows_the_evidence_for_other_clocks() -> None:
    stream = infused().on(DUE_12).when_told(a_result()).then()
    before = stream.events[0].recorded_at
    assert len(stream.state.evidence(known_at=before).items) == 1
    assert len(stream.state.evidence().items) == 2
    assert len(stream.state.evidence(as_of=date(2026, 2, 1)).items) == 1
    assert stream.state.enrolments(known_at=before) == ()
