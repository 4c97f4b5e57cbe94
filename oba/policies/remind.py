"""Milestone-due reminders to the people of the HTC in care: five rungs, each once, only the latest when several are
late.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, assert_never, get_args
from uuid import UUID

from oba.determination.determine import determine
from oba.determination.question import Question, as_if
from oba.facts.consent import ConsentGiven, ConsentWithdrawn
from oba.facts.life_event import PatientDied
from oba.identity import derived_id
from oba.infusion.commands import RecordReminder, SkipReminder
from oba.infusion.deciding.determining import known_now
from oba.infusion.events import Rung, SkipReason
from oba.infusion.questions import questions
from oba.infusion.state import InfusionState
from oba.infusion.surroundings import Surroundings
from oba.policies.propose import WORKER
from oba.schedule import Obligation

RUNGS: tuple[Rung, ...] = get_args(Rung)


def rung_on(rung: Rung, obligation: Obligation) -> date:
    """The local day on which a rung falls."""
    match rung:
        case "t_minus_30":
            return obligation.due_on - timedelta(days=30)
        case "t_minus_7":
            return obligation.due_on - timedelta(days=7)
        case "due":
            return obligation.due_on
        case "t_plus_7":
            return obligation.due_on + timedelta(days=7)
        case "closes_minus_3":
            return obligation.closes_on - timedelta(days=3)
        case _:  # pragma: no cover
            assert_never(rung)


def rungs_of(obligation: Obligation) -> tuple[tuple[date, Rung], ...]:
    """The ladder of a milestone in the order of its days; a rung after the close of the window is left out."""
    ladder = [(rung_on(rung, obligation), rung) for rung in RUNGS]
    in_time = [(on, rung) for on, rung in ladder if on <= obligation.closes_on]
    return tuple(sorted(in_time, key=lambda step: step[0]))


def reminders_owed(
    state: InfusionState, surroundings: Surroundings, people: tuple[str, ...]
) -> tuple[RecordReminder | SkipReminder, ...]:
    """What is to be sent or skipped now, for each milestone and each person of the HTC in care."""
    asked = questions(
        state,
        surroundings.shelf,
        surroundings.reference,
        as_of=surroundings.today,
        known_at=known_now(state, surroundings),
    )
    return tuple(command for question in asked for command in _of_milestone(state, surroundings, question, people))


def _of_milestone(
    state: InfusionState, surroundings: Surroundings, question: Question, people: tuple[str, ...]
) -> Iterator[RecordReminder | SkipReminder]:
    come = [rung for on, rung in rungs_of(question.obligation) if on <= surroundings.today]
    open_rungs = {
        person: [rung for rung in come if reminder_id(question, rung, person) not in state.reminders]
        for person in people
    }
    if not any(open_rungs.values()):
        return
    reason = _why_not(state, surroundings, question)
    for person, rungs in open_rungs.items():
        for rung in rungs:
            if reason is not None:
                yield _skip(question, rung, person, reason)
            elif rung != come[-1]:
                yield _skip(question, rung, person, "overtaken_by_later_rung")
            else:
                yield _send(question, rung, person)


def reminder_id(question: Question, rung: Rung, person: str) -> UUID:
    """The one id of a reminder; another due date is another reminder."""
    return derived_id(
        "reminder",
        question.infusion_id,
        question.agreement.id,
        question.milestone,
        rung,
        person,
        question.obligation.due_on,
    )


def _why_not(state: InfusionState, surroundings: Surroundings, question: Question) -> SkipReason | None:
    """Why nobody needs to be told any more; None while evidence is still wanted."""
    if question.evidence.of(PatientDied):
        return "patient_died"
    turns = [item for item in question.evidence.items if isinstance(item.fact, ConsentGiven | ConsentWithdrawn)]
    if turns and isinstance(turns[-1].fact, ConsentWithdrawn):
        return "consent_withdrawn"
    if (question.agreement.id, question.milestone) in state.issued:
        return "determined"
    determination = determine(as_if(question, closed=False))
    if determination.finding in ("waived", "excluded"):
        return "determined"
    if determination.finding != "not_yet" or not determination.wanted:
        return "evidence_arrived"
    return "window_closed" if _closed_to_reminders(question, surroundings.today) else None


def _closed_to_reminders(question: Question, today: date) -> bool:
    """The window has closed, and somebody was reminded in time; otherwise the cure still waits for its reminder
    (settled B2).
    """
    closes_on = question.obligation.closes_on
    return today > closes_on and question.reminded_on is not None and question.reminded_on <= closes_on


def _send(question: Question, rung: Rung, person: str) -> RecordReminder:
    about = _about(question, rung, person)
    return RecordReminder(command_id=derived_id("record-reminder", about["reminder_id"]), **about)


def _skip(question: Question, rung: Rung, person: str, reason: SkipReason) -> SkipReminder:
    about = _about(question, rung, person)
    return SkipReminder(command_id=derived_id("skip-reminder", about["reminder_id"]), reason=reason, **about)


def _about(question: Question, rung: Rung, person: str) -> dict[str, Any]:
    """What both commands say of a reminder."""
    return {
        "infusion_id": question.infusion_id,
        "actor": WORKER,
        "reminder_id": reminder_id(question, rung, person),
        "agreement_id": question.agreement.id,
        "milestone": question.milestone,
        "rung": rung,
        "recipient": person,
        "due_on": question.obligation.due_on,
    }
