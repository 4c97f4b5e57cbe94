"""What a process keeps of the log between two questions: states of infusions, how far the log goes, its documents.

Before each use the log is asked what was appended since, in one cheap reading without bytes; a stream that somebody
else wrote to is read again. So nothing that is kept here is ever older than the question.
"""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from threading import Lock
from typing import Final, NamedTuple
from uuid import UUID

from adapters.log.log import Log
from adapters.log.receipt import Receipt
from adapters.log.recording import Touched
from adapters.log.topics import DOCUMENT_TOPICS
from oba.facts.base import Body
from oba.facts.recorded import Recorded
from oba.infusion.state import InfusionState, evolve, replay

KEPT_STATES: Final = 512
MOST_FOLLOWED: Final = 1_000
"""A reader that is further behind begins anew, which costs less than to follow."""
MOST_TOUCHED: Final = 10_000
_DOCUMENT_TOPICS = frozenset(DOCUMENT_TOPICS)


class Standing(NamedTuple):
    """How far the log goes, as far as it is known."""

    generation: int = 0
    """Moves where the log turns out to be another than the one that was followed so far."""
    newest: Touched | None = None
    documents_position: int = 0

    @property
    def position(self) -> int:
        """The position of the newest event; 0 in an empty log."""
        return self.newest.position if self.newest else 0

    @property
    def last_recorded_at(self) -> datetime | None:
        """The stamp of the newest event; None in an empty log."""
        return self.newest.recorded_at if self.newest else None


class Following:
    """Follows one log; safe in any number of threads, right beside any number of processes.

    Every look asks for the newest known event again: a log that does not have it is another one, such as a standby
    that lacked the last events, or a backup. Then nothing is kept of what was known.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._lock = Lock()
        self._beginning = Lock()
        self._states: OrderedDict[UUID, InfusionState] = OrderedDict()
        self._touched: dict[UUID, int] = {}
        self._floor = -1
        """Everything after this position is in `_touched`; -1 before the first look."""
        self.standing = Standing()

    def look(self) -> None:
        """Learn what was appended since the last look."""
        if self._floor < 0:
            self._begin()
        else:
            asked = self.standing
            self._learn(asked, self._log.touched(asked.position - 1, MOST_FOLLOWED + 1))

    def look_and_find(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Receipt]:
        """Look, and find the receipts of keys, each named with its principal, at the same time."""
        if self._floor < 0 or not keys:
            self.look()
            return self._log.receipts(keys)
        asked = self.standing
        rows, receipts = self._log.news(asked.position - 1, MOST_FOLLOWED + 1, keys)
        self._learn(asked, rows)
        return receipts

    def _learn(self, asked: Standing, rows: Sequence[Touched]) -> None:
        """Note the rows from the newest event on that was known when they were asked for."""
        if asked.newest is not None and (not rows or rows[0] != asked.newest):
            self._begin(instead_of=asked.generation)
        elif len(rows) > MOST_FOLLOWED or not self._noted(asked.generation, rows):
            self._begin()

    def _noted(self, generation: int, rows: Sequence[Touched]) -> bool:
        """Whether the rows were noted: they are not where they may be those of another log."""
        with self._lock:
            if generation != self.standing.generation:
                return False
            for row in rows:
                self._note(row)
            if len(self._touched) > MOST_TOUCHED:
                self._forget()
            return True

    def _begin(self, *, instead_of: int | None = None) -> None:
        """Look where the log stands, as if for the first time; threads that do so at once go one after the other.

        Another thread may have learned more meanwhile, and that is kept; unless it was of a log that was replaced.
        """
        with self._beginning:
            newest, documents_position = self._log.newest_touched(), self._log.documents_position()
            with self._lock:
                known = self.standing
                if instead_of == known.generation:
                    known = Standing(known.generation + 1)
                if newest is None or known.position > newest.position:
                    newest = known.newest
                self.standing = Standing(known.generation, newest, max(documents_position, known.documents_position))
                self._forget()

    def _forget(self) -> None:
        self._states.clear()
        self._touched.clear()
        self._floor = self.standing.position

    def _note(self, row: Touched) -> None:
        generation, newest, documents_position = self.standing
        if newest is None or row.position > newest.position:
            newest = row
        if row.topic in _DOCUMENT_TOPICS:
            documents_position = max(documents_position, row.position)
        self.standing = Standing(generation, newest, documents_position)
        self._touched[row.stream_id] = max(self._touched.get(row.stream_id, 0), row.position)
        kept = self._states.get(row.stream_id)
        if kept is not None and kept.events[-1].position < row.position:
            del self._states[row.stream_id]

    def state(self, infusion_id: UUID) -> InfusionState:
        """An infusion as it stood at the last look or later; one without events where there is none."""
        with self._lock:
            kept = self._states.get(infusion_id)
            if kept is not None:
                self._states.move_to_end(infusion_id)
                return kept
            began = self.standing
        state = replay(infusion_id, self._log.stream(infusion_id))
        if state.exists:
            self._keep(state, began.position, began.generation)
        return state

    def appended(self, state: InfusionState, events: Sequence[Recorded[Body]], generation: int) -> None:
        """Keep what a command of this process made of a state; the generation is that before it was written.

        A state that is not kept any more may be that of a log that was replaced: it is not carried on.
        """
        with self._lock:
            carried_on = not state.exists or self._states.get(state.infusion_id) is state
        if not carried_on or not events:
            return
        for event in events:
            state = evolve(state, event)
        self._keep(state, events[-1].position, generation)

    def _keep(self, state: InfusionState, began: int, generation: int) -> None:
        """Keep a state, unless its stream has moved on meanwhile or nobody can say whether it has."""
        with self._lock:
            stands_at = state.events[-1].position
            overtaken = self._touched.get(state.infusion_id, 0) > stands_at
            if generation != self.standing.generation or began < self._floor or overtaken:
                return
            self._states[state.infusion_id] = state
            self._states.move_to_end(state.infusion_id)
            if len(self._states) > KEPT_STATES:
                self._states.popitem(last=False)
