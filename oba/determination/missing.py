"""What missing evidence becomes: the policy of the agreement for the recorded cause (settled A9, D4)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias, assert_never

from oba.criteria.judged import Judged
from oba.determination.answer import Answer, reasoned
from oba.determination.determination import Finding
from oba.determination.other_milestones import carried_from, next_judged
from oba.determination.question import Question
from oba.determination.ruling import adjudicated
from oba.determination.share import judged_share
from oba.evidence import Item
from oba.facts.base import Fact
from oba.facts.follow_up import MissingCause, MissingCauseRecorded
from oba.terms.missing_data import CarryForward, Defer, PlainPolicy, Prorate
from oba.trace import Trace

Ask: TypeAlias = Callable[[Question, bool], Answer]
"""The answer to another question; with True, of its evidence alone, without any policy for what is missing."""


@dataclass(frozen=True)
class Missing:
    """A milestone without the evidence that would decide it, and the recorded cause."""

    question: Question
    judged: Judged
    ask: Ask
    cause: MissingCause
    items: tuple[Item[Fact], ...]

    def decided(
        self,
        policy: str,
        finding: Finding,
        on: date | None = None,
        *,
        clause: str = "",
        because: tuple[Trace, ...] = (),
    ) -> Answer:
        """The answer of a policy, with its sentence and the clause that names it."""
        question = self.question
        because = (self.judged.trace, *because)
        clause = clause or question.agreement.missing_data.clause
        said = f"evidence for {question.milestone} is missing ({self.cause.replace('_', ' ')}): {policy}"
        trace = reasoned(question, said, finding, "missing_data", clause=clause, because=because)
        trace = trace.model_copy(update={"turned_by": self._turned_by()})
        return Answer(finding, "missing_data", trace, on, (*self.items, *self.judged.items))

    def _turned_by(self) -> tuple[str, ...]:
        """The evidence that is missing, where the agreement reopens what was decided without it (settled D6)."""
        late = self.question.agreement.late_evidence
        if late.rule != "reopen":
            return ()
        wanted = dict.fromkeys(one.what for step in self.judged.trace.every() for one in step.wanted)
        return tuple(f"{what}, also recorded late (clause {late.clause})" for what in wanted)


def by_missing_data(question: Question, judged: Judged, ask: Ask) -> Answer:
    """The missing-data policy of the recorded cause (settled A9, D4), where the duty to remind was met (C38)."""
    cause, items = _cause(question)
    missing = Missing(question, judged, ask, cause, items)
    unreminded = _not_reminded(missing)
    if unreminded is not None:
        return unreminded
    policy = question.agreement.missing_data.policy(cause)
    match policy:
        case CarryForward():
            return _carried(missing, policy)
        case Defer():
            return _deferred(missing, policy)
        case Prorate():
            return _prorated(missing, policy)
        case _:
            return _plain(missing, policy, f"the agreement says {policy}")


def _plain(missing: Missing, policy: PlainPolicy, said: str, clause: str = "") -> Answer:
    closes_on = missing.question.obligation.closes_on
    match policy:
        case "fail":
            return missing.decided(said, "not_met", closes_on, clause=clause)
        case "pass":
            return missing.decided(said, "met", clause=clause)
        case "exclude":
            return missing.decided(said, "excluded", clause=clause)
        case "refer":
            answered = adjudicated(missing.question, failed_on=closes_on)
            return answered or missing.decided(said, "not_evaluable", clause=clause)
        case _:  # pragma: no cover
            assert_never(policy)


def _not_reminded(missing: Missing) -> Answer | None:
    """What the agreement says where nobody was reminded; None where somebody was, or nobody has to be."""
    question = missing.question
    duty = question.agreement.missing_data.reminder_required
    if duty is None or question.reminded_on is not None:
        return None
    if duty.without_reminder != "stays_open":
        said = f"nobody was reminded, and without a reminder the agreement says {duty.without_reminder}"
        return _plain(missing, duty.without_reminder, said, duty.clause)
    if question.closed is not None:
        return None
    sentence = (
        f"{question.milestone} stays open: a missing result counts only after a reminder, and nobody was reminded"
    )
    return _still_open(missing, sentence, missing.judged.items, clause=duty.clause)


def _still_open(
    missing: Missing,
    sentence: str,
    items: tuple[Item[Fact], ...],
    *,
    clause: str | None = None,
    because: tuple[Trace, ...] = (),
) -> Answer:
    steps = (missing.judged.trace, *because)
    trace = reasoned(missing.question, sentence, "not_yet", "evidence_may_still_come", clause=clause, because=steps)
    return Answer("not_yet", "evidence_may_still_come", trace, None, items)


def _carried(missing: Missing, policy: CarryForward) -> Answer:
    """The carried outcome, at the price of the missing milestone's own row and dated by its own window (settled D3,
    D4).
    """
    months = f"the agreement says carry forward for {policy.within_months} months"
    found = carried_from(missing.question, policy.within_months, missing.ask)
    if found is None:
        return _plain(missing, policy.fallback, f"{months}, there is nothing to carry, and then {policy.fallback}")
    earlier, answer = found
    if answer.finding == "not_yet":
        sentence = f"{missing.question.milestone} waits for {earlier.milestone}, whose outcome it would carry"
        return _still_open(missing, sentence, missing.items, because=(answer.trace,))
    closes_on = missing.question.obligation.closes_on if answer.finding == "not_met" else None
    said = f"{months}; {earlier.milestone} (due {earlier.obligation.due_on}) is {answer.finding.replace('_', ' ')}"
    carried = missing.decided(said, answer.finding, closes_on, because=(answer.trace,))
    return replace(
        carried,
        items=(*missing.items, *answer.items),
        confirmed_on=closes_on if answer.confirmed_on is not None else None,
        failed_parts=answer.failed_parts,
        tier=answer.tier,
    )


def _deferred(missing: Missing, policy: Defer) -> Answer:
    """The outcome of the next judged milestone once it is decided; until then nothing is owed (settled D4)."""
    following = next_judged(missing.question)
    if following is None:
        said = f"the agreement says defer, no judged milestone follows, and then {policy.after_last}"
        return _plain(missing, policy.after_last, said)
    answer = missing.ask(following, False)
    to = f"the agreement says defer to {following.milestone}"
    if answer.finding == "not_yet":
        return missing.decided(f"{to}, which is not decided yet", "not_evaluable", because=(answer.trace,))
    said = f"{to}, which is {answer.finding.replace('_', ' ')}"
    deferred = missing.decided(said, answer.finding, answer.first_failure_on, because=(answer.trace,))
    return replace(
        deferred,
        items=(*missing.items, *answer.items),
        confirmed_on=answer.confirmed_on,
        failed_parts=answer.failed_parts,
        tier=answer.tier,
        share=answer.share,
        latched_from=answer.latched_from,
    )


def _prorated(missing: Missing, policy: Prorate) -> Answer:
    """Not met, at the share of the row that the judged days are of the period (settled D4)."""
    share = judged_share(policy, missing.question)
    obligation = missing.question.obligation
    said = f"the agreement says prorate: {share.judged} of the {share.days} days of the period are judged"
    answer = missing.decided(said, "not_met", obligation.closes_on)
    items = (*missing.items, *share.items, *missing.judged.items)
    return replace(answer, items=items, share=f"{share.judged}/{share.days}")


def _cause(question: Question) -> tuple[MissingCause, tuple[Item[Fact], ...]]:
    recorded = [
        item for item in question.evidence.of(MissingCauseRecorded) if item.fact.milestone == question.milestone
    ]
    if not recorded:
        return "none_given", ()
    last = max(recorded, key=lambda item: (item.recorded_at, item.position))
    return last.fact.cause, (last,)
