"""Decided contents put into envelopes: ids follow from the command's id, so the same command gives the same events."""

from collections.abc import Sequence
from typing import TypeAlias

from oba.facts.base import Body
from oba.facts.recorded import Drafted, Source
from oba.identity import derived_id
from oba.infusion.commands import Command, When
from oba.infusion.state import InfusionState
from oba.infusion.surroundings import Surroundings
from oba.problems import Refusal

Decided: TypeAlias = tuple[Drafted[Body], ...] | Refusal

_DRAFTED = Drafted[Body]

OURSELVES = Source(system="oba")


def draft(
    state: InfusionState, command: Command, bodies: Sequence[Body], when: When, source: Source
) -> tuple[Drafted[Body], ...]:
    """The contents as the next events of the stream."""
    return tuple(
        _DRAFTED(
            event_id=derived_id("event", command.command_id, number),
            stream_id=state.infusion_id,
            version=state.version + number + 1,
            occurred_on=when.occurred_on,
            occurred_at=when.occurred_at,
            actor=command.actor,
            source=source,
            command_id=command.command_id,
            correlation_id=command.correlation_id or command.command_id,
            body=body,
        )
        for number, body in enumerate(bodies)
    )


def draft_now(
    state: InfusionState, command: Command, bodies: Sequence[Body], surroundings: Surroundings
) -> tuple[Drafted[Body], ...]:
    """Contents that are true because they were decided now."""
    when = When(occurred_on=surroundings.today, occurred_at=surroundings.now)
    return draft(state, command, bodies, when, OURSELVES)
