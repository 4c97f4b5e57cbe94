"""The processes of the product as they are run in earnest, to be killed, put to sleep and started again."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Event
from time import monotonic
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 90
GLANCE_SECONDS = 0.02
BEGINS = "worker: every"
"""What a worker says once its stores are open and before its first tick."""


class DidNotComeBack(Exception):
    """A process that was started again is not ready after all the patience there is."""


class Running:
    """One process of the product: started at once, and again after each kill."""

    def __init__(self, name: str, command: tuple[str, ...], environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self._command = (sys.executable, "-m", *command)
        self._environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", **environment}
        self._log = log
        self._read_from = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; what it says is added to its log."""
        with self._log.open("ab") as log:
            self._read_from = log.tell()
            self._process = subprocess.Popen(
                self._command, env=self._environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )

    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process is not None and self._process.poll() is None

    def is_ready(self) -> bool:
        """Whether it does its work; each kind of process says it in its own way."""
        raise NotImplementedError

    def kill(self) -> bool:
        """SIGKILL to the process and whatever it had started; False where it had ended by itself before."""
        if not self.is_running():
            return False
        self._send(signal.SIGKILL)
        self._wait()
        return True

    def send(self, how: signal.Signals) -> None:
        """Any other signal, such as the one that puts it to sleep."""
        if self.is_running():
            self._send(how)

    def wait_until_ready(self, since: float) -> float:
        """Seconds from an instant of `monotonic` until it is ready; DidNotComeBack where it ends or never is."""
        pause = Event()
        while not self.is_ready():
            if not self.is_running() or monotonic() - since > PATIENCE_SECONDS:
                raise DidNotComeBack(f"{self.name}: {self.last_words()}")
            pause.wait(GLANCE_SECONDS)
        return monotonic() - since

    def said(self) -> str:
        """What it said since it was started last."""
        with self._log.open("rb") as log:
            log.seek(self._read_from)
            return log.read().decode(errors="replace")

    def last_words(self) -> str:
        """The end of what it said."""
        return "\n".join(self.said().strip().splitlines()[-4:]) or "it said nothing"

    def stop(self) -> None:
        """Ask it to end, and end it where it does not."""
        if self.is_running():
            self._send(signal.SIGCONT)
            self._send(signal.SIGTERM)
            try:
                self._wait(10)
            except subprocess.TimeoutExpired:
                self.kill()

    def _send(self, how: signal.Signals) -> None:
        assert self._process is not None
        os.killpg(self._process.pid, how)

    def _wait(self, seconds: float = PATIENCE_SECONDS) -> None:
        assert self._process is not None
        self._process.wait(seconds)


class RunningApi(Running):
    """`oba serve` on a port of its own; ready when it says so itself."""

    def __init__(self, name: str, environment: Mapping[str, str], log: Path) -> None:
        self.port = free_port()
        super().__init__(name, ("adapters.cli", "serve", "--port", str(self.port)), environment, log)

    def is_ready(self) -> bool:
        """Whether GET /readyz answers 200."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=PATIENCE_SECONDS) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False


class RunningWorker(Running):
    """`oba worker` with short leases; ready when its stores are open and it begins to tick."""

    def __init__(self, name: str, environment: Mapping[str, str], log: Path) -> None:
        super().__init__(name, ("scripts.faulting.short_leases", "worker"), environment, log)

    def is_ready(self) -> bool:
        """Whether it has said that it ticks."""
        return self.is_running() and BEGINS in self.said()


class RunningRebuild(Running):
    """`oba projections rebuild`: a projector that folds everything again while the others go on."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        super().__init__("rebuild", ("adapters.cli", "projections", "rebuild"), environment, log)

    def is_ready(self) -> bool:
        """Whether it is at work."""
        return self.is_running()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
