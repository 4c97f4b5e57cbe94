"""What the processes of the tests do: append, acknowledge, tail, compete."""

import os
import sys
import time
from pathlib import Path

from eventsourcing.persistence import OperationalError
from pydantic import SecretStr

from adapters.clock import SystemClock
from adapters.log.log import Log
from adapters.log.opening import open_log
from adapters.log.receipt import ReceiptDraft
from adapters.log.refusals import LogRefused
from adapters.settings import Settings
from oba.facts.base import Body
from oba.facts.recorded import Drafted
from tests.support.store import a_stream, drafted


def write(log: Log, folder: Path, name: str, count: int) -> None:
    """Append to a stream of one's own, and acknowledge every event by its position after the commit."""
    acknowledged = os.open(folder / f"acknowledged-{name}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    first = len(log.stream(a_stream(name))) + 1
    for version in range(first, first + count):
        position = _append(log, drafted(a_stream(name), version))
        os.write(acknowledged, f"{name} {version} {position}\n".encode())


def _append(log: Log, event: Drafted[Body]) -> int:
    """The position of an event; who is told that others had the lock all the time, asks again."""
    while True:
        try:
            return log.append([event])[0].position
        except OperationalError:
            continue


def compete(log: Log, folder: Path, name: str, count: int) -> None:
    """Append to a stream that all share, with keys that all share; say how often one got through."""
    won = 0
    for number in range(count):
        while True:
            version = len(log.stream(a_stream("shared"))) + 1
            receipt = ReceiptDraft("PER-1", f"key-{number}", "hash", f'{{"by": "{name}"}}')
            try:
                log.append([drafted(a_stream("shared"), version, command=f"{name}/{number}")], receipt=receipt)
                won += 1
            except LogRefused:
                if log.receipt("PER-1", f"key-{number}") is None:
                    continue
            break
    (folder / f"won-{name}").write_text(str(won), encoding="ascii")


def tail(log: Log, folder: Path, name: str, count: int) -> None:
    """Read on in log order, pages of so many, until the writers have ended; write down what came by."""
    position = 0
    seen: list[str] = []
    while True:
        ended = (folder / "ended").exists()
        page = log.since(position, count)
        seen.extend(f"{event.position} {event.stream_id} {event.version}" for event in page)
        if page:
            position = page[-1].position
        elif ended:
            break
        else:
            time.sleep(0.002)
    (folder / f"seen-{name}").write_text("\n".join(seen), encoding="ascii")


if __name__ == "__main__":
    _, what, home, url, who, how_many = sys.argv
    where = Settings(home=Path(home), database_url=SecretStr(url))
    opened = open_log(where, SystemClock())
    {"write": write, "compete": compete, "tail": tail}[what](opened, Path(home), who, int(how_many))
    opened.close()
