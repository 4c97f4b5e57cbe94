"""Lets days pass on a demo store: each day feeds what became known on it, and then the real worker does its work.

So windows open, reminders really go out (to the mail server, or to the outbox folder), and determinations are proposed.
Nobody approves by themselves any more: that is left to whoever tries the product.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from adapters.bootstrap import Services, open_services
from adapters.clock import DemoClock, SystemClock
from adapters.demo.agenda import Agenda, Approves, Looks, Reminds, Reported, reports
from adapters.demo.documents import documents_on
from adapters.demo.feeding import Feeding
from adapters.demo.portfolio import SILENT, portfolio
from adapters.settings import Settings
from adapters.worker import Ticked, Worker
from oba.ports import Clock
from oba.problems import Refusal

ONE_DAY = timedelta(days=1)
FED_AGAIN = timedelta(days=3)
"""How far back reports are fed once more, in case a move was cut off in the middle of a day; it changes nothing."""


class NotADemoStore(RuntimeError):
    """The store does not bear the mark of the demo; its clock is that of the machine and cannot be moved."""


@dataclass
class Moved:
    """What a move came to: where the clock stands, and how many events came into the log on the way.

    `refused` counts, by code, the reports that the store no longer takes because somebody decided otherwise meanwhile.
    """

    clock: datetime
    events: int = 0
    reported: int = 0
    proposed: int = 0
    reminded: int = 0
    refused: dict[str, int] = field(default_factory=dict)


def move(settings: Settings, distance: timedelta, say: Callable[[str], object] = SILENT) -> Moved:
    """Open the stores, move the demo clock forward by whole days, and close them; NotADemoStore, ValueError."""
    services = open_services(settings)
    try:
        return advance(services, distance, wall=SystemClock(), say=say)
    finally:
        services.close()


def advance(services: Services, distance: timedelta, *, wall: Clock, say: Callable[[str], object] = SILENT) -> Moved:
    """Move the demo clock forward day by day, a line for each day on which something happened.

    `wall` is the machine's clock, by which the worker leases notices. NotADemoStore where the store bears no mark,
    ValueError unless the distance is one or more whole days.
    """
    instant = services.tracker.records.demo.instant()
    if instant is None:
        raise NotADemoStore("the store is not a demo; its clock is that of the machine and cannot be moved")
    if distance < ONE_DAY or distance % ONE_DAY:
        raise ValueError("the demo clock moves forward by one or more whole days")
    before = services.tracker.log.head()
    moving = _Moving(services, instant, wall)
    for _ in range(distance // ONE_DAY):
        for line in moving.one_day():
            say(line)
    return replace(moving.moved, events=services.tracker.log.head() - before)


class _Moving:
    def __init__(self, services: Services, instant: datetime, wall: Clock) -> None:
        tracker = services.tracker
        self._demo = tracker.records.demo
        self._feeding = Feeding(
            tracker.log, tracker.records, DemoClock(self._demo), tracker.reference, documents_on(tracker.shelf())
        )
        self._worker = Worker(
            self._feeding.tracker,
            services.views,
            services.projector,
            services.notifier,
            wall=wall,
            base_url=services.settings.public_url,
        )
        self._agenda = Agenda()
        for at, report in reports(portfolio()):
            if at > instant - FED_AGAIN:
                self._agenda.put(at, report)
        self.moved = Moved(clock=instant)

    def one_day(self) -> Iterator[str]:
        """Feed a day and let the worker work at the end of it; what happened, in a line where something did."""
        end = self.moved.clock + ONE_DAY
        reported = sum(self._fed(at, report) for at, report in self._reports_until(end))
        self._demo.move_to(end)
        ticked = self._worker.tick()
        self.moved = replace(
            self.moved,
            clock=end,
            reported=self.moved.reported + reported,
            proposed=self.moved.proposed + ticked.proposed,
            reminded=self.moved.reminded + ticked.sent,
        )
        if reported or ticked.proposed or ticked.sent:
            yield _line(end, reported, ticked)

    def _reports_until(self, end: datetime) -> Iterator[tuple[datetime, Reported]]:
        for at, task in self._agenda.until(end):
            assert not isinstance(task, Looks | Reminds | Approves), "only reports are on this agenda"
            yield at, task

    def _fed(self, at: datetime, report: Reported) -> int:
        self._demo.move_to(max(at, self.moved.clock))
        answer = self._feeding.feed(report)
        if isinstance(answer, Refusal):
            for problem in answer.problems:
                self.moved.refused[problem.code] = self.moved.refused.get(problem.code, 0) + 1
            return 0
        return 0 if answer.replayed else 1


def _line(end: datetime, reported: int, ticked: Ticked) -> str:
    counts = ((reported, "reported"), (ticked.proposed, "determinations proposed"), (ticked.sent, "reminders sent"))
    return f"{end.date()}: " + ", ".join(f"{count} {what}" for count, what in counts if count)
