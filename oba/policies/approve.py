"""Where the agreement makes approval automatic, the product approves what the engine proposed (C45)."""

from oba.identity import derived_id
from oba.infusion.commands import ApproveDetermination
from oba.infusion.deciding.approving import awaits_the_product
from oba.infusion.state import InfusionState
from oba.infusion.surroundings import Surroundings
from oba.policies.propose import WORKER


def approvals_owed(state: InfusionState, surroundings: Surroundings) -> tuple[ApproveDetermination, ...]:
    """The approvals that no person has to give; none of what rests on an unverified number (decided point 15)."""
    return tuple(
        ApproveDetermination(
            command_id=derived_id("approve", proposal.event.determination.determination_id, state.version),
            infusion_id=state.infusion_id,
            actor=WORKER,
            determination_id=proposal.event.determination.determination_id,
            acting_as=WORKER,
        )
        for proposal in state.proposals.values()
        if awaits_the_product(proposal, surroundings.shelf)
    )
