"""One round: a fresh deployment under load, so many kills, rest, and what the judges say."""

import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Event
from typing import Any

from adapters.bootstrap import open_services
from adapters.records.records import open_records
from adapters.settings import Settings
from scripts.faulting.clients import Apis, Client, drained
from scripts.faulting.ground import EngineName, Ground
from scripts.faulting.judge_log import judge_acknowledged, judge_keys
from scripts.faulting.judge_reminders import Out, judge_reminders
from scripts.faulting.judge_views import Polled
from scripts.faulting.killing import KINDS, Fleet, Killed, Killer
from scripts.faulting.mail import MailSink
from scripts.faulting.notes import Note, Notebook
from scripts.faulting.plan import CLOCK, Furnished, furnish
from scripts.faulting.polling import Poller
from scripts.faulting.processes import ROOT, RunningApi, RunningRebuild, RunningWorker
from scripts.faulting.rest import judge_views, read_all, wait_for_rest, waiting
from scripts.faulting.verdict import Verdict, some

CLIENTS = 3
OPERATIONS = ("register_infusion", "enrol_infusion", "record_fact", "correct_fact", "retract_fact")


@dataclass(frozen=True)
class Outcome:
    """What came of a round."""

    engine: EngineName
    seed: str
    killed: Killed
    operations: Counter[str]
    verdicts: tuple[Verdict, ...]

    @property
    def is_kept(self) -> bool:
        """Whether every promise was kept."""
        return all(verdict.is_kept for verdict in self.verdicts)

    @property
    def never(self) -> list[str]:
        """What the generator never produced: kinds of kill, and operations."""
        kinds = [kind for kind in KINDS if kind != "server" or self.engine != "sqlite"]
        brought = {**self.killed.kinds, "asleep": self.killed.asleep, **self.operations}
        return [one for one in (*kinds, "asleep", *OPERATIONS) if not brought.get(one)]

    def plain(self) -> dict[str, Any]:
        """The same as plain content."""
        return {
            "engine": self.engine,
            "seed": self.seed,
            "kills": dict(self.killed.kinds),
            "asleep": self.killed.asleep,
            "operations": dict(self.operations),
            "never": self.never,
            "restart_seconds": self.restarts,
            "promises": [verdict.plain() for verdict in self.verdicts],
        }

    @property
    def restarts(self) -> dict[str, float]:
        """How many restarts, and the least, middle and most seconds from a kill until ready."""
        seconds = self.killed.seconds or [0.0]
        spread = {"min": min(seconds), "median": median(seconds), "max": max(seconds)}
        return {"restarts": len(self.killed.seconds), **{name: round(one, 2) for name, one in spread.items()}}

    def lines(self) -> list[str]:
        """What is printed: a line for each promise, the restarts, and what chance brought."""
        head: dict[str, int | float | str] = {"engine": self.engine, "kills": self.killed.kills}
        restarts = " ".join(f"{name}={figure}" for name, figure in self.restarts.items())
        kinds = {**self.killed.kinds, "asleep": self.killed.asleep, **self.operations}
        brought = " ".join(f"{name}={times}" for name, times in kinds.items())
        return [
            *(line for verdict in self.verdicts for line in (verdict.line(**head), *verdict.faults)),
            f"RESTART TO READY engine={self.engine} {restarts} (seconds, whatever the size of this log)",
            f"GENERATOR engine={self.engine} seed={self.seed} {brought} never={','.join(self.never) or 'nothing'}",
        ]


def run_round(ground: Ground, folder: Path, *, seed: str, kills: int) -> Outcome:
    """Run one round in an empty folder; the ground's stores must not exist yet."""
    _upgrade(ground)
    furnished = furnish(ground.settings)
    sinks = [MailSink() for _ in range(2)]
    notebook = Notebook(folder / "told.jsonl")
    try:
        fleet = _fleet(ground, sinks, folder)
        try:
            killed, polled = _under_load(fleet, furnished, notebook, seed, kills)
        finally:
            fleet.stop()
        return _judged(ground, seed, notebook.read(), killed, polled, sinks)
    finally:
        notebook.close()
        for sink in sinks:
            sink.close()


def _upgrade(ground: Ground) -> None:
    command = (sys.executable, "-m", "adapters.cli", "db", "upgrade", "--demo")
    subprocess.run(command, cwd=ROOT, env=dict(ground.environment()), check=True, stdout=subprocess.DEVNULL)


def _fleet(ground: Ground, sinks: list[MailSink], folder: Path) -> Fleet:
    environment = {**ground.environment(), "OBA_TICK_SECONDS": "1", "OBA_SMTP_HOST": "127.0.0.1"}
    return Fleet(
        ground=ground,
        apis=[RunningApi(f"api-{number}", environment, folder / f"api-{number}.log") for number in (1, 2)],
        workers=[
            RunningWorker(
                f"worker-{number}", {**environment, "OBA_SMTP_PORT": str(sink.port)}, folder / f"worker-{number}.log"
            )
            for number, sink in enumerate(sinks, 1)
        ],
        sinks=sinks,
        rebuild=RunningRebuild(environment, folder / "rebuild.log"),
    )


def _under_load(fleet: Fleet, furnished: Furnished, notebook: Notebook, seed: str, kills: int) -> tuple[Killed, Polled]:
    fleet.start()
    stop = Event()
    apis = Apis(tuple(api.port for api in fleet.apis), furnished.token)
    clients = [Client(apis, furnished, notebook, stop, seed, number) for number in range(CLIENTS)]
    poller, killer = Poller(fleet.ground.settings), Killer(fleet, seed)
    for thread in (poller, *clients):
        thread.start()
    try:
        _kill(killer, fleet.ground.settings, kills)
        drained(clients, stop)
        killer.settle()
        _end_quietly(fleet, clients, killer.killed)
    finally:
        stop.set()
        polled = poller.finish()
    return killer.killed, polled


def _kill(killer: Killer, settings: Settings, kills: int) -> None:
    """Kill so many times, and move the demo's clock on the way, from its first instant to its last.

    Mails are many just after the clock has moved, so that is when a worker is killed between delivery and record.
    """
    stands_at = 0
    while killer.killed.kills < kills:
        place = min(killer.killed.kills * len(CLOCK) // kills, len(CLOCK) - 1)
        if place > stands_at:
            _move_clock(settings, place)
        killer.kill_one("worker_after_delivery" if place > stands_at else None)
        stands_at = place
    _move_clock(settings, len(CLOCK) - 1)


def _move_clock(settings: Settings, place: int) -> None:
    """Move the demo's clock to another of its instants."""
    records = open_records(settings)
    try:
        records.demo.move_to(CLOCK[place])
    finally:
        records.close()


def _end_quietly(fleet: Fleet, clients: list[Client], killed: Killed) -> None:
    """Stop and start everything, let it come to rest, and ask some of the old questions once more."""
    fleet.stop()
    fleet.ground.restart()
    fleet.start()
    for client in clients:
        client.ask_again()
    if not wait_for_rest(fleet.ground.settings):
        killed.lost.append("the deployment never came to rest")


def _judged(
    ground: Ground, seed: str, notes: tuple[Note, ...], killed: Killed, polled: Polled, sinks: list[MailSink]
) -> Outcome:
    services = open_services(ground.settings)
    try:
        events = read_all(services.tracker.log)
        message_ids = [message_id for sink in sinks for message_id in sink.message_ids]
        out = Out(message_ids, waiting(services), killed.excuses)
        verdicts = (
            judge_acknowledged(notes, events, ground.damages()),
            judge_keys(notes, events),
            judge_reminders(CLOCK[-1].date(), events, out),
            judge_views(services, polled),
            Verdict("back", {"not_back": len(killed.lost)}, some("did not come back", killed.lost)),
        )
    finally:
        services.close()
    operations = Counter(note.operation for note in notes if note.is_acknowledged and not note.again)
    return Outcome(ground.engine, seed, killed, operations, verdicts)
