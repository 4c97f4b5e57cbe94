"""Threads that append at the same moment go to the disk together: one call, one commit, an outcome for each.

An engine lets one append in after the other, and each waits for the disk; what waits anyway, shares the wait. Nobody
waits for company: a thread that comes alone goes alone.
"""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Event, Lock
from typing import Final, Generic, TypeVar

from eventsourcing.persistence import DataError, IntegrityError, OperationalError, PersistenceError, ProgrammingError

from adapters.log.refusals import LogRefused, UnsafeConnection

MOST_TOGETHER: Final = 64
_ABOUT_ONE_OF_THEM: Final = (DataError, IntegrityError, ProgrammingError)
_ABOUT_ALL_OF_THEM: Final = (PersistenceError, LogRefused, UnsafeConnection)

A = TypeVar("A")
"""What is asked."""
R = TypeVar("R")
"""What comes of it."""


class Together(Generic[A, R]):
    """One call at a time; who comes meanwhile goes with the next one, which one of those who came makes for all."""

    def __init__(
        self, send: Callable[[Sequence[A]], Sequence[R]], *, lost: type[OperationalError] = OperationalError
    ) -> None:
        """`lost` is raised where nobody knows what became of an append."""
        self._send = send
        self._lost = lost
        self._lock = Lock()
        self._waiting: deque[_Passenger[A, R]] = deque()
        self._under_way = False

    def put(self, asked: A) -> R:
        """The outcome of an append; raises what its call raised, or `lost` where that was broken off."""
        passenger = _Passenger[A, R](asked)
        with self._lock:
            self._waiting.append(passenger)
            drives, self._under_way = not self._under_way, True
        try:
            if not drives:
                passenger.called.wait()
            if not passenger.carried:
                self._drive()
        except BaseException:
            self._leave(passenger, drives=drives)
            raise
        return passenger.result(self._lost)

    def _leave(self, passenger: "_Passenger[A, R]", *, drives: bool) -> None:
        """Do not wait any more where the thread was broken off; whoever comes next drives in its place."""
        with self._lock:
            if passenger in self._waiting:
                self._waiting.remove(passenger)
                if drives or passenger.called.is_set():
                    self._hand_over()

    def _hand_over(self) -> None:
        self._under_way = bool(self._waiting)
        if self._waiting:
            self._waiting[0].called.set()

    def _drive(self) -> None:
        """Carry those who wait, and hand over to the first who came meanwhile, whatever happens."""
        aboard: list[_Passenger[A, R]] = []
        try:
            with self._lock:
                while self._waiting and len(aboard) < MOST_TOGETHER:
                    aboard.append(self._waiting.popleft())
            self._carry(aboard)
        finally:
            with self._lock:
                self._hand_over()
            for one in aboard:
                one.carried = True
                one.called.set()

    def _carry(self, aboard: Sequence["_Passenger[A, R]"]) -> None:
        try:
            outcomes = self._send([one.asked for one in aboard])
        except _ABOUT_ONE_OF_THEM as error:
            if len(aboard) == 1:
                aboard[0].problem = error
            else:
                for one in aboard:
                    self._carry([one])
        except _ABOUT_ALL_OF_THEM as error:
            for one in aboard:
                one.problem = type(error)(*error.args)
        else:
            for one, outcome in zip(aboard, outcomes, strict=True):
                one.outcome = outcome


class _Passenger(Generic[A, R]):
    """An append that waits to be carried, or to be called as the next who drives."""

    def __init__(self, asked: A) -> None:
        self.asked = asked
        self.called = Event()
        self.outcome: R | None = None
        self.problem: PersistenceError | LogRefused | UnsafeConnection | None = None
        self.carried = False

    def result(self, lost: type[OperationalError]) -> R:
        """What became of it; `lost` where the one who drove did not get to the end."""
        if self.problem is not None:
            raise self.problem
        if self.outcome is None:
            raise lost("the call that carried the append was broken off")
        return self.outcome
