"""Which event made an infusion unfoldable: the first of the new ones with which its fold fails."""

from bisect import bisect_left
from collections.abc import Mapping
from typing import Final

from adapters.views.dead_letters import DeadLetter
from adapters.views.fold import Failed, Fold, Shelves
from adapters.views.source import EventSource
from adapters.views.span import Span
from oba.reference.tables import Reference
from projections.every import Projection

SEARCHED: Final = 20
"""Of so many failures the event is searched; where more fail, the newest event of the others is named instead."""


class Poison:
    """Names the events of one span with which folds fail."""

    def __init__(
        self, log: EventSource, reference: Reference, span: Span, projections: Mapping[str, Projection]
    ) -> None:
        self._log = log
        self._shelves = Shelves(log)
        self._reference = reference
        self._span = span
        self._projections = projections
        self._searched = 0

    def letter(self, failed: Failed) -> DeadLetter:
        """The dead letter of a failure."""
        position = self._first(failed)
        return DeadLetter(
            view=failed.view,
            infusion_id=failed.infusion_id,
            position=position,
            topic=self._log.touched(position - 1, 1)[0].topic,
            problem=failed.problem,
            first_seen_at=self._span.recorded_at,
        )

    def _first(self, failed: Failed) -> int:
        """The position of the first new event, of the infusion or of a document, with which the fold fails."""
        own = [event.position for event in self._log.recorder.stream(failed.infusion_id, self._span.up_to)]
        documents = [one for one in self._span.documents if one > own[0]]
        new = sorted({one for one in (*own, *documents) if one > self._span.after}) or own
        self._searched += 1
        if self._searched > SEARCHED:
            return new[-1]

        def fails(position: int) -> bool:
            fold = Fold(self._log, self._shelves.at(position), self._reference, position)
            return bool(fold.fold((self._projections[failed.view],), (failed.infusion_id,)).failed)

        return new[min(bisect_left(new, True, key=fails), len(new) - 1)]
