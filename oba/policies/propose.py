"""A determination is proposed as soon as the criteria are decided, or the window with its grace has closed."""

from oba.determination.determination import Determination
from oba.determination.determine import determine
from oba.determination.question import Question
from oba.identity import derived_id
from oba.infusion.commands import ProposeDetermination
from oba.infusion.deciding.determining import known_now
from oba.infusion.deciding.standing import is_kept, is_news
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
        if _owed(state, surroundings, question, determination := determine(question))
    )


def _owed(state: InfusionState, surroundings: Surroundings, question: Question, determination: Determination) -> bool:
    news = is_news(state, surroundings.shelf, question, determination)
    return news and not is_kept(state, question, determination)


def _command(state: InfusionState, determination: Determination) -> ProposeDetermination:
    return ProposeDetermination(
        command_id=derived_id("propose", determination.determination_id, state.version),
        infusion_id=state.infusion_id,
        actor=WORKER,
        agreement_id=determination.agreement_id,
        milestone=determination.milestone,
    )
