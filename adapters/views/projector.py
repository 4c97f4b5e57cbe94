"""The batch projector: rows and position in one transaction, by polling; any number of them beside each other.

Views that stand at one place step together, so that an infusion is read and judged once for all of them. How far a
step goes is said by the log alone (`span.py`): a few events for a view that follows, the whole way to the head for one
that is far behind, where each infusion is folded once however long its stream.

A short step is folded before its transaction begins, so nobody waits for Python: the transaction takes the position
rows, sees that they have not moved, and writes; where another projector was faster, the work is thrown away. A long
step is folded inside, some infusions at a time, because its rows would not fit into memory and a second projector must
not begin the same hours of work: it takes the rows first, and the others pass on (`turn.py`). Either way the rows of a
view are at every moment those of one prefix of the log.

Each view carries a label of what its rows rest on. A projector works only on views with its own labels: beside a newer
release an older one leaves alone what the newer has taken over. A log that was put in the place of the one that a view
was folded from has its rows taken away and folded again.

An infusion that cannot be folded is set aside as a dead letter, and everything else goes on (`dead_letters.py`). A
document that cannot be read stops every view before its event: nobody may guess terms.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar
from uuid import UUID

from sqlalchemy.engine import Connection

from adapters.views import applying, dead_letters, filling, positions, span
from adapters.views.alarm import alarm_another_log, alarm_another_release, alarm_incomplete, alarm_stopped
from adapters.views.dead_letters import DeadLetter
from adapters.views.fold import CHUNK, DocumentsUnreadable, Fold, Folded, Shelves
from adapters.views.poison import Poison
from adapters.views.prepare import labels_of, prepare, refill
from adapters.views.source import EventSource
from adapters.views.span import AnotherLog, AtMost, Span, TooLong
from adapters.views.turn import SomebodyElse, turn
from adapters.views.views import Views
from oba.reference.tables import Reference
from projections.every import PROJECTIONS, Projection

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Retried:
    """How many dead letters could be folded, and how many are left."""

    mended: int
    left: int


class BatchProjector:
    """Brings every view up to the log, any number of projectors at the same time (decided point 10)."""

    def __init__(
        self,
        log: EventSource,
        views: Views,
        reference: Reference,
        *,
        projections: tuple[Projection, ...] = PROJECTIONS,
        batch: int | None = None,
        idle_seconds: int | None = None,
    ) -> None:
        """Tables are filled afresh where they were made otherwise than today.

        `batch` bounds the events of every step, `idle_seconds` how long PostgreSQL lets this projector pause in one.
        """
        self._log = log
        self._views = views
        self._reference = reference
        self._projections = {one.name: one for one in projections}
        self._usual = None if batch is None else AtMost(batch)
        self._idle_seconds = idle_seconds
        self._shelves = Shelves(log)
        self._alone = Lock()
        self._of_others: frozenset[str] = frozenset()
        self._too_long: set[int] = set()
        """Positions after which a single event touches more infusions than a bounded step may fold."""
        self._tables = {name: views.tables[name] for name in self._projections}
        editions = {one.name: one.edition for one in projections}
        self._labels = labels_of(self._tables, editions, reference.hash)
        prepare(views.engine, self._tables, self._labels, log)

    def step(self, at_most: AtMost | None = None) -> int:
        """Bring every view forward; the most events that one took, 0 where all are level, stopped or held by others.

        With `at_most` a step stays short: what takes longer is left to those who have the time.
        """
        if not self._alone.acquire(blocking=False):
            return 0
        try:
            standing = sorted(self._standing().items(), key=lambda one: one[0][0])
            return max((self._bring(at, mark, views, at_most) for (at, mark), views in standing), default=0)
        finally:
            self._alone.release()

    def catch_up(self) -> int:
        """Step until no view moves; the number of steps. How far each view has come is said by its position."""
        steps = 0
        while self.step():
            steps += 1
        return steps

    def rebuild(self) -> None:
        """Fold every view again from the beginning; readers see the old rows until all of the new ones are there.

        DocumentsUnreadable leaves everything as it was, and so does SomebodyElse: another projector does not come to an
        end, or another release has taken views over.
        """
        with self._alone, self._turn(self._labels, wait=True) as (connection, held):
            for view in held:
                filling.empty(connection, self._tables[view])
            dead_letters.forget_all(connection, held)
            whole = span.ahead(self._log, 0)
            letters = self._write(connection, held, whole) if whole else []
            end = (whole.up_to, whole.log_mark) if whole else (0, None)
            for at, views in _by_position(held).items():
                positions.advance(connection, self._labelled(views), at, *end)
        alarm_incomplete(letters)

    def retry(self) -> Retried:
        """Fold the dead letters again, each as of where its view stands; what still fails is counted on."""
        with self._alone, self._turn(self._labels, wait=True) as (connection, held):
            letters = dead_letters.dead_letters(connection, held)
            for at, views in _by_position(held).items():
                self._try_again(connection, views, at, [one for one in letters if one.view in views])
            left = len(dead_letters.dead_letters(connection, held))
        return Retried(len(letters) - left, left)

    def _try_again(self, connection: Connection, views: Collection[str], at: int, letters: list[DeadLetter]) -> None:
        if at and letters:
            wanted = {one.view for one in letters}
            infusion_ids = tuple(dict.fromkeys(one.infusion_id for one in letters))
            self._write(connection, wanted & set(views), Span.of(infusion_ids, at, letters[0].first_seen_at))

    def _standing(self) -> dict[tuple[int, UUID | None], tuple[str, ...]]:
        """Our views by where they stand; that others have taken some over is said once."""
        found = [one for one in self._views.positions() if one.view in self._labels]
        of_others = frozenset(one.view for one in found if one.made_with != self._labels[one.view])
        if of_others - self._of_others:
            alarm_another_release(of_others)
        self._of_others = of_others
        return _by_position({one.view: (one.position, one.log_mark) for one in found if one.view not in of_others})

    def _labelled(self, views: Iterable[str]) -> dict[str, str]:
        return {view: self._labels[view] for view in views}

    def _turn(
        self, made_with: Mapping[str, str], *, wait: bool = False, long: bool = False
    ) -> AbstractContextManager[tuple[Connection, dict[str, int]]]:
        return turn(self._views.engine, made_with, wait=wait, long=long, idle_seconds=self._idle_seconds)

    def _bring(self, at: int, mark: UUID | None, views: tuple[str, ...], at_most: AtMost | None) -> int:
        """Bring views that stand at one position forward; the number of events."""
        if at_most is not None and at in self._too_long:
            return 0
        try:
            ahead = span.ahead(self._log, at, mark, at_most=at_most or self._usual)
            return self._go(views, ahead, mark) if ahead else 0
        except TooLong:
            self._too_long.add(at)
            return 0
        except AnotherLog:
            return 0 if at_most else self._begin_again(views)
        except SomebodyElse:
            return 0

    def _go(self, views: tuple[str, ...], ahead: Span, mark: UUID | None) -> int:
        try:
            return self._apply(views, ahead)
        except DocumentsUnreadable as error:
            return self._up_to_documents(views, ahead, mark, type(error.__cause__).__name__)

    def _begin_again(self, views: tuple[str, ...]) -> int:
        """Fill views afresh from a log that is not the one that they were folded from."""
        refilled = refill(self._views.engine, self._tables, self._labelled(views), self._log)
        if not refilled:
            return 0
        alarm_another_log(refilled)
        self._shelves, self._too_long = Shelves(self._log), set()
        return self._bring(0, None, refilled, None)

    def _apply(self, views: tuple[str, ...], ahead: Span) -> int:
        early = list(self._chunks(views, ahead)) if len(ahead.infusion_ids) <= CHUNK else None
        with self._turn(self._labelled(views), long=early is None) as (connection, held):
            ours = {view for view, at in held.items() if at == ahead.after}
            if not ours:
                return 0
            letters = self._write(connection, ours, ahead, early)
            positions.advance(connection, self._labelled(ours), ahead.after, ahead.up_to, ahead.log_mark)
        alarm_incomplete(letters)
        return ahead.events

    def _chunks(self, views: Iterable[str], ahead: Span) -> Iterable[Folded]:
        fold = Fold(self._log, self._shelves.at(ahead.up_to), self._reference, ahead.up_to)
        return fold.chunks([self._projections[view] for view in views], ahead.infusion_ids)

    def _write(
        self, connection: Connection, views: Collection[str], ahead: Span, early: list[Folded] | None = None
    ) -> list[DeadLetter]:
        """The rows of a span into views that are held; the infusions that became incomplete by it."""
        known = dead_letters.dead_letters(connection, views)
        poison = Poison(self._log, self._reference, ahead, self._projections)
        new: list[DeadLetter] = []
        for folded in early if early is not None else self._chunks(views, ahead):
            applying.apply(connection, {view: self._tables[view] for view in views}, folded)
            new += dead_letters.keep(connection, [poison.letter(one) for one in folded.failed if one.view in views])
            sound = {view: set(folded.sound(view)) for view in views} if known else {}
            dead_letters.forget(connection, [one for one in known if one.infusion_id in sound[one.view]])
        return new

    def _up_to_documents(self, views: tuple[str, ...], ahead: Span, mark: UUID | None, problem: str) -> int:
        """Go on up to the first event of a document that cannot be read; before it, say so and stop."""
        unreadable = next((one for one in ahead.documents if not self._readable(one)), ahead.after + 1)
        readable = span.ahead(self._log, ahead.after, mark, up_to=unreadable - 1)
        if readable is not None:
            return self._apply(views, readable)
        with self._turn(self._labelled(views)) as (connection, held):
            news = positions.record_problem(connection, held, problem, unreadable)
        if news:
            alarm_stopped(views, unreadable, problem)
        return 0

    def _readable(self, position: int) -> bool:
        try:
            Shelves(self._log).at(position)
        except DocumentsUnreadable:
            return False
        return True


def _by_position(standing: Mapping[str, K]) -> dict[K, tuple[str, ...]]:
    return {
        at: tuple(sorted(view for view, position in standing.items() if position == at)) for at in standing.values()
    }
