"""The store of records as a whole: durable on every connection, made once, opened only with its own keys."""

import shutil
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa

from adapters.clock import new_id
from adapters.database import Pragma, UnsafeStore, reading, writing
from adapters.records import engine as engine_of_records
from adapters.records.columns import UtcInstant
from adapters.records.directory_version import move, version_in
from adapters.records.engine import open_engine
from adapters.records.key_files import open_key_files
from adapters.records.records import SCHEMA_VERSION, Records, open_records
from adapters.settings import Settings
from tests.adapters.records.conftest import by_hand
from tests.support.place import Place

NOON = datetime(2026, 3, 1, 12, 0, 0, 1, tzinfo=UTC)


IN_A_FILE = {("synchronous", 2), ("foreign_keys", 1), ("trusted_schema", 0), ("journal_mode", "wal")}
AT_THE_SERVER = {("synchronous_commit", "on"), ("fsync", "on"), ("lock_timeout", "5s"), ("search_path", "records")}


def test_every_connection_waits_for_the_disk(records: Records, place: Place) -> None:
    connections = [records.engine.connect() for _ in range(4)]
    asked, wanted = ("PRAGMA", IN_A_FILE) if place.engine == "sqlite" else ("SHOW", AT_THE_SERVER)

    settings = {
        (name, connection.exec_driver_sql(f"{asked} {name}").scalar_one())
        for connection in connections
        for name, _ in wanted
    }

    assert settings == wanted
    for connection in connections:
        connection.close()


def test_a_connection_that_does_not_wait_for_the_disk_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_of_records, "DURABLE", (Pragma("synchronous", "NORMAL", 2),))
    engine = open_engine(tmp_path / "records.sqlite3")

    with pytest.raises(UnsafeStore, match="synchronous"), engine.connect():
        pass

    engine.dispose()


def test_records_open_again_with_what_they_held(records: Records, place: Place) -> None:
    records.demo.mark("synthetic", NOON)

    again = open_records(place.settings)

    assert again.demo.instant() == NOON
    again.close()


def test_other_keys_than_their_own_do_not_open_the_records(records: Records, place: Place) -> None:
    shutil.rmtree(place.settings.keys_folder)
    open_key_files(place.settings.keys_folder)

    with pytest.raises(UnsafeStore, match="not those of these records"):
        open_records(place.settings)


def test_no_keys_are_made_beside_a_store_that_has_had_its_own(records: Records, place: Place) -> None:
    shutil.rmtree(place.settings.keys_folder)

    with pytest.raises(UnsafeStore, match="bring the keys back from their backup"):
        open_records(place.settings)

    assert not place.settings.keys_folder.exists()


def test_no_keys_are_made_where_only_the_log_is_left(tmp_path: Path) -> None:
    (tmp_path / "log.sqlite3").touch()

    with pytest.raises(UnsafeStore, match="bring the keys back from their backup"):
        open_records(Settings(home=tmp_path, database_url=None))

    assert [file.name for file in tmp_path.iterdir()] == ["log.sqlite3"]


def test_records_of_another_release_are_not_used(records: Records, place: Place) -> None:
    with by_hand(place.settings) as connection:
        connection.execute(sa.update(SCHEMA_VERSION).values(version=99))

    with pytest.raises(UnsafeStore, match="another release"):
        open_records(place.settings)


def test_records_without_tables_say_what_makes_them(tmp_path: Path) -> None:
    bare = Records(open_engine(tmp_path / "records.sqlite3"), open_key_files(tmp_path / "keys"))

    with pytest.raises(UnsafeStore, match="oba db upgrade"):
        bare.check()

    bare.close()


def test_keys_are_made_once_and_for_their_owner_only(tmp_path: Path) -> None:
    first = open_key_files(tmp_path / "keys")

    again = open_key_files(tmp_path / "keys")

    assert again == first
    assert len({first.vault, first.pepper, first.digest}) == 3
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "keys").iterdir()} == {0o600}
    assert first.vault.hex() not in repr(first)


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    open_key_files(tmp_path / "keys")
    (tmp_path / "keys" / "vault.key").chmod(0o644)

    with pytest.raises(UnsafeStore, match="chmod 600"):
        open_key_files(tmp_path / "keys")


def test_a_key_of_another_length_is_refused(tmp_path: Path) -> None:
    open_key_files(tmp_path / "keys")
    (tmp_path / "keys" / "digest.key").write_bytes(b"short")

    with pytest.raises(UnsafeStore, match="32 bytes"):
        open_key_files(tmp_path / "keys")


def test_a_writer_that_raises_leaves_nothing_behind(records: Records) -> None:
    def fail() -> None:
        with writing(records.engine) as connection:
            move(connection, new_id())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with reading(records.engine) as connection:
        assert version_in(connection) is None


def test_an_error_of_the_database_repeats_no_value(records: Records) -> None:
    with writing(records.engine) as connection, pytest.raises(sa.exc.StatementError) as caught:
        connection.execute(sa.text("INSERT INTO nowhere VALUES (:name)"), {"name": "CANARY"})

    assert "CANARY" not in str(caught.value)


def test_an_instant_is_kept_to_the_microsecond_and_read_back_in_utc(place: Place) -> None:
    table = sa.Table("moments", sa.MetaData(), sa.Column("at", UtcInstant))
    chicago = timezone(timedelta(hours=-6))

    with by_hand(place.settings) as connection:
        table.create(connection)
        connection.execute(sa.insert(table), [{"at": NOON.astimezone(chicago)}, {"at": None}])
        read = connection.scalars(sa.select(table.c.at).order_by(table.c.at.nulls_last())).all()

    assert read == [NOON, None]
    assert read[0] is not None
    assert read[0].utcoffset() == timedelta(0)
    with by_hand(place.settings) as connection, pytest.raises(sa.exc.StatementError, match="offset"):
        connection.execute(sa.insert(table).values(at=NOON.replace(tzinfo=None)))


def test_the_demo_clock_only_moves_forward(records: Records) -> None:
    assert (records.demo.instant(), records.demo.label()) == (None, None)
    with pytest.raises(ValueError, match="not a demo"):
        records.demo.move_to(NOON)
    records.demo.mark("synthetic", NOON)

    records.demo.move_to(NOON + timedelta(days=30))

    with pytest.raises(ValueError, match="later already"):
        records.demo.move_to(NOON)
    with pytest.raises(sa.exc.IntegrityError):
        records.demo.mark("again", NOON)
    assert (records.demo.instant(), records.demo.label()) == (NOON + timedelta(days=30), "synthetic")


def test_what_was_read_by_whom_can_be_neither_changed_nor_deleted(records: Records, place: Place) -> None:
    records.audit.record(at=NOON, principal_id="PER-1", role="auditor", action="read_infusion", subject="infusion-1")
    records.audit.record(at=NOON, principal_id="PER-2", role="auditor", action="list_infusions")
    by_hand_only = ("UPDATE audit SET role = 'x'", "DELETE FROM audit")

    for statement in by_hand_only if place.engine == "sqlite" else (*by_hand_only, "TRUNCATE audit"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), by_hand(place.settings) as connection:
            connection.exec_driver_sql(statement)

    assert [entry.principal_id for entry in records.audit.entries()] == ["PER-2", "PER-1"]
    assert [entry.action for entry in records.audit.entries(subject="infusion-1")] == ["read_infusion"]
