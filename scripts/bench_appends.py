"""What the command path costs over the disk: facts through Tracker.execute against raw inserts, equally durable.

Both wait for the disk at every commit (write-ahead log, synchronous=FULL, one commit each), on the same disk, in turn.
The ratio of one round is its command path time over its raw time: at 2, deciding, mapping, the receipt and the
round-trip guard cost as much as the disk.
"""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from adapters.bootstrap import open_services
from adapters.clock import FixedClock
from adapters.log.log import Log
from adapters.records.identity import Identity
from adapters.registration import NewInfusion
from adapters.settings import Settings
from adapters.tracker import Tracker
from oba.facts.any_fact import ANY_FACT
from oba.facts.recorded import Source
from oba.identity import derived_id
from oba.infusion.commands import RecordFact, When
from oba.problems import Refusal

APPENDS = 100
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY_0 = NOW.date() - timedelta(days=400)
SOURCE = Source(system="bench")


def rounds(number: int, folder: Path) -> list[tuple[float, float]]:
    """Appends per second through the command path and raw, once for each round."""
    tracker = _tracker(Settings(home=folder / "home"))
    measured: list[tuple[float, float]] = []
    for one in range(number):
        infusion_id = _infusion(tracker, one)
        commands = [_command(infusion_id, one, place) for place in range(APPENDS)]
        began = perf_counter()
        for command in commands:
            _refuse_refusal(tracker.execute(command, principal="bench", key=str(command.command_id)))
        through = perf_counter() - began
        stored = _stored_bytes(tracker.log)
        began = perf_counter()
        _insert_raw(folder / f"raw-{one}.sqlite3", stored)
        measured.append((APPENDS / through, APPENDS / (perf_counter() - began)))
    tracker.close()
    return measured


def _tracker(settings: Settings) -> Tracker:
    services = open_services(settings)
    directory = [{"kind": "htc", "htc_id": "bench", "name": "Bench", "time_zone": "America/Chicago"}]
    directory[0] |= {"designated_from": "2020-01-01", "city": "Bench", "state": "IL"}
    _refuse_problems(services.tracker.records.import_directory(directory))
    services.close()
    opened = open_services(settings).tracker
    clock = FixedClock(NOW)
    return Tracker(Log(settings.log_file, clock), opened.records, clock, opened.reference)


def _infusion(tracker: Tracker, number: int) -> str:
    identity = Identity(given_name="Synthetic", family_name=f"Number {number}", born_on=NOW.date().replace(year=1980))
    new = NewInfusion.model_validate(
        {
            "product": "HEMGENIX",
            "htc_id": "bench",
            "occurred_on": DAY_0.isoformat(),
            "weight_kg": "80",
            "volume_ml": "160",
            "vials": 16,
            "kit_lots": [f"SYNTHETIC-{number}"],
            "ndc": "00053-0100-10",
            "dose_share_percent": "100",
        }
    )
    command_id = derived_id("bench", "infusion", number)
    answer = tracker.register_infusion(identity, new, actor="bench", source=SOURCE, command_id=command_id)
    _refuse_refusal(answer)
    assert not isinstance(answer, Refusal)
    return str(answer.answer["infusion_id"])


def _command(infusion_id: str, number: int, place: int) -> RecordFact:
    fact = {
        "kind": "fix_activity_measured",
        "value": "38.6",
        "unit": "IU/dL",
        "assay": "one_stage",
        "laboratory": "central",
    }
    return RecordFact.model_validate(
        {
            "command_id": derived_id("bench", "fact", number, place),
            "infusion_id": infusion_id,
            "actor": "bench",
            "when": When(occurred_on=DAY_0 + timedelta(days=1 + place)),
            "fact": ANY_FACT.validate_python(fact),
            "source": SOURCE,
        }
    )


def _stored_bytes(log: Log) -> bytes:
    """The newest stored event, so that both write rows of the same size."""
    return bytes(log.recorder.select_stamped("rowid=?", (log.head(),))[0].state)


def _insert_raw(file: Path, stored: bytes) -> None:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE event (position INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT, state BLOB)")
    for place in range(APPENDS):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO event (stream, state) VALUES (?, ?)", (str(place), stored))
        connection.execute("COMMIT")
    connection.close()


def _refuse_refusal(answer: object) -> None:
    if isinstance(answer, Refusal):
        raise SystemExit("; ".join(str(problem) for problem in answer.problems))


def _refuse_problems(answer: object) -> None:
    if isinstance(answer, tuple):
        raise SystemExit("; ".join(str(problem) for problem in answer))
