"""What a life event makes of a milestone that it claims, by the consequence table (C39-C42, settled A7, D5, F1)."""

from datetime import date
from typing import assert_never

from oba.consequence import Claim, claim_of
from oba.determination.answer import Answer, reasoned
from oba.determination.determination import Finding
from oba.determination.question import Question
from oba.determination.ruling import adjudicated
from oba.evidence import Evidence
from oba.measures.measured import used


def claim_on(question: Question) -> Claim | None:
    """The event that claims the milestone; while the window is held open, silence may still be broken."""
    return claim_of(
        question.agreement.consequences,
        question.obligation,
        question.evidence,
        payer_at_infusion=question.payer_at_infusion,
        month_end=question.agreement.month_end,
        silence_counts=question.closed is not False,
        until=question.life_events_until,
    )


def by_life_event(question: Question, claim: Claim) -> Answer | None:
    """The answer of an event; None where the milestone is judged on the evidence until it."""
    match claim.effect:
        case "judge_until_event":
            return None
        case "exclude":
            return _decided(question, claim, "excluded")
        case "fail":
            return _failed(question, claim)
        case "refer":
            answered = adjudicated(question, failed_on=claim.happened.on)
            return answered or _decided(question, claim, "not_evaluable", " until the adjudicator answers")
        case _:  # pragma: no cover
            assert_never(claim.effect)


def until_event(evidence: Evidence, last: date) -> Evidence:
    """The evidence about days up to the event; whatever went on that day is known to go on no further."""
    return Evidence(
        known_at=evidence.known_at,
        as_of=min(evidence.as_of, last),
        items=tuple(item for item in evidence.items if item.occurred_on <= last),
        set_aside=tuple(one for one in evidence.set_aside if one.occurred_on <= last),
    )


def _failed(question: Question, claim: Claim) -> Answer:
    """Not met; an event that costs something of its own costs it once, at the first judged milestone after it."""
    first = question.milestone if claim.costs is None else _first_after(question, claim.happened.on)
    if first != question.milestone:
        return _decided(question, claim, "excluded", f": what the event costs is owed once, with {first}")
    return _decided(question, claim, "not_met")


def _first_after(question: Question, day: date) -> str:
    """The first judged milestone that is due strictly after a day, by due date and name."""
    judged = [one.id for one in question.agreement.every_milestone if one.role == "judged"]
    asked = [question if one == question.milestone else question.about(one) for one in judged]
    due = [(one.obligation.due_on, one.milestone) for one in asked if one.is_anchored]
    return min((one for one in due if one[0] > day), default=(day, question.milestone))[1]


def _decided(question: Question, claim: Claim, finding: Finding, further: str = "") -> Answer:
    failed, happened = finding == "not_met", claim.happened
    event, answer = f"{happened.says} on {happened.on}", finding.replace("_", " ")
    sentence = f"{event}: {question.milestone} (due {question.obligation.due_on}) is {answer}{further}"
    trace = reasoned(question, sentence, finding, "life_event", clause=claim.clause)
    trace = trace.model_copy(update={"used": tuple(used(item) for item in happened.items)})
    return Answer(
        finding,
        "life_event",
        trace,
        happened.on if failed else None,
        happened.items,
        costs=claim.costs if failed else None,
    )
