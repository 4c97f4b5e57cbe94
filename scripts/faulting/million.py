"""How long a restart takes beside a log of a million events: API and worker are killed, and must be ready again.

Real are the processes, the bytes of the events, the views (made by `oba projections rebuild`) and the command that is
accepted in the end. Not real: the events were copied from one infusion and laid into the log's table in one go, without
receipts; only the first infusion has a patient in the vault.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import monotonic
from typing import Any, NamedTuple, TypeVar

from oba.identity import derived_id
from scripts.faulting.clients import Apis, tell
from scripts.faulting.commands import Asked, Life
from scripts.faulting.copies import copy_infusion
from scripts.faulting.ground import EngineName, Ground
from scripts.faulting.notes import Notebook
from scripts.faulting.plan import BEFORE_ALL_RUNGS, Furnished, furnish
from scripts.faulting.processes import ROOT, DidNotComeBack, RunningApi, RunningWorker
from scripts.faulting.verdict import Verdict, some

T = TypeVar("T")
EVENTS = 1_000_000
EVENTS_OF_ONE = 100
BAR_SECONDS = 5.0
RESTARTS = 5


class Seconds(NamedTuple):
    """From one kill until a new command was answered with 201, and until the worker ticked."""

    api: float
    worker: float


@dataclass(frozen=True)
class Restarted:
    """What was measured on one engine; `before` is beside the one infusion that was copied."""

    engine: EngineName
    events: int
    fill_seconds: float
    rebuild_seconds: float
    before: Sequence[Seconds]
    after: Sequence[Seconds]

    def verdict(self) -> Verdict:
        """Ready within five seconds, each time."""
        late = [f"{max(one):.2f} s" for one in self.after if max(one) > BAR_SECONDS]
        figures: dict[str, int | float | str] = {"events": self.events, "restarts": len(self.after)}
        for name in Seconds._fields:
            seconds = [getattr(one, name) for one in self.after]
            figures[f"{name}_min"] = round(min(seconds), 2)
            figures[f"{name}_median"] = round(median(seconds), 2)
            figures[f"{name}_max"] = round(max(seconds), 2)
            figures[f"{name}_median_beside_{EVENTS_OF_ONE}"] = round(
                median(getattr(one, name) for one in self.before), 2
            )
        figures |= {"fill_s": round(self.fill_seconds, 1), "rebuild_s": round(self.rebuild_seconds, 1)}
        return Verdict("ready", figures, some(f"later than {BAR_SECONDS:g} s", late))

    @property
    def is_kept(self) -> bool:
        """Whether it was ready in time, each time."""
        return self.verdict().is_kept

    def lines(self) -> list[str]:
        """What is printed."""
        verdict = self.verdict()
        return [verdict.line(engine=self.engine), *verdict.faults]

    def plain(self) -> dict[str, Any]:
        """The same as plain content."""
        return {"engine": self.engine, "promises": [self.verdict().plain()]}


class NotAccepted(Exception):
    """A command that must be accepted was refused."""


def run_million(ground: Ground, folder: Path, *, events: int = EVENTS, restarts: int = RESTARTS) -> Restarted:
    """Fill a fresh deployment with so many events, then kill API and worker again and again."""
    _oba(ground, "db", "upgrade", "--demo")
    furnished = furnish(ground.settings, BEFORE_ALL_RUNGS)
    api = RunningApi("api", ground.environment(), folder / "api.log")
    worker = RunningWorker("worker", ground.environment(), folder / "worker.log")
    try:
        code = _tell_the_first(api, furnished, folder, EVENTS_OF_ONE - 2 - restarts)
        before = [_restarted(api, worker, furnished, code, number) for number in range(restarts)]
        for one in (api, worker):
            one.stop()
        fill, code = _timed(lambda: copy_infusion(ground.settings, events // EVENTS_OF_ONE))
        rebuild, _ = _timed(lambda: _oba(ground, "projections", "rebuild"))
        after = [_restarted(api, worker, furnished, code, number) for number in range(restarts, 2 * restarts)]
    finally:
        api.stop()
        worker.stop()
    return Restarted(ground.engine, events, fill, rebuild, before, after)


def _restarted(api: RunningApi, worker: RunningWorker, furnished: Furnished, code: str, number: int) -> Seconds:
    """Kill both where they run, start both, and see when each is ready."""
    began = monotonic()
    for one in (api, worker):
        one.kill()
        one.start()
    ticks: list[float] = []
    watch = Thread(target=lambda: ticks.append(worker.wait_until_ready(began)))
    watch.start()
    api.wait_until_ready(began)
    _command(api, furnished, code, number)
    answered = monotonic() - began
    watch.join()
    if not ticks:
        raise DidNotComeBack(f"worker: {worker.last_words()}")
    Event().wait(1)
    return Seconds(answered, ticks[0])


def _tell_the_first(api: RunningApi, furnished: Furnished, folder: Path, facts: int) -> str:
    """The infusion that is copied: registered, enrolled, and so many facts; its code."""
    api.start()
    api.wait_until_ready(monotonic())
    notebook = Notebook(folder / "told.jsonl")
    life = Life(furnished, "original", facts=facts)
    tell(life, Apis((api.port,), furnished.token), notebook)
    refused = [note for note in notebook.read() if not note.is_acknowledged]
    notebook.close()
    if refused:
        raise NotAccepted(f"{refused[0].operation}: {refused[0].code}")
    return life.code


def _command(api: RunningApi, furnished: Furnished, code: str, number: int) -> None:
    """One fact of the last copy, over HTTP; NotAccepted where it is refused."""
    fact = {"kind": "bleed_logged", "site": "nose", "location": "other", "cause": "traumatic", "treated": False}
    asked = Asked("record_fact", f"/v1/infusions/{code}/facts", {"occurred_on": f"2026-01-{number + 10}", "fact": fact})
    key = str(derived_id("after restart", number))
    headers = {"Authorization": f"Bearer {furnished.token}", "Idempotency-Key": key}
    connection = HTTPConnection("127.0.0.1", api.port, timeout=60)
    try:
        body = json.dumps(asked.body).encode()
        connection.request("POST", asked.path, body, {**headers, "Content-Type": "application/json"})
        answer = connection.getresponse()
        if answer.status != 201:
            raise NotAccepted(f"{answer.status}: {answer.read().decode()}")
    finally:
        connection.close()


def _oba(ground: Ground, *command: str) -> None:
    subprocess.run(
        (sys.executable, "-m", "adapters.cli", *command),
        cwd=ROOT,
        env=dict(ground.environment()),
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _timed(act: Callable[[], T]) -> tuple[float, T]:
    began = monotonic()
    done = act()
    return monotonic() - began, done
