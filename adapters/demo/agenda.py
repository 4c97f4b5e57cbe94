"""What is to be done with the lives, in the order of the instants at which it becomes known or is looked at."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias
from uuid import UUID

from adapters.demo.life import Life
from adapters.demo.requests import Request, requests
from adapters.demo.telling import Told
from oba.facts.assessment import MilestoneAssessed
from oba.facts.bleed import BleedLogged
from oba.facts.coverage import CoverageChanged
from oba.facts.life_event import PatientDied
from oba.facts.prophylaxis import ProphylaxisStarted
from oba.policies.remind import rungs_of
from oba.schedule import Obligation, plan
from oba.terms.agreement import Agreement

LOOKED_AT = time(12, 30)
"""The time of day, in UTC, at which the worker of the past looked; the default demo clock stands half an hour earlier,
so that what is due on its day is left to the worker of today."""
_MAY_DECIDE = (MilestoneAssessed, ProphylaxisStarted, PatientDied, CoverageChanged)
RETURN_IS_CERTAIN_AFTER = timedelta(days=28)
"""Days after which a new prophylaxis is no longer taken for a temporary one under the illustrative agreements."""
LATE_AFTER = timedelta(days=60)


@dataclass(frozen=True)
class Registers:
    """The infusion is registered."""

    life: Life


@dataclass(frozen=True)
class Enrols:
    """The infusion is placed under its agreement."""

    life: Life


@dataclass(frozen=True)
class Tells:
    """A fact is told."""

    life: Life
    told: Told


@dataclass(frozen=True)
class Asks:
    """The payer asks for data."""

    life: Life
    request: Request


@dataclass(frozen=True)
class Answers:
    """The HTC answers the payer."""

    life: Life
    request: Request


@dataclass(frozen=True)
class Looks:
    """The worker of the past looks whether a determination can be proposed."""

    life: Life


@dataclass(frozen=True)
class Reminds:
    """The worker of the past looks whether somebody must be reminded."""

    life: Life


@dataclass(frozen=True)
class Approves:
    """The second person approves a proposal."""

    life: Life
    determination_id: UUID
    acting_as: str


Reported: TypeAlias = Registers | Enrols | Tells | Asks | Answers
Task: TypeAlias = Reported | Looks | Reminds | Approves


class Agenda:
    """Tasks by instant; those of one instant in the order of lives, and then as they were put."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, int, Task]] = []
        self._put = 0

    def put(self, at: datetime, task: Task) -> None:
        """Add a task at an instant."""
        self._put += 1
        heapq.heappush(self._heap, (at, task.life.number, self._put, task))

    def until(self, last: datetime) -> Iterator[tuple[datetime, Task]]:
        """Take the tasks up to and including an instant, among them those that are put meanwhile."""
        while self._heap and self._heap[0][0] <= last:
            at, _, _, task = heapq.heappop(self._heap)
            yield at, task


def reports(lives: Iterable[Life]) -> Iterator[tuple[datetime, Reported]]:
    """Everything that is reported in the lives, with the instants at which it becomes known; life by life."""
    for life in lives:
        yield life.administration.known_at, Registers(life)
        yield life.enrolled_at, Enrols(life)
        yield from ((told.known_at, Tells(life, told)) for told in life.told)
        for request in requests(life.script):
            yield request.asked_at, Asks(life, request)
            yield request.answered_at, Answers(life, request)


def looks(life: Life, agreement: Agreement) -> Iterator[tuple[datetime, Looks | Reminds]]:
    """When a worker would have found something owed: rungs, edges of windows, and the day after what may decide."""
    obligations = plan(agreement, life.script.day_0)
    rungs = {day for obligation in obligations for day, _ in rungs_of(obligation)}
    deciding = {day for obligation in obligations for day in _edges(obligation)}
    deciding |= {day for told in life.told for day in _may_decide_on(told)}
    yield from ((looked_at(day), Looks(life)) for day in sorted(deciding))
    yield from ((looked_at(day), Reminds(life)) for day in sorted(rungs))


def looked_at(day: date) -> datetime:
    """The instant of the look on a day."""
    return datetime.combine(day, LOOKED_AT, tzinfo=UTC)


def _edges(obligation: Obligation) -> Iterator[date]:
    yield obligation.opens_on
    for last_day in (obligation.closes_on, obligation.grace_ends_on, obligation.cure_ends_on):
        yield last_day + timedelta(days=1)


def _may_decide_on(told: Told) -> Iterator[date]:
    known_on = told.known_at.date()
    late = isinstance(told.fact, BleedLogged) and known_on - told.occurred_on > LATE_AFTER
    if late or told.corrects is not None or isinstance(told.fact, _MAY_DECIDE):
        yield known_on + timedelta(days=1)
    if isinstance(told.fact, ProphylaxisStarted):
        yield max(known_on, told.occurred_on + RETURN_IS_CERTAIN_AFTER) + timedelta(days=1)
