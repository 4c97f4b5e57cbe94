"""Kills by seeded chance, one process after the other, and starts each again; how long that took is written down."""

import signal
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from time import monotonic
from typing import Literal, TypeAlias

from adapters.demo.draws import Draws
from scripts.faulting.ground import Ground
from scripts.faulting.mail import MailSink
from scripts.faulting.processes import DidNotComeBack, Running, RunningApi, RunningRebuild, RunningWorker
from scripts.faulting.short_leases import LEASE_SECONDS

Kind: TypeAlias = Literal["api", "worker", "worker_after_delivery", "projector", "server", "everything"]
KINDS: tuple[Kind, ...] = ("api", "worker", "worker_after_delivery", "projector", "server", "everything")
OFTEN: dict[Kind, int] = {
    "api": 10,
    "worker": 3,
    "worker_after_delivery": 7,
    "projector": 4,
    "server": 4,
    "everything": 2,
}
ASLEEP_SECONDS = LEASE_SECONDS + 1.0
SLEEPS_EVERY = 7
"""For so many kills one worker is put to sleep in the middle of a delivery, beyond its lease, and then woken."""
MAIL_SECONDS = 5.0


@dataclass
class Fleet:
    """Everything that runs: two API, two workers with a mail sink each, and the engine below."""

    ground: Ground
    apis: Sequence[RunningApi]
    workers: Sequence[RunningWorker]
    sinks: Sequence[MailSink]
    rebuild: RunningRebuild

    @property
    def lasting(self) -> tuple[Running, ...]:
        """The processes that are always started again."""
        return (*self.apis, *self.workers)

    def start(self) -> None:
        """Start them all and wait until they are ready."""
        began = monotonic()
        for one in self.lasting:
            one.start()
        for one in self.lasting:
            one.wait_until_ready(began)

    def stop(self) -> None:
        """Stop them all."""
        for one in (*self.lasting, self.rebuild):
            one.stop()


@dataclass
class Killed:
    """What the killer did, and how long each process took from its kill until it was ready again."""

    kinds: Counter[str] = field(default_factory=Counter)
    asleep: int = 0
    seconds: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    """Processes that did not come back, with their last words."""

    @property
    def kills(self) -> int:
        """How many times something was killed."""
        return self.kinds.total()

    @property
    def excuses(self) -> int:
        """How many times a message may have been delivered once more than it was recorded."""
        one_worker = self.kinds["worker"] + self.kinds["worker_after_delivery"] + self.asleep
        return one_worker + 2 * (self.kinds["server"] + self.kinds["everything"])


class Killer:
    """Kills the processes of a fleet."""

    def __init__(self, fleet: Fleet, *seed: object) -> None:
        self._fleet = fleet
        self._draws = Draws("killer", *seed)
        self._returning: dict[str, Thread] = {}
        self._lock = Lock()
        self._tried: set[Kind] = set()
        self.killed = Killed()

    def kill_one(self, wanted: Kind | None = None) -> None:
        """Wait a moment, kill something, start it again; and put a worker to sleep from time to time."""
        Event().wait(self._draws.share() * 0.4)
        kind = wanted or self._kind()
        match kind:
            case "api":
                self._kill_and_start(self._draws.one_of(self._fleet.apis))
            case "worker":
                self._kill_and_start(self._draws.one_of(self._fleet.workers))
            case "worker_after_delivery":
                kind = self._kill_after_delivery()
            case "projector" if not self._kill_rebuild():
                return
            case "server":
                self._kill_server(())
            case "everything":
                self._kill_server(self._fleet.lasting)
        self.killed.kinds[kind] += 1
        if self.killed.kills // SLEEPS_EVERY > self.killed.asleep:
            self._put_to_sleep()

    def settle(self) -> None:
        """Wait until everything that was started again is ready, or was found not to come back."""
        for thread in self._returning.values():
            thread.join()
        for one in self._fleet.lasting:
            if not one.is_running():
                self._lost(f"{one.name} had ended by itself: {one.last_words()}")

    def _kind(self) -> Kind:
        """Each kind is tried once, in the order of their list, and then by chance."""
        kinds = [kind for kind in KINDS if kind != "server" or self._fleet.ground.has_server]
        for kind in kinds:
            if kind not in self._tried:
                self._tried.add(kind)
                return kind
        return self._draws.one_of([kind for kind in kinds for _ in range(OFTEN[kind])])

    def _kill_and_start(self, one: Running) -> None:
        self._wait_for(one)
        began = monotonic()
        self._end(one)
        one.start()
        self._watch(one, began)

    def _kill_after_delivery(self) -> Kind:
        """Kill a worker when its mail has been taken and before it hears so; at any moment where no mail comes."""
        number = self._draws.whole(0, len(self._fleet.workers) - 1)
        worker = self._fleet.workers[number]
        self._wait_for(worker)
        began: list[float] = []

        def kill() -> None:
            began.append(monotonic())
            self._end(worker)

        came = self._fleet.sinks[number].at_next_mail(kill, MAIL_SECONDS)
        if not came:
            kill()
        worker.start()
        self._watch(worker, began[0])
        return "worker_after_delivery" if came else "worker"

    def _kill_rebuild(self) -> bool:
        """Start a rebuild and kill it while it is at work; False where it was done before."""
        self._fleet.rebuild.start()
        Event().wait(0.8 + self._draws.share())
        return self._fleet.rebuild.kill()

    def _kill_server(self, with_it: Sequence[Running]) -> None:
        """Kill the engine's server, and processes of the product in the same breath; those that live must find back."""
        for one in self._fleet.lasting:
            self._wait_for(one)
        began = monotonic()
        for one in with_it:
            self._end(one)
        self._fleet.ground.kill()
        self._fleet.ground.restart()
        for one in with_it:
            one.start()
        for one in with_it or self._fleet.apis:
            self._watch(one, began)

    def _put_to_sleep(self) -> None:
        """Stop a worker that has just delivered, so that it holds a lease; it wakes when the lease is another's."""
        number = self._draws.whole(0, len(self._fleet.workers) - 1)
        worker = self._fleet.workers[number]
        self._wait_for(worker)
        if not self._fleet.sinks[number].at_next_mail(lambda: worker.send(signal.SIGSTOP), MAIL_SECONDS):
            return
        self.killed.asleep += 1

        def wake() -> None:
            Event().wait(ASLEEP_SECONDS)
            worker.send(signal.SIGCONT)

        self._begin(worker, Thread(target=wake))

    def _end(self, one: Running) -> None:
        if not one.kill():
            self._lost(f"{one.name} had ended by itself: {one.last_words()}")

    def _lost(self, words: str) -> None:
        with self._lock:
            self.killed.lost.append(words)

    def _wait_for(self, one: Running) -> None:
        if one.name in self._returning:
            self._returning.pop(one.name).join()

    def _watch(self, one: Running, began: float) -> None:
        def watch() -> None:
            try:
                seconds = one.wait_until_ready(began)
            except DidNotComeBack as problem:
                self._lost(str(problem))
                return
            with self._lock:
                self.killed.seconds.append(seconds)

        self._begin(one, Thread(target=watch))

    def _begin(self, one: Running, thread: Thread) -> None:
        self._returning[one.name] = thread
        thread.start()
