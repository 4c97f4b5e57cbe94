"""Worker processes that are killed at random moments, over the stores of one folder and one real mail server."""

import multiprocessing
import os
import signal
import threading
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.process import BaseProcess
from random import Random

from adapters.clock import DemoClock, SystemClock
from adapters.notices.smtp import SmtpNotifier
from adapters.settings import Settings
from adapters.worker import Worker
from oba.ports import Notifier
from tests.support.mail import MailServer
from tests.support.worker import House

FASTER = 240
"""How much faster the clock of leases runs than the machine's: a lease of two minutes runs out in half a second."""
PATIENCE_SECONDS = 60
_FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class FastClock:
    """The machine's clock, sped up from an instant that all processes share."""

    since: datetime

    def now(self) -> datetime:
        return self.since + (SystemClock().now() - self.since) * FASTER


@dataclass
class DiesAfterDelivering:
    """A way out that delivers a number of messages and then dies at once, between delivery and record."""

    through: Notifier
    left: int

    def deliver(self, *, key: str, address: str, subject: str, text: str) -> None:
        self.through.deliver(key=key, address=address, subject=subject, text=text)
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Crew:
    """Starts workers on the stores of one deployment; `dies_after` 0 is a worker that only an outsider kills."""

    settings: Settings
    port: int
    since: datetime

    def start(self, dies_after: int = 0) -> BaseProcess:
        process = _FORK.Process(target=self._work, args=(dies_after,), daemon=True)
        process.start()
        return process

    def _work(self, dies_after: int) -> None:
        worker = self._worker(dies_after)
        while True:
            worker.tick()
            threading.Event().wait(0.01)

    def _worker(self, dies_after: int) -> Worker:
        house = House(self.settings)
        demo = DemoClock(house.records.demo)
        house.tracker.clock = house.tracker.log.recorder.clock = demo
        mail = SmtpNotifier(host=MailServer.host, port=self.port, sender="oba@house.example", clock=SystemClock())
        notifier = DiesAfterDelivering(mail, dies_after) if dies_after else mail
        return Worker(house.tracker, house.views, house.projector, notifier, wall=FastClock(self.since))


def kill_at_random(crew: Crew, server: MailServer, seed: int, kills: int) -> int:
    """Kill worker after worker by seeded chance; how many of them died between delivering and recording.

    The moments are counted in mails that arrived, so that a slow machine sees the same play as a fast one.
    """
    chance, died_in_between = Random(seed), 0
    for number in range(kills):
        if number % 4 == 0:
            died_in_between += _dies_in_between(crew)
        else:
            _killed_in_pairs(crew, server, more_mails=chance.randint(0, 2), later=chance.uniform(0, 0.02))
    return died_in_between


def _dies_in_between(crew: Crew) -> bool:
    process = crew.start(dies_after=1)
    process.join(timeout=PATIENCE_SECONDS)
    died = process.exitcode == -signal.SIGKILL
    process.kill()
    process.join()
    return died


def _killed_in_pairs(crew: Crew, server: MailServer, *, more_mails: int, later: float) -> None:
    pair = (crew.start(), crew.start())
    enough = len(server.received) + more_mails
    for _ in range(PATIENCE_SECONDS * 200):
        if len(server.received) >= enough:
            break
        threading.Event().wait(0.005)
    threading.Event().wait(later)
    for process in pair:
        process.kill()
        process.join()
