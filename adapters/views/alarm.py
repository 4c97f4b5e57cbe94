"""What an operator must hear: a view that stopped, and infusions that a view does not have completely."""

import logging
from collections.abc import Collection, Sequence
from typing import Final

from adapters.views.dead_letters import DeadLetter

TOLD: Final = 20
"""How many infusions one step names; the others are in the table."""
_LOG = logging.getLogger(__name__)


def alarm_incomplete(letters: Sequence[DeadLetter]) -> None:
    """Name the infusions that a view could not fold."""
    for one in letters[:TOLD]:
        _LOG.error(
            "view %s is incomplete: infusion %s cannot be folded from position %d on (%s at %s); run: oba doctor",
            one.view,
            one.infusion_id,
            one.position,
            one.problem,
            one.topic,
        )
    if len(letters) > TOLD:
        _LOG.error("%d more infusions cannot be folded; run: oba doctor", len(letters) - TOLD)


def alarm_another_release(views: Collection[str]) -> None:
    """Name the views that a newer or older process has taken over."""
    _LOG.warning("these views are made by another release, and left to it: %s", ", ".join(sorted(views)))


def alarm_another_log(views: Collection[str]) -> None:
    """Name the views that were emptied since the log is not the one that they were made from."""
    _LOG.error(
        "the log was put in the place of another one; these views are filled from the beginning: %s",
        ", ".join(sorted(views)),
    )


def alarm_stopped(views: Collection[str], position: int, problem: str) -> None:
    """Name the views that stopped before an event of a document."""
    _LOG.error(
        "views %s stopped before position %d (%s): a document cannot be read; later events are not shown",
        ", ".join(sorted(views)),
        position,
        problem,
    )
