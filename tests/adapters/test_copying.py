"""A whole deployment from one engine to the other: everything arrives, nobody writes meanwhile, or nothing is done."""

import os
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from adapters.bootstrap import open_services, open_tracker
from adapters.clock import FixedClock
from adapters.copying import arrival, copying, files, records_rows
from adapters.copying.copying import copy_stores
from adapters.copying.pouring import pour
from adapters.copying.refusal import CopyRefused
from adapters.copying.stores import Stores
from adapters.database import UnsafeStore
from adapters.log.opening import open_log
from adapters.log.sqlite import schema
from adapters.records.records import open_records
from tests.adapters.conftest import MakingBeside
from tests.support.place import ON_FILES, ON_POSTGRESQL, Engine, Place
from tests.support.store import NOON, a_stream, drafted
from tests.support.whole import LEASED, everything, furnish, without_outbox

OTHER: dict[Engine, Engine] = {"sqlite": "postgresql", "postgresql": "sqlite"}


@pytest.fixture
def full(place: Place) -> Place:
    furnish(place.settings)
    return place


def test_everything_arrives_with_its_positions_and_the_views_are_equal(full: Place, beside: MakingBeside) -> None:
    target = beside(OTHER[full.engine])
    before = everything(full.settings)

    copied = copy_stores(full.settings, target.settings)

    after = everything(target.settings)
    assert without_outbox(after) == without_outbox(before)
    assert (copied.log_content_hash, copied.log_head) == (before.content_hash, before.events[-1].position)
    assert everything(full.settings) == before


def test_no_worker_holds_a_notice_of_the_copy(full: Place, beside: MakingBeside) -> None:
    target = beside(OTHER[full.engine])
    copy_stores(full.settings, target.settings)

    source, copied = open_records(full.settings), open_records(target.settings)
    held, free = source.outbox.row(LEASED), copied.outbox.row(LEASED)
    source.close()
    copied.close()

    assert held is not None
    assert free is not None
    assert (held.state, free.state, free.lease_token, free.lease_until) == ("leased", "due", None, None)
    assert (free.attempts, free.due_at) == (held.attempts, held.due_at)


def test_what_comes_next_is_numbered_on(full: Place, beside: MakingBeside) -> None:
    target = beside(OTHER[full.engine])
    copied = copy_stores(full.settings, target.settings)

    tracker = open_tracker(target.settings)
    tracker.log.append([drafted(a_stream(), 1)])
    newest = tracker.log.since(copied.log_head, 10)
    entries = len(tracker.records.audit.entries())
    tracker.records.audit.record(at=tracker.now(), principal_id="PER-1", role="auditor", action="read")
    assert newest[0].position == copied.log_head + 1
    assert newest[0].recorded_at > tracker.log.since(copied.log_head - 1, 1)[0].recorded_at
    assert len(tracker.records.audit.entries()) == entries + 1
    tracker.close()


def test_what_was_known_at_an_instant_stays_the_same_in_the_copy(full: Place, beside: MakingBeside) -> None:
    source = open_tracker(full.settings)
    newest = source.log.last_recorded_at()
    assert newest is not None
    asked = newest + timedelta(hours=1)
    clock = FixedClock(asked + timedelta(hours=1))
    source.close()
    log = open_log(full.settings, clock)
    known = log.position_at(asked)
    log.close()
    target = beside(OTHER[full.engine])
    copy_stores(full.settings, target.settings)

    clock.move_to(newest)
    copied = open_log(target.settings, clock)
    event = copied.append([drafted(a_stream(), 1)])[0]

    assert event.recorded_at == asked + timedelta(microseconds=1)
    assert copied.position_at(asked) == known
    copied.close()


@ON_FILES
def test_a_log_file_of_a_release_that_kept_no_such_instant_is_copied_too(full: Place, beside: MakingBeside) -> None:
    file = sqlite3.connect(full.settings.log_file, isolation_level=None)
    file.execute("DROP TABLE asked_until")
    file.close()
    target = beside("postgresql")

    copied = copy_stores(full.settings, target.settings)

    assert everything(target.settings).content_hash == copied.log_content_hash


@ON_FILES
def test_positions_after_a_gap_stay_there_and_back(full: Place, beside: MakingBeside) -> None:
    gap = sqlite3.connect(full.settings.log_file)
    gap.execute("UPDATE sqlite_sequence SET seq = seq + 5 WHERE name = 'stored_events'")
    gap.commit()
    gap.close()
    services = open_services(full.settings)
    services.tracker.log.append([drafted(a_stream(), 1), drafted(a_stream(), 2)])
    positions = [event.position for event in services.tracker.log.since(0, 1000)]
    services.close()
    assert positions != list(range(1, len(positions) + 1))

    there, back = beside("postgresql"), beside("sqlite")
    copied = [copy_stores(full.settings, there.settings), copy_stores(there.settings, back.settings)]

    assert copied[0] == copied[1]
    assert [event.position for event in everything(there.settings).events] == positions
    assert [event.position for event in everything(back.settings).events] == positions


def test_more_rows_than_one_batch_arrive(full: Place, beside: MakingBeside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records_rows, "_AT_A_TIME", 2)
    monkeypatch.setattr("adapters.log.postgres.content._AT_A_TIME", 2)
    target = beside(OTHER[full.engine])
    copy_stores(full.settings, target.settings)
    assert without_outbox(everything(target.settings)) == without_outbox(everything(full.settings))


def test_nobody_can_write_to_the_source_while_it_is_copied(
    full: Place, beside: MakingBeside, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused: list[bool] = []

    def watched(source: Stores, target: Stores) -> Any:
        refused.extend(_refused(statement, full) for statement in _WRITES[full.engine])
        return pour(source, target)

    monkeypatch.setattr(copying, "pour", watched)
    copy_stores(full.settings, beside(OTHER[full.engine]).settings)

    assert refused == [True, True]
    assert [_refused(statement, full) for statement in _WRITES[full.engine]] == [False, False]


def test_a_source_that_somebody_writes_to_is_not_copied(
    full: Place, beside: MakingBeside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "BUSY_SECONDS", 0.1)
    monkeypatch.setattr("adapters.postgresql.LOCK_MILLISECONDS", 100)
    target = beside(OTHER[full.engine])
    with _writer(full, "log") as connection:
        connection.execute(_WRITES[full.engine][0])
        with pytest.raises(CopyRefused, match="stop every process"):
            copy_stores(full.settings, target.settings)
        connection.rollback()
    _is_empty(target)


@pytest.mark.parametrize("broken", ["fill_log", "copy_rows", "release_leases"])
def test_a_copy_that_fails_leaves_nothing_and_the_next_one_works(
    full: Place, beside: MakingBeside, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    target = beside(OTHER[full.engine])
    with monkeypatch.context() as patched:
        if broken == "fill_log":
            patched.setattr("adapters.log.sqlite.content.fill", _fails)
            patched.setattr("adapters.log.postgres.content.fill", _fails)
        else:
            patched.setattr(records_rows, broken, _fails)
        with pytest.raises(ZeroDivisionError):
            copy_stores(full.settings, target.settings)
    _is_empty(target)

    copy_stores(full.settings, target.settings)

    assert without_outbox(everything(target.settings)) == without_outbox(everything(full.settings))


@pytest.mark.parametrize("table", ["audit", "outbox", "log"])
def test_a_copy_that_lost_something_on_its_way_is_refused(
    full: Place, beside: MakingBeside, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    target = beside(OTHER[full.engine])
    copy_rows = records_rows.copy_rows

    def loses(source: sa.Connection, arrived: sa.Connection) -> None:
        copy_rows(source, arrived)
        arrived.execute(sa.text("UPDATE outbox SET attempts = attempts + 1"))

    if table == "outbox":
        monkeypatch.setattr(records_rows, "copy_rows", loses)
    elif table == "audit":
        monkeypatch.setattr(records_rows, "copy_rows", lambda *_: None)
    else:
        for room in ("sqlite", "postgres"):
            monkeypatch.setattr(f"adapters.log.{room}.content.fill", lambda *_: None)
    with pytest.raises(CopyRefused, match="content hash" if table == "log" else table):
        copy_stores(full.settings, target.settings)
    _is_empty(target)


def test_a_target_that_holds_anything_is_left_alone(full: Place, beside: MakingBeside) -> None:
    target = beside(OTHER[full.engine])
    copy_stores(full.settings, target.settings)
    tracker = open_tracker(target.settings)
    tracker.log.append([drafted(a_stream(), 1)])
    tracker.close()
    before = everything(target.settings)

    with pytest.raises(CopyRefused, match="already"):
        copy_stores(full.settings, target.settings)

    assert everything(target.settings) == before


def test_a_copy_that_was_killed_after_its_commit_is_told_that_only_the_views_are_missing(
    full: Place, beside: MakingBeside
) -> None:
    target = beside(OTHER[full.engine])
    copy_stores(full.settings, target.settings)
    with pytest.raises(CopyRefused, match="the log there is the same") as caught:
        copy_stores(full.settings, target.settings)
    assert "oba projections rebuild" in caught.value.remedy


def test_the_ticks_of_a_worker_are_no_records_and_stay_where_they_are(full: Place, beside: MakingBeside) -> None:
    target = beside("postgresql") if full.engine == "sqlite" else beside("sqlite")
    source = open_records(full.settings)
    source.worker_ticks.note(a_stream(), NOON)
    source.close()
    if target.engine == "postgresql":
        empty = open_records(target.settings)
        empty.worker_ticks.note(a_stream(), NOON - timedelta(hours=1))
        empty.close()
    copy_stores(full.settings, target.settings)
    copied = open_records(target.settings)
    assert copied.worker_ticks.newest() in (None, NOON - timedelta(hours=1))
    copied.close()


def test_one_record_is_enough_to_refuse_a_target(full: Place, beside: MakingBeside) -> None:
    target = beside(OTHER[full.engine])
    records = open_records(target.settings)
    records.audit.record(at=everything(full.settings).events[0].recorded_at, principal_id="P", role="r", action="a")
    records.close()
    with pytest.raises(CopyRefused, match="already"):
        copy_stores(full.settings, target.settings)


def test_two_sides_of_one_engine_or_with_other_keys_are_refused(full: Place, beside: MakingBeside) -> None:
    with pytest.raises(CopyRefused, match="one engine"):
        copy_stores(full.settings, beside(full.engine).settings)
    other = beside(OTHER[full.engine])
    key = other.settings.keys_folder / "digest.key"
    key.write_bytes(bytes(32))
    with pytest.raises(CopyRefused, match="key files"):
        copy_stores(full.settings, other.settings)


@ON_FILES
@pytest.mark.parametrize("lost", ["log.sqlite3", "records.sqlite3"])
def test_a_home_that_lacks_a_store_is_not_copied_and_not_made_anew(
    full: Place, beside: MakingBeside, lost: str
) -> None:
    (full.settings.home / lost).unlink()
    with pytest.raises(CopyRefused, match=lost):
        copy_stores(full.settings, beside("postgresql").settings)
    assert not (full.settings.home / lost).exists()


@ON_FILES
def test_a_database_without_an_upgrade_is_refused(full: Place, beside: MakingBeside, postgres: Any) -> None:
    bare = Place.at(full.settings.home, "postgresql", postgres)
    with pytest.raises(UnsafeStore, match="oba db upgrade"):
        copy_stores(full.settings, bare.settings)
    bare.drop_database()


@ON_FILES
def test_the_application_cannot_fill_a_log(full: Place, beside: MakingBeside) -> None:
    target = beside("postgresql")
    without_owner = target.settings.model_copy(update={"owner_database_url": None})
    with pytest.raises(CopyRefused, match="set OBA_OWNER_DATABASE_URL"):
        copy_stores(full.settings, without_owner)
    _is_empty(target)


@ON_POSTGRESQL
def test_a_copy_that_was_killed_before_it_was_ready_is_begun_again(full: Place, beside: MakingBeside) -> None:
    target = beside("sqlite")
    half = target.settings.home / arrival.ARRIVING
    half.mkdir()
    (half / "log.sqlite3").write_bytes(b"half of a log")

    copy_stores(full.settings, target.settings)

    assert without_outbox(everything(target.settings)) == without_outbox(everything(full.settings))
    assert not half.exists()


@ON_POSTGRESQL
def test_a_copy_that_was_killed_between_its_two_files_is_finished_by_the_next_start(
    full: Place, beside: MakingBeside, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = beside("sqlite")
    link = os.link
    linked: list[Path] = []

    def killed(source: Path, place: Path) -> None:
        if linked:
            raise KeyboardInterrupt
        linked.append(place)
        link(source, place)

    with monkeypatch.context() as patched:
        patched.setattr(os, "link", killed)
        with pytest.raises(KeyboardInterrupt):
            copy_stores(full.settings, target.settings)
    assert target.settings.log_file.exists() != target.settings.records_file.exists()

    assert without_outbox(everything(target.settings)) == without_outbox(everything(full.settings))
    assert not (target.settings.home / arrival.ARRIVING).exists()


@ON_POSTGRESQL
def test_a_store_that_came_to_the_place_meanwhile_is_not_written_over(
    full: Place, beside: MakingBeside, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = beside("sqlite")
    release = records_rows.release_leases

    def meanwhile(connection: sa.Connection) -> None:
        target.settings.log_file.write_bytes(b"somebody else's")
        release(connection)

    monkeypatch.setattr(records_rows, "release_leases", meanwhile)
    with pytest.raises(CopyRefused, match="already"):
        copy_stores(full.settings, target.settings)
    assert target.settings.log_file.read_bytes() == b"somebody else's"


@ON_FILES
def test_files_that_arrived_never_take_the_place_of_another(place: Place) -> None:
    folder = place.settings.home / arrival.ARRIVING
    folder.mkdir()
    (folder / "log.sqlite3").write_bytes(b"another log")
    (folder / arrival.READY).touch()
    before = place.settings.log_file.read_bytes()
    with pytest.raises(UnsafeStore, match=r"log\.sqlite3"):
        open_tracker(place.settings)
    assert place.settings.log_file.read_bytes() == before


@ON_FILES
def test_an_error_of_a_database_is_told_without_the_values_of_a_row(full: Place, beside: MakingBeside) -> None:
    records = open_records(full.settings)
    with records.engine.begin() as connection:
        connection.execute(sa.text("UPDATE demo SET label = 'Canary' || char(0) || 'Quill'"))
    records.close()
    with pytest.raises(CopyRefused) as refused:
        copy_stores(full.settings, beside("postgresql").settings)
    assert "Canary" not in str(refused.value)


_WRITES: dict[Engine, tuple[str, str]] = {
    "sqlite": (
        f"INSERT INTO {schema.RECEIPTS} VALUES ('p', 'k', 'h', '{{}}', 0)",
        "UPDATE demo SET label = label",
    ),
    "postgresql": (
        "SELECT * FROM log.append('{0}', '{}', '{}', '{}', '{}', '{p}', '{k}', '{h}', '{a}')",
        "UPDATE records.demo SET label = label",
    ),
}


def _writer(place: Place, store: str) -> Any:
    """A connection that writes as the application does, and does not wait long."""
    if place.settings.database_url is not None:
        return psycopg.connect(place.settings.database_url.get_secret_value(), options="-c lock_timeout=100")
    file = place.settings.log_file if store == "log" else place.settings.records_file
    return _Closed(sqlite3.connect(file, timeout=0))


class _Closed:
    """A connection to a file that is closed at the end of a block, as psycopg closes its own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __enter__(self) -> sqlite3.Connection:
        return self.connection

    def __exit__(self, *_: object) -> None:
        self.connection.close()


def _refused(statement: str, place: Place) -> bool:
    with _writer(place, "records" if "demo" in statement else "log") as connection:
        try:
            connection.execute(statement)
        except (sqlite3.OperationalError, psycopg.errors.LockNotAvailable):
            return True
        finally:
            connection.rollback()
    return False


def _fails(*_: object) -> None:
    raise ZeroDivisionError


def _is_empty(target: Place) -> None:
    """Nothing arrived: no file, or no row."""
    if target.engine == "sqlite":
        assert {path.name for path in target.settings.home.iterdir()} == {"keys"}
        return
    found = everything(target.settings)
    assert found.events == ()
    assert {name for name, rows in found.records.items() if rows} == {"schema_version"}
