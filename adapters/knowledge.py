"""What was known at an instant: resolved to a log position once, by the clock that stamps the events."""

from dataclasses import dataclass
from datetime import datetime

from adapters.log.log import Log
from oba.problems import Refusal, refuse


@dataclass(frozen=True)
class Knowledge:
    """What had been recorded by an instant: the instant as resolved, and the log position that it means."""

    known_at: datetime
    position: int


def resolve(log: Log, known_at: datetime | None) -> Knowledge | Refusal:
    """An instant of knowledge as a position; without one, the present; one that is not yet past is refused.

    Present knowledge is that of the newest event: its stamp and position, to which nothing can be added any more. Nor
    can anything be added to what was known at an instant once it was asked, whatever the clock does: the log sees to
    it.
    """
    newest = log.newest()
    if known_at is None and newest is not None:
        return Knowledge(newest[1], newest[0])
    if known_at is None:
        present = log.present()
        return Knowledge(present, log.position_at(present))
    if known_at >= log.present() and (newest is None or known_at > newest[1]):
        return refuse(
            "invalid",
            "known-at-not-past",
            "the instant is not yet past",
            "give an instant that is past, or leave it out for the present",
            "/known_at",
        )
    return Knowledge(known_at, log.position_at(known_at))
