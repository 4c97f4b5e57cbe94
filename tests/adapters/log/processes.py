"""What the processes of the tests do: append, acknowledge, tail, open."""

import os
import sys
from pathlib import Path

from adapters.clock import SystemClock
from adapters.log.log import Log, ReceiptDraft
from adapters.log.refusals import LogRefused
from tests.support.store import a_stream, drafted


def write(folder: Path, name: str, count: int) -> None:
    """Append to a stream of one's own, and acknowledge every event by its position after the commit."""
    log = Log(folder / "log.sqlite3", SystemClock())
    acknowledged = os.open(folder / f"acknowledged-{name}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    first = len(log.stream(a_stream(name))) + 1
    for version in range(first, first + count):
        position = log.append([drafted(a_stream(name), version)])[0].position
        os.write(acknowledged, f"{name} {version} {position}\n".encode())


def compete(folder: Path, name: str, count: int) -> None:
    """Append to a stream that all share, with keys that all share; say how often one got through."""
    log = Log(folder / "log.sqlite3", SystemClock())
    won = 0
    for number in range(count):
        while True:
            version = len(log.stream(a_stream("shared"))) + 1
            receipt = ReceiptDraft("PER-1", f"key-{number}", "hash", lambda _: "{}")
            try:
                log.append([drafted(a_stream("shared"), version, command=f"{name}/{number}")], receipt=receipt)
                won += 1
            except LogRefused:
                if log.receipt("PER-1", f"key-{number}") is None:
                    continue
            break
    (folder / f"won-{name}").write_text(str(won), encoding="ascii")


def tail(folder: Path, name: str, count: int) -> None:
    """Read in log order until so many events have come by, and write down which."""
    log = Log(folder / "log.sqlite3", SystemClock())
    position = 0
    seen: list[str] = []
    while len(seen) < count:
        for event in log.since(position, 50):
            seen.append(f"{event.position} {event.stream_id} {event.version}")
            position = event.position
    (folder / f"seen-{name}").write_text("\n".join(seen), encoding="ascii")


if __name__ == "__main__":
    _, what, where, who, how_many = sys.argv
    {"write": write, "compete": compete, "tail": tail}[what](Path(where), who, int(how_many))
