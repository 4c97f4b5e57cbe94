"""Several processes on one log: nothing is missed, nothing is lost, and one key gets through once."""

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import psycopg
import pytest

from adapters.log.log import Log
from adapters.log.postgres.functions import FUNCTIONS
from adapters.settings import Settings
from tests.support.place import ON_FILES, Place
from tests.support.postgres import DatabaseUrls, Server
from tests.support.store import a_log, a_stream

ROOT = Path(__file__).parents[3]
WRITERS = ("a", "b", "c", "d", "e", "f")
READERS = ("one", "two")


def _start(what: str, settings: Settings, name: str, count: int) -> subprocess.Popen[bytes]:
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    who = ["tests.adapters.log.processes", what, str(settings.home), url, name, str(count)]
    return subprocess.Popen([sys.executable, "-m", *who], cwd=ROOT)


def _write_under_the_eyes_of_readers(settings: Settings, count: int) -> list[str]:
    """Everything that the writers appended, in log order."""
    (settings.home / "ended").unlink(missing_ok=True)
    readers = [_start("tail", settings, name, 50) for name in READERS]
    writers = [_start("write", settings, name, count) for name in WRITERS]
    try:
        assert [writer.wait(300) for writer in writers] == [0] * len(WRITERS)
        (settings.home / "ended").touch()
        assert [reader.wait(300) for reader in readers] == [0] * len(READERS)
    finally:
        for process in (*writers, *readers):
            process.kill()
            process.wait()
    log = a_log(settings)
    everything = list(_lines(log))
    log.close()
    return everything


def _lines(log: Log) -> Iterable[str]:
    position = 0
    while page := log.since(position, 1000):
        position = page[-1].position
        yield from (f"{event.position} {event.stream_id} {event.version}" for event in page)


def _missed(folder: Path, reader: str, everything: list[str]) -> list[str]:
    """What a reader did not see; AssertionError where it saw something in another order or twice."""
    seen = (folder / f"seen-{reader}").read_text(encoding="ascii").split("\n")
    wanted = set(seen)
    assert seen == [line for line in everything if line in wanted]
    return [line for line in everything if line not in wanted]


def test_a_tailing_reader_misses_nothing_of_six_writing_processes(settings: Settings) -> None:
    everything = _write_under_the_eyes_of_readers(settings, 60)

    assert len(everything) == 60 * len(WRITERS)
    assert [_missed(settings.home, reader, everything) for reader in READERS] == [[], []]
    log = a_log(settings)
    events = log.since(0, 1000)
    assert [event.position for event in events] == list(range(1, len(everything) + 1))
    assert [event.recorded_at for event in events] == sorted({event.recorded_at for event in events})
    log.close()


@pytest.mark.slow
def test_nothing_is_missed_however_often_it_is_tried(settings: Settings) -> None:
    for round_ in (1, 2, 3):
        everything = _write_under_the_eyes_of_readers(settings, 200)

        assert len(everything) == round_ * 200 * len(WRITERS)
        assert [_missed(settings.home, reader, everything) for reader in READERS] == [[], []]


@pytest.mark.slow
def test_a_function_that_takes_no_turn_is_found_out(postgres: Server, database: DatabaseUrls, tmp_path: Path) -> None:
    append = next(function for function in FUNCTIONS if "FUNCTION log.append(" in function)
    careless = append.replace("LOCK TABLE log.turn IN EXCLUSIVE MODE;", "").replace(
        "head := coalesce(head, 0);", "head := nextval('log.careless') - 1; PERFORM pg_sleep(random() * 0.005);"
    )
    with psycopg.connect(database.owner, autocommit=True) as owner:
        owner.execute("CREATE SEQUENCE log.careless")
        owner.execute("ALTER TABLE log.stored_events DISABLE TRIGGER in_turn")
        owner.execute(careless)
    settings = Settings.model_validate({"home": tmp_path, "database_url": database.app})

    everything = _write_under_the_eyes_of_readers(settings, 200)

    assert any(_missed(tmp_path, reader, everything) for reader in READERS)


def test_one_key_gets_through_once_whoever_asks(settings: Settings) -> None:
    names = ("a", "b", "c")
    processes = [_start("compete", settings, name, 30) for name in names]

    assert [process.wait(120) for process in processes] == [0] * 3

    assert sum(int((settings.home / f"won-{name}").read_text(encoding="ascii")) for name in names) == 30
    log = a_log(settings)
    assert [event.version for event in log.stream(a_stream("shared"))] == list(range(1, 31))
    log.close()


@pytest.mark.slow
def test_no_acknowledged_event_is_lost_when_its_writer_is_killed(place: Place) -> None:
    settings = place.settings
    acknowledged = settings.home / "acknowledged-killed"
    for number in range(8):
        writer = _start("write", settings, "killed", 1_000_000)
        before = _size(acknowledged)
        while _size(acknowledged) < before + 200 * (1 + number % 3):
            assert writer.poll() is None, "the writer ended by itself"
            time.sleep(0.005)
        writer.send_signal(signal.SIGKILL)
        writer.wait(30)

    log = a_log(settings)
    events = log.stream(a_stream("killed"))
    stored = {f"killed {event.version} {event.position}" for event in events}
    lines = acknowledged.read_text(encoding="ascii").splitlines()
    assert len(lines) > 100
    assert [line for line in lines if line not in stored] == []
    assert [event.position for event in events] == list(range(1, len(events) + 1))
    log.close()
    if place.engine == "sqlite":
        check = sqlite3.connect(settings.log_file)
        assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        check.close()


@ON_FILES
def test_processes_that_open_a_new_log_at_once_wait_for_each_other(settings: Settings) -> None:
    processes = [_start("write", settings, str(number), 1) for number in range(8)]

    assert [process.wait(120) for process in processes] == [0] * 8

    log = a_log(settings)
    assert log.head() == 8
    log.close()


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
