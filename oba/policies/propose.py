"""A determination is proposed as soon as the criteria are decided, or the window with its grace has closed."""

from oba.determination import Determination, Question, determine
from oba.identity import derived_id
from oba.infusion.commands import ProposeDetermination
from oba.infusion.deciding.determining import known_now, same_answer
from oba.infusion.questions import questions
from oba.infusion.state import InfusionState
from oba.infusion.surroundings import Surroundings

WORKER = "worker"


def proposals_owed(state: InfusionState, surroundings: Surroundings) -> tuple[ProposeDetermination, ...]:
    """The determinations that should be put before a second person now."""
    asked = questions(
        state,
        surroundings.shelf,
        surroundings.reference,
        as_of=surroundings.today,
        known_at=known_now(state, surroundings),
    )
    return tuple(
        _command(state, determination)
        for question in asked
        if _owed(state, question, determination := determine(question))
    )


def _owed(state: InfusionState, question: Question, determination: Determination) -> bool:
    if determination.finding == "not_yet" or determination.determination_id in state.returned:
        return False
    key = (determination.agreement_id, determination.milestone)
    proposal, issued = state.proposals.get(key), state.issued.get(key)
    if proposal is not None:
        return proposal.event.determination.determination_id != determination.determination_id
    if issued is None:
        return True
    return not same_answer(issued, determination) and not _kept(question, determination)


def _kept(question: Question, determination: Determination) -> bool:
    """Late evidence may be reported without reopening, where the agreement says so (settled D6)."""
    late = question.as_of > determination.obligation.cure_ends_on
    return late and question.agreement.late_evidence.rule == "keep"


def _command(state: InfusionState, determination: Determination) -> ProposeDetermination:
    return ProposeDetermination(
        command_id=derived_id("propose", determination.determination_id, state.version),
        infusion_id=state.infusion_id,
        actor=WORKER,
        agreement_id=determination.agreement_id,
        milestone=determination.milestone,
    )
