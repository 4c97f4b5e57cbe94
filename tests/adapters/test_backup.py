"""Backup and restore: the same content hash, the same answers, and the next append works; on either engine."""

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from adapters.backup import making
from adapters.backup.making import backup
from adapters.backup.manifest import MANIFEST, BackupRefused, Manifest, check_backup, write_manifest
from adapters.backup.restoring import restore
from adapters.bootstrap import open_tracker
from adapters.clock import FixedClock
from adapters.copying import arrival, files
from adapters.copying.refusal import CopyRefused
from adapters.database import UnsafeStore
from adapters.log.opening import open_log
from adapters.log.sqlite.recorder import content_hash_of_file
from adapters.records.key_files import open_key_files
from adapters.settings import Settings
from tests.adapters.conftest import MakingBeside
from tests.support.place import ENGINES, ON_FILES, ON_POSTGRESQL, Engine, Place
from tests.support.store import DIRECTORY, NOON, a_patient, register, registered
from tests.support.whole import Writer, everything, furnish, without_outbox

STORES = {"log.sqlite3", "records.sqlite3"}


@pytest.fixture
def settings(place: Place) -> Settings:
    """A deployment with one infusion."""
    tracker = open_tracker(place.settings)
    tracker.records.import_directory(DIRECTORY)
    registered(tracker)
    tracker.close()
    return place.settings


@pytest.mark.parametrize("target", ENGINES)
def test_a_restored_deployment_holds_the_same_and_goes_on(
    settings: Settings, beside: MakingBeside, tmp_path: Path, target: Engine
) -> None:
    manifest = backup(settings, tmp_path / "backup", NOON)
    fresh = beside(target).settings

    assert restore(fresh, tmp_path / "backup") == manifest

    tracker = open_tracker(fresh)
    assert tracker.log.content_hash() == manifest.log_content_hash
    assert tracker.log.head() == manifest.log_head == 1
    assert tracker.records.vault.token_of(a_patient()) is not None
    again = register(tracker, key="key-1")
    assert getattr(again, "replayed", None) is True
    registered(tracker, patient=a_patient(given_name="Anna"), key="key-2")
    assert tracker.log.head() == 2
    tracker.close()


@pytest.mark.parametrize("target", ENGINES)
def test_every_row_of_every_table_and_every_view_comes_back(
    place: Place, beside: MakingBeside, tmp_path: Path, target: Engine
) -> None:
    furnish(place.settings)
    backup(place.settings, tmp_path / "backup", NOON)
    fresh = beside(target).settings
    restore(fresh, tmp_path / "backup")
    assert without_outbox(everything(fresh)) == without_outbox(everything(place.settings))


def test_a_backup_holds_no_key_and_no_identity(settings: Settings, tmp_path: Path) -> None:
    backup(settings, tmp_path / "backup", NOON)

    content = b"".join(file.read_bytes() for file in (tmp_path / "backup").iterdir())

    keys = open_key_files(settings.keys_folder)
    assert not any(key in content for key in (keys.vault, keys.pepper, keys.digest, b"Zofia", b"Quill", b"LOT-1"))
    assert STORES | {MANIFEST} <= {file.name for file in (tmp_path / "backup").iterdir()}
    assert {file.suffix for file in (tmp_path / "backup").iterdir()} == {".sqlite3", ".json"}


@pytest.mark.parametrize("target", ENGINES)
def test_backups_under_load_are_prefixes_of_the_log_from_which_everything_follows(
    place: Place, beside: MakingBeside, tmp_path: Path, target: Engine
) -> None:
    writer = Writer(place.settings)
    writer.start()
    assert writer.going.wait(30)
    manifests = [backup(place.settings, tmp_path / f"backup-{number}", NOON) for number in range(3)]
    writer.enough.set()
    writer.join()
    log = open_log(place.settings, FixedClock(NOON))
    every = log.since(0, 1_000_000)
    log.close()
    for number, manifest in enumerate(manifests):
        opened = shutil.copytree(tmp_path / f"backup-{number}", tmp_path / f"opened-{number}")
        copy = open_log(Settings(home=opened, database_url=None), FixedClock(NOON))
        assert copy.since(0, 1_000_000) == every[: manifest.log_head]
        copy.close()

    fresh = beside(target).settings
    restore(fresh, tmp_path / "backup-1")
    restored = open_log(fresh, FixedClock(NOON))
    restored.append(writer.appended[manifests[1].log_head :])
    restored.close()

    found, expected = everything(fresh), everything(place.settings)
    assert (found.events, found.content_hash, found.views) == (expected.events, expected.content_hash, expected.views)
    assert len(found.records["audit"]) >= manifests[0].log_head


@pytest.mark.parametrize(
    "damage",
    ["changed event", "cut event", "changed receipt", "changed record", "not a database", "missing file"],
)
def test_a_backup_that_is_not_what_its_manifest_says_is_refused(
    settings: Settings, beside: MakingBeside, tmp_path: Path, place: Place, damage: str
) -> None:
    folder = tmp_path / "backup"
    backup(settings, folder, NOON)
    _damage(folder, damage)
    fresh = beside(place.engine)

    with pytest.raises(BackupRefused):
        restore(fresh.settings, folder)

    _is_empty(fresh)


def test_a_place_that_holds_something_is_not_written_over(settings: Settings, tmp_path: Path) -> None:
    backup(settings, tmp_path / "backup", NOON)
    before = everything(settings)

    with pytest.raises(CopyRefused, match="already"):
        restore(settings, tmp_path / "backup")
    with pytest.raises(BackupRefused, match="not empty"):
        backup(settings, tmp_path / "backup", NOON)

    assert everything(settings) == before


@pytest.mark.parametrize("beside_engine", ["postgresql"])
def test_a_restore_that_was_killed_after_its_commit_is_told_that_only_the_views_are_missing(
    settings: Settings, beside: MakingBeside, tmp_path: Path, beside_engine: Engine
) -> None:
    backup(settings, tmp_path / "saved", NOON)
    target = beside(beside_engine)
    restore(target.settings, tmp_path / "saved")
    with pytest.raises(CopyRefused, match="the log there is the same"):
        restore(target.settings, tmp_path / "saved")


def test_a_backup_of_other_keys_is_refused(
    settings: Settings, place: Place, beside: MakingBeside, tmp_path: Path
) -> None:
    backup(settings, tmp_path / "backup", NOON)
    fresh = beside(place.engine)
    (fresh.settings.keys_folder / "digest.key").write_bytes(bytes(32))

    with pytest.raises(BackupRefused, match="key files"):
        restore(fresh.settings, tmp_path / "backup")


@ON_FILES
def test_stores_beside_the_keys_of_others_make_no_backup(settings: Settings, tmp_path: Path) -> None:
    (settings.keys_folder / "digest.key").write_bytes(bytes(32))
    with pytest.raises(BackupRefused, match="key files are not those"):
        backup(settings, tmp_path / "backup", NOON)
    with pytest.raises(BackupRefused, match="manifest"):
        check_backup(tmp_path / "backup")


@ON_FILES
def test_a_home_without_a_store_makes_no_backup(settings: Settings, tmp_path: Path) -> None:
    settings.records_file.unlink()
    with pytest.raises(BackupRefused, match="records"):
        backup(settings, tmp_path / "backup", NOON)
    assert not settings.records_file.exists()


@ON_POSTGRESQL
def test_a_database_without_an_upgrade_makes_and_takes_no_backup(
    settings: Settings, tmp_path: Path, postgres: Any
) -> None:
    backup(settings, tmp_path / "backup", NOON)
    bare = Place.at(settings.home, "postgresql", postgres)
    with pytest.raises(UnsafeStore, match="oba db upgrade"):
        backup(bare.settings, tmp_path / "another", NOON)
    with pytest.raises(UnsafeStore, match="oba db upgrade"):
        restore(bare.settings, tmp_path / "backup")
    bare.drop_database()


def test_a_backup_that_broke_off_is_none(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(making, "write_manifest", broken)
        with pytest.raises(KeyboardInterrupt):
            backup(settings, tmp_path / "backup", NOON)
    with pytest.raises(BackupRefused, match="manifest"):
        check_backup(tmp_path / "backup")


def test_the_manifest_is_written_after_everything_else_is_on_the_disk(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    seen: list[list[str]] = []

    def noted(path: Path) -> None:
        synced.append(path.name)

    def written(folder: Path, manifest: Manifest) -> None:
        seen.append(list(synced))
        write_manifest(folder, manifest)

    monkeypatch.setattr(making, "synced", noted)
    monkeypatch.setattr(files, "synced", noted)
    monkeypatch.setattr(making, "write_manifest", written)
    manifest = backup(settings, tmp_path / "backup", NOON)
    assert [set(names) >= set(manifest.files) for names in seen] == [True]


@ON_FILES
def test_a_restore_that_was_killed_between_its_files_is_finished_by_the_next_attempt(
    settings: Settings, beside: MakingBeside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(settings, tmp_path / "backup", NOON)
    fresh = beside("sqlite").settings
    put = arrival._put
    placed: list[Path] = []

    def killed(arrived: Path, place: Path) -> None:
        if placed:
            raise KeyboardInterrupt
        placed.append(place)
        put(arrived, place)

    with monkeypatch.context() as patched:
        patched.setattr(arrival, "_put", killed)
        with pytest.raises(KeyboardInterrupt):
            restore(fresh, tmp_path / "backup")
    assert not fresh.records_file.exists()

    restore(fresh, tmp_path / "backup")

    assert everything(fresh) == everything(settings)


@ON_FILES
def test_a_backup_of_an_earlier_release_comes_back_into_files(
    settings: Settings, beside: MakingBeside, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    backup(settings, folder, NOON)
    _change_manifest(folder, engine=None, file_hashes=None, records_revision=None)

    with pytest.raises(BackupRefused, match="oba db copy"):
        restore(beside("postgresql").settings, folder)
    fresh = beside("sqlite").settings
    restore(fresh, folder)

    assert everything(fresh) == everything(settings)


@pytest.mark.parametrize("manifest", [None, "{", "{}"])
def test_a_folder_without_a_readable_manifest_is_no_backup(tmp_path: Path, manifest: str | None) -> None:
    if manifest is not None:
        (tmp_path / MANIFEST).write_text(manifest, encoding="utf-8")

    with pytest.raises(BackupRefused, match="manifest"):
        check_backup(tmp_path)


@ON_FILES
@pytest.mark.parametrize(
    ("files", "hashes", "says"),
    [
        (["records.sqlite3"], None, "no log"),
        (["log.sqlite3", "records.sqlite3"], {"log.sqlite3": "0" * 64}, "manifest"),
        (["log.sqlite3", "../var/records.sqlite3"], None, "manifest"),
    ],
)
def test_a_manifest_that_names_other_files_than_a_backup_has_is_refused(
    settings: Settings, tmp_path: Path, files: list[str], hashes: dict[str, str] | None, says: str
) -> None:
    backup(settings, tmp_path / "backup", NOON)
    _change_manifest(tmp_path / "backup", files=files, file_hashes=hashes)

    with pytest.raises(BackupRefused, match=says):
        check_backup(tmp_path / "backup")


def test_the_hash_of_the_manifest_is_that_of_the_running_log(settings: Settings, tmp_path: Path) -> None:
    manifest = backup(settings, tmp_path / "backup", NOON)
    assert manifest.log_content_hash == everything(settings).content_hash
    assert manifest.log_content_hash == content_hash_of_file(tmp_path / "backup" / "log.sqlite3")


def _change_manifest(folder: Path, **changes: object) -> None:
    content = {**json.loads((folder / MANIFEST).read_text(encoding="utf-8")), **changes}
    kept = {name: value for name, value in content.items() if value is not None}
    (folder / MANIFEST).write_text(json.dumps(kept), encoding="utf-8")


def _damage(folder: Path, damage: str) -> None:
    log = folder / "log.sqlite3"
    if damage == "not a database":
        log.write_bytes(b"no database at all" * 100)
        return
    if damage == "missing file":
        log.unlink()
        return
    statements = {
        "changed event": "UPDATE stored_events SET state = replace(CAST(state AS TEXT), '80', '81')",
        "cut event": "DELETE FROM stored_events",
        "changed receipt": "UPDATE receipts SET answer = '{}'",
        "changed record": "UPDATE person SET role = 'auditor'",
    }
    connection = sqlite3.connect(folder / "records.sqlite3" if damage == "changed record" else log)
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(statements[damage])
    connection.commit()
    connection.close()


def _is_empty(place: Place) -> None:
    """Nothing arrived: no file, or no row."""
    if place.engine == "sqlite":
        assert {path.name for path in place.settings.home.iterdir()} == {"keys"}
        return
    found = everything(place.settings)
    assert (found.events, [name for name, rows in found.records.items() if rows]) == ((), ["schema_version"])
