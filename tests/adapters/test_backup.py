"""Backup and restore: the same content hash, the same answers, and the next append works."""

import json
import sqlite3
import threading
from pathlib import Path

import pytest

from adapters.backup import MANIFEST, BackupRefused, backup, check_backup, restore
from adapters.bootstrap import open_tracker
from adapters.clock import FixedClock
from adapters.log.log import Log
from adapters.records.key_files import open_key_files
from adapters.settings import Settings
from tests.support.store import DIRECTORY, NOON, a_patient, a_stream, drafted, register, registered


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(home=tmp_path / "home")
    tracker = open_tracker(made)
    tracker.records.import_directory(DIRECTORY)
    registered(tracker)
    tracker.close()
    return made


def _home_with_the_keys(settings: Settings, folder: Path) -> Settings:
    fresh = Settings(home=folder)
    fresh.keys_folder.mkdir(parents=True)
    for file in settings.keys_folder.iterdir():
        copy = fresh.keys_folder / file.name
        copy.write_bytes(file.read_bytes())
        copy.chmod(0o600)
    return fresh


def test_a_restored_deployment_holds_the_same_and_goes_on(settings: Settings, tmp_path: Path) -> None:
    manifest = backup(settings, tmp_path / "backup", NOON)
    fresh = _home_with_the_keys(settings, tmp_path / "fresh")

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


def test_a_backup_holds_no_key_and_no_identity(settings: Settings, tmp_path: Path) -> None:
    backup(settings, tmp_path / "backup", NOON)

    content = b"".join(file.read_bytes() for file in (tmp_path / "backup").iterdir())

    keys = open_key_files(settings.keys_folder)
    assert not any(key in content for key in (keys.vault, keys.pepper, keys.digest, b"Zofia", b"Quill", b"LOT-1"))
    assert {file.name for file in (tmp_path / "backup").iterdir()} == {"log.sqlite3", "records.sqlite3", MANIFEST}


def test_a_backup_under_load_is_a_prefix_of_the_log(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    open_key_files(settings.keys_folder)
    log = Log(settings.log_file, FixedClock(NOON))
    log.append([drafted(a_stream(), 1)])
    stop = threading.Event()

    def write() -> None:
        version = 1
        while not stop.is_set():
            version += 1
            log.append([drafted(a_stream(), version)])

    writer = threading.Thread(target=write)
    writer.start()
    manifests = [backup(settings, tmp_path / f"backup-{number}", NOON) for number in range(3)]
    stop.set()
    writer.join()

    for number, manifest in enumerate(manifests):
        copy = Log(tmp_path / f"backup-{number}" / "log.sqlite3", FixedClock(NOON))
        assert copy.since(0, 100_000) == log.since(0, manifest.log_head)
        copy.close()
    log.close()


@pytest.mark.parametrize("damage", ["changed event", "cut event", "changed receipt", "not a database", "missing file"])
def test_a_backup_that_is_not_what_its_manifest_says_is_refused(
    settings: Settings, tmp_path: Path, damage: str
) -> None:
    folder = tmp_path / "backup"
    backup(settings, folder, NOON)
    _damage(folder / "log.sqlite3", damage)
    fresh = _home_with_the_keys(settings, tmp_path / "fresh")

    with pytest.raises(BackupRefused):
        restore(fresh, folder)

    assert not fresh.log_file.exists()


def test_a_home_that_holds_something_is_not_overwritten(settings: Settings, tmp_path: Path) -> None:
    backup(settings, tmp_path / "backup", NOON)

    with pytest.raises(BackupRefused, match="empty"):
        restore(settings, tmp_path / "backup")
    with pytest.raises(BackupRefused, match="not empty"):
        backup(settings, tmp_path / "backup", NOON)


def test_a_backup_of_other_keys_is_refused(settings: Settings, tmp_path: Path) -> None:
    backup(settings, tmp_path / "backup", NOON)

    with pytest.raises(BackupRefused, match="key files"):
        restore(Settings(home=tmp_path / "fresh"), tmp_path / "backup")


@pytest.mark.parametrize("manifest", [None, "{", "{}"])
def test_a_folder_without_a_readable_manifest_is_no_backup(tmp_path: Path, manifest: str | None) -> None:
    if manifest is not None:
        (tmp_path / MANIFEST).write_text(manifest, encoding="utf-8")

    with pytest.raises(BackupRefused, match="manifest"):
        check_backup(tmp_path)


def test_a_manifest_that_names_no_log_is_refused(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    backup(settings, folder, NOON)
    content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    (folder / MANIFEST).write_text(json.dumps({**content, "files": ["records.sqlite3"]}), encoding="utf-8")

    with pytest.raises(BackupRefused, match="no log"):
        check_backup(folder)


def _damage(log: Path, damage: str) -> None:
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
    }
    connection = sqlite3.connect(log)
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(statements[damage])
    connection.commit()
    connection.close()
