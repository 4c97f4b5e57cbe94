"""Whether a command is allowed: pure, exhaustive, and with a remedy where it is not."""

from typing import assert_never

from oba.infusion.commands import (
    ApproveDetermination,
    ApproveWaiver,
    CorrectFact,
    DeclineDataRequest,
    EnrolInfusion,
    InfusionCommand,
    ProposeDetermination,
    ProposeWaiver,
    ProvideData,
    RecordFact,
    RecordReminder,
    RegisterInfusion,
    RequestData,
    RetractFact,
    ReturnDetermination,
    SkipReminder,
)
from oba.infusion.deciding import determining, reminding, reporting, requesting, waiving
from oba.infusion.deciding.approving import approve
from oba.infusion.deciding.draft import Decided
from oba.infusion.deciding.enrolling import enrol
from oba.infusion.deciding.registration import register
from oba.infusion.state import InfusionState
from oba.infusion.surroundings import Surroundings
from oba.problems import refuse


def decide(  # noqa: C901, PLR0911, PLR0912 - one case for each command, in their order
    state: InfusionState, command: InfusionCommand, surroundings: Surroundings
) -> Decided:
    """The events that the command leads to, or a refusal; nothing at all where it was done before."""
    if not state.exists and not isinstance(command, RegisterInfusion):
        return refuse("not_found", "unknown-infusion", "no such infusion is registered", "register the infusion first")
    match command:
        case RegisterInfusion():
            return register(state, command, surroundings)
        case EnrolInfusion():
            return enrol(state, command, surroundings)
        case RecordFact():
            return reporting.record(state, command, surroundings)
        case CorrectFact():
            return reporting.correct(state, command, surroundings)
        case RetractFact():
            return reporting.retract(state, command, surroundings)
        case ProposeWaiver():
            return waiving.propose(state, command, surroundings)
        case ApproveWaiver():
            return waiving.approve(state, command, surroundings)
        case ProposeDetermination():
            return determining.propose(state, command, surroundings)
        case ApproveDetermination():
            return approve(state, command, surroundings)
        case ReturnDetermination():
            return determining.return_(state, command, surroundings)
        case RequestData():
            return requesting.request(state, command, surroundings)
        case ProvideData():
            return requesting.provide(state, command, surroundings)
        case DeclineDataRequest():
            return requesting.decline(state, command, surroundings)
        case RecordReminder():
            return reminding.remember(state, command, surroundings)
        case SkipReminder():
            return reminding.skip(state, command, surroundings)
        case _:  # pragma: no cover
            assert_never(command)
