"""A PostgreSQL of our own: in a folder of its own, over a socket only, durable as the product demands, gone at the end.

Root may not run PostgreSQL, so root starts it as an account without rights that every machine has. Whatever ends the
tests, also a kill, ends the server: a small process waits for the end of the one that started it.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from scripts.postgres.binaries import Binaries, NoServer

ADMIN = "postgres"
MEMORY = Path("/dev/shm")  # noqa: S108  the folder of the machine's memory; a folder of our own is made in it
ENOUGH_BYTES = 2 * 1024**3
PATIENCE_SECONDS = 60
SETTINGS = {
    "listen_addresses": "",
    "max_connections": 200,
    "shared_buffers": "32MB",
    "max_wal_size": "256MB",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "jit": "off",
    "log_min_messages": "fatal",
    "timezone": "America/Chicago",  # nothing of ours may depend on the zone of the server
}
HELD_BY_CHILDREN = ("shared memory block", "already exists")
GUARD = """
while read -r line; do pid=$line; done
if [ "$pid" ]; then
    kill -QUIT "$pid" 2>/dev/null
    for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$pid" 2>/dev/null && sleep 0.2; done
fi
rm -rf "$1"
"""


@dataclass(frozen=True)
class Account:
    """Who runs the server; None where that is who runs the tests."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def without_rights(cls) -> "Account":
        """Ourselves, unless we are root."""
        if os.getuid() != 0:
            return cls()
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)

    def own(self, folder: Path) -> None:
        """Give a folder to the account."""
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)

    def how_to_run(self, folder: Path) -> dict[str, Any]:
        """What subprocess needs to start a program as this account, away from the terminal and its Ctrl-C."""
        away: dict[str, Any] = {"cwd": folder, "env": {"PATH": os.defpath, "LC_ALL": "C"}, "stdin": subprocess.DEVNULL}
        other: dict[str, Any] = {"user": self.uid, "group": self.gid, "extra_groups": []}
        return {**away, **(other if self.uid is not None else {}), "start_new_session": True}


class ServerProcess:
    """A server that runs from its making until `stop`, or until the process that made it ends."""

    def __init__(self, binaries: Binaries, within: Path | None = None) -> None:
        """`within` is the folder that the server's own is made in; without it, where a durable write costs little."""
        self.folder = Path(tempfile.mkdtemp(prefix="oba-pg-", dir=within or _roomy_folder()))
        self._guard = subprocess.Popen(
            ("sh", "-c", GUARD, "guard", self.folder), stdin=subprocess.PIPE, text=True, start_new_session=True
        )
        self._maker = os.getpid()
        self._postmaster: subprocess.Popen[bytes] | None = None
        self.account = Account.without_rights()
        self.account.own(self.folder)
        other = self.account.uid is not None
        self.binaries = binaries.for_another_account(self.folder / "programs") if other else binaries
        try:
            self._initialise()
            self._start()
        except BaseException:
            self.stop()
            raise

    @property
    def admin_url(self) -> str:
        """The superuser, who needs no password on this socket."""
        return f"postgresql://{ADMIN}@/postgres?host={self.folder}"

    @property
    def pid(self) -> int | None:
        """The postmaster while it runs."""
        return self._postmaster.pid if self._postmaster and self._postmaster.poll() is None else None

    def kill(self) -> None:
        """Kill the postmaster as a crash would; its children notice and go. The data stay as they are."""
        self._end(signal.SIGKILL)

    def kill_with_children(self) -> None:
        """Kill the postmaster and, in the same breath, every process that serves a connection or writes to the disk."""
        children = _children(self.pid)
        self.kill()
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

    def restart(self) -> None:
        """Start again on the same data, after `kill` or after an immediate stop; returns when it answers."""
        self._end(signal.SIGQUIT)
        self._start()

    def stop(self) -> None:
        """Stop at once and remove the folder; a process that was forked from the maker leaves both alone."""
        if os.getpid() != self._maker or self._guard.poll() is not None:
            return
        self._end(signal.SIGQUIT)
        shutil.rmtree(self.folder)
        self._guard.kill()
        self._guard.communicate()

    def _initialise(self) -> None:
        command = (self.binaries.folder / "initdb", "-D", self._data, "-U", ADMIN, "-A", "trust", "-E", "UTF8")
        made = subprocess.run(
            (*command, "--locale=C", "--data-checksums", "--no-sync", *_collation(self.binaries)),
            capture_output=True,
            text=True,
            check=False,
            **self.account.how_to_run(self.folder),
        )
        if made.returncode != 0:
            raise NoServer(f"initdb of {self.binaries.folder} failed: {made.stderr.strip()}")
        lines = (f"{name} = '{value}'" for name, value in {**SETTINGS, "unix_socket_directories": self.folder}.items())
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write("\n".join(("", *lines, "")))

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _start(self) -> None:
        """Start, and again as long as the children of one that was killed still hold its memory, until it answers."""
        last = time.monotonic() + PATIENCE_SECONDS
        self._launch()
        while time.monotonic() < last:
            if self._answers():
                return
            if self.pid is None:
                if not any(words in self._log.read_text() for words in HELD_BY_CHILDREN):
                    break
                self._launch()
            time.sleep(0.02)
        raise NoServer(f"PostgreSQL of {self.binaries.folder} did not start: {self._log.read_text().strip()}")

    @property
    def _log(self) -> Path:
        return self.folder / "server.log"

    def _launch(self) -> None:
        with self._log.open("wb") as log:
            self._postmaster = subprocess.Popen(
                (self.binaries.folder / "postgres", "-D", self._data),
                stdout=log,
                stderr=log,
                **self.account.how_to_run(self.folder),
            )
        self._tell_guard(str(self._postmaster.pid))

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.admin_url).close()
        except psycopg.OperationalError:
            return False
        return True

    def _end(self, how: signal.Signals) -> None:
        if self._postmaster is not None:
            self._postmaster.send_signal(how)
            self._postmaster.wait(PATIENCE_SECONDS)
            self._postmaster = None
            self._tell_guard("")

    def _tell_guard(self, pid: str) -> None:
        assert self._guard.stdin is not None
        self._guard.stdin.write(f"{pid}\n")
        self._guard.stdin.flush()


def _children(pid: int | None) -> tuple[int, ...]:
    """The children of a process, where the machine shows them in /proc; elsewhere they notice its death and go."""
    found = []
    for line in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            after_name = line.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if int(after_name[1]) == pid:
                found.append(int(line.parent.name))
    return tuple(found)


def _roomy_folder() -> Path:
    """The machine's memory, where a durable write costs little; the folder for temporary files where that is small."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ENOUGH_BYTES
    return MEMORY if roomy else Path(tempfile.gettempdir())


def _collation(binaries: Binaries) -> tuple[str, ...]:
    """The order of words of a language where the server knows one: nothing of ours may depend on the server's order."""
    configuration = binaries.folder / "pg_config"
    if not configuration.is_file():
        return ()
    configured = subprocess.run((configuration, "--configure"), capture_output=True, text=True, check=False)
    knows = configured.returncode == 0 and "--with-icu" in configured.stdout
    return ("--locale-provider=icu", "--icu-locale=en-US") if knows else ()
