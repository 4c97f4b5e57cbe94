"""Several processes on one log: nothing is missed, nothing is lost, and one key gets through once."""

import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.store import a_log, a_stream

ROOT = Path(__file__).parents[3]


def _start(what: str, folder: Path, name: str, count: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.adapters.log.processes", what, str(folder), name, str(count)]
    return subprocess.Popen(command, cwd=ROOT)


def test_a_tailing_reader_misses_nothing_of_several_writing_processes(tmp_path: Path) -> None:
    readers = [_start("tail", tmp_path, name, 400) for name in ("one", "two")]
    writers = [_start("write", tmp_path, name, 100) for name in ("a", "b", "c", "d")]

    assert [process.wait(120) for process in (*writers, *readers)] == [0] * 6

    log = a_log(tmp_path)
    everything = [f"{event.position} {event.stream_id} {event.version}" for event in log.since(0, 1000)]
    assert len(everything) == 400
    for name in ("one", "two"):
        assert (tmp_path / f"seen-{name}").read_text(encoding="ascii").split("\n") == everything
    stamps = [event.recorded_at for event in log.since(0, 1000)]
    assert stamps == sorted(set(stamps))
    log.close()


def test_one_key_gets_through_once_whoever_asks(tmp_path: Path) -> None:
    names = ("a", "b", "c")
    processes = [_start("compete", tmp_path, name, 30) for name in names]

    assert [process.wait(120) for process in processes] == [0] * 3

    assert sum(int((tmp_path / f"won-{name}").read_text(encoding="ascii")) for name in names) == 30
    log = a_log(tmp_path)
    assert [event.version for event in log.stream(a_stream("shared"))] == list(range(1, 31))
    log.close()


@pytest.mark.slow
def test_no_acknowledged_event_is_lost_when_its_writer_is_killed(tmp_path: Path) -> None:
    for number in range(8):
        writer = _start("write", tmp_path, "killed", 1_000_000)
        acknowledged = tmp_path / "acknowledged-killed"
        before = _size(acknowledged)
        while _size(acknowledged) < before + 200 * (1 + number % 3):
            assert writer.poll() is None, "the writer ended by itself"
            time.sleep(0.005)
        writer.send_signal(signal.SIGKILL)
        writer.wait(30)

    log = a_log(tmp_path)
    stored = {f"killed {event.version} {event.position}" for event in log.stream(a_stream("killed"))}
    lines = (tmp_path / "acknowledged-killed").read_text(encoding="ascii").splitlines()
    assert len(lines) > 100
    assert [line for line in lines if line not in stored] == []
    log.close()
    check = sqlite3.connect(tmp_path / "log.sqlite3")
    assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    check.close()


def test_processes_that_open_a_new_log_at_once_wait_for_each_other(tmp_path: Path) -> None:
    processes = [_start("write", tmp_path, str(number), 1) for number in range(8)]

    assert [process.wait(120) for process in processes] == [0] * 8

    log = a_log(tmp_path)
    assert log.head() == 8
    log.close()


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
