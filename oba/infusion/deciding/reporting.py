"""Recording, correcting and retracting facts: the impossible is refused, the implausible is recorded and flagged."""

from uuid import UUID

from oba.facts.base import Body, Fact
from oba.facts.baseline import BaselineRecorded
from oba.facts.correction import FactCorrected, FactRetracted, FactsMoved
from oba.facts.enrolment import EnrolledUnderAgreement
from oba.facts.fix_activity import FixActivityMeasured
from oba.facts.infused import Infused
from oba.infusion.commands import CorrectFact, RecordFact, RetractFact, When
from oba.infusion.deciding.draft import Decided, draft
from oba.infusion.deciding.enrolling import enrolment_problems
from oba.infusion.deciding.plausibility import fact_problems, future_problems
from oba.infusion.deciding.registration import infusion_problems
from oba.infusion.state import InfusionState
from oba.infusion.surroundings import Surroundings
from oba.problems import Problem, Refusal, refuse


def record(state: InfusionState, command: RecordFact, surroundings: Surroundings) -> Decided:
    """Adds one fact, or refuses with every problem at once."""
    if isinstance(command.fact, Infused | EnrolledUnderAgreement):
        return refuse(
            "invalid",
            "own-command",
            "an infusion is registered and an enrolment is made by a command of its own",
            "register the infusion, or enrol it, instead of recording a fact",
            "/fact/kind",
        )
    problems = fact_problems(state, command.fact, command.when, surroundings)
    if problems:
        return Refusal(kind="invalid", problems=problems)
    if isinstance(command.fact, BaselineRecorded) and state.everything.of(BaselineRecorded):
        return refuse(
            "conflict",
            "baseline-exists",
            "the infusion has a baseline already",
            "correct the baseline that is recorded",
            "/fact/kind",
        )
    if _already_recorded(state, command):
        return refuse(
            "conflict",
            "already-recorded",
            "this fact is recorded already, with the same content",
            "nothing needs to be done; use a correction where the content has changed",
            "/fact",
        )
    return draft(state, command, (command.fact,), command.when, command.source)


def correct(state: InfusionState, command: CorrectFact, surroundings: Surroundings) -> Decided:
    """Replaces what a fact says; a correction names the first fact and never changes its kind (settled A2)."""
    first = _first_fact(state, command.fact_id)
    if isinstance(first, Refusal):
        return first
    if command.fact.kind != first.kind:
        return refuse(
            "invalid",
            "other-kind",
            "a correction cannot change the kind of a fact",
            "retract the fact and record the right one",
            "/fact/kind",
        )
    problems = _correction_problems(state, first, command, surroundings)
    if problems:
        return Refusal(kind="invalid", problems=problems)
    if _changes_nothing(state, command):
        return refuse(
            "conflict",
            "nothing-corrected",
            "the correction says what stands already",
            "nothing needs to be done",
            "/fact",
        )
    body = FactCorrected(
        fact_id=command.fact_id, reason=command.reason, source_sequence=command.source_sequence, content=command.fact
    )
    return draft(state, command, (body,), command.when, command.source)


def retract(state: InfusionState, command: RetractFact, surroundings: Surroundings) -> Decided:
    """Takes a fact back with all its corrections; the infusion itself is corrected, never retracted."""
    first = _first_fact(state, command.fact_id)
    if isinstance(first, Refusal):
        return first
    if isinstance(first, Infused):
        return refuse(
            "invalid",
            "infusion-stands",
            "the infusion itself cannot be retracted",
            "correct it, or end its enrolments",
            "/fact_id",
        )
    problems = future_problems(command.when, surroundings)
    if problems:
        return Refusal(kind="invalid", problems=problems)
    body = FactRetracted(fact_id=command.fact_id, reason=command.reason)
    return draft(state, command, (body,), command.when, command.source)


def _correction_problems(
    state: InfusionState, first: Fact, command: CorrectFact, surroundings: Surroundings
) -> tuple[Problem, ...]:
    match command.fact:
        case Infused() as infused:
            return _infused_correction(first, infused, command.when, surroundings)
        case EnrolledUnderAgreement() as enrolled:
            return enrolment_problems(state, enrolled, command.when, surroundings, corrects=command.fact_id)
        case fact:
            return fact_problems(state, fact, command.when, surroundings)


def _infused_correction(first: Fact, infused: Infused, when: When, surroundings: Surroundings) -> tuple[Problem, ...]:
    assert isinstance(first, Infused)
    problems = infusion_problems(infused, when, surroundings)
    if infused.patient_token == first.patient_token:
        return problems
    return (
        *problems,
        Problem(
            code="other-patient",
            message="a correction cannot hand the infusion to another patient",
            remedy="move the facts to the infusion of the right patient",
            pointer="/fact/patient_token",
        ),
    )


def _first_fact(state: InfusionState, fact_id: UUID) -> Fact | Refusal:
    """The fact that a correction or retraction names, or why it cannot be named (settled A2)."""
    event = next((event for event in state.events if event.event_id == fact_id), None)
    if event is None or not isinstance(event.body, Fact | FactCorrected):
        return refuse(
            "not_found", "unknown-fact", "the infusion has no such fact", "name a fact of its timeline", "/fact_id"
        )
    if isinstance(event.body, FactCorrected):
        return refuse(
            "invalid",
            "names-a-correction",
            "this names a correction, not the fact that was corrected",
            f"name the first fact, {event.body.fact_id}",
            "/fact_id",
        )
    if any(_takes_back(later.body, fact_id) for later in state.events):
        return refuse(
            "conflict",
            "fact-retracted",
            "the fact was taken back and cannot be changed any more",
            "record the fact anew",
            "/fact_id",
        )
    return event.body


def _takes_back(body: Body, fact_id: UUID) -> bool:
    match body:
        case FactRetracted():
            return body.fact_id == fact_id
        case FactsMoved():
            return fact_id in body.fact_ids
        case _:
            return False


def _already_recorded(state: InfusionState, command: RecordFact) -> bool:
    """The same laboratory result twice; without an accession two equal facts may both be true."""
    fact = command.fact
    if not isinstance(fact, FixActivityMeasured) or fact.accession_digest is None:
        return False
    day = command.when.occurred_on
    return any(
        item.fact.accession_digest == fact.accession_digest and item.occurred_on == day and item.fact == fact
        for item in state.everything.of(FixActivityMeasured)
    )


def _changes_nothing(state: InfusionState, command: CorrectFact) -> bool:
    return any(
        item.fact_id == command.fact_id
        and item.fact == command.fact
        and (item.occurred_on, item.occurred_at) == (command.when.occurred_on, command.when.occurred_at)
        for item in state.everything.items
    )
