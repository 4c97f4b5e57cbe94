"""Backup of a running deployment and its restore, each proved by the hash over everything in the log.

The engine's own backup interface copies a consistent file while others write; a dump would renumber positions.
Keys are not in the backup: it names only their fingerprint, since keys beside data would make erasure a word.
"""

import shutil
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from adapters.database import UnsafeStore
from adapters.log.content import content_hash
from adapters.records.key_files import KeyFiles, read_key_files
from adapters.settings import Settings
from oba.dates import Instant

MANIFEST: Final = "backup.json"


class BackupRefused(RuntimeError):
    """The backup could not be made or is not what its manifest says; the stores are as they were before."""


class Manifest(BaseModel):
    """What a backup holds: when it was made, the log's content hash and head, and whose keys open the vault."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    made_at: Instant
    log_content_hash: str
    log_head: int
    key_fingerprint: str
    files: tuple[str, ...]


def backup(settings: Settings, folder: Path, made_at: datetime) -> Manifest:
    """Copy the stores into a new folder while the service runs; BackupRefused where the folder is in use already."""
    if folder.exists() and any(folder.iterdir()):
        raise BackupRefused("the folder of the backup is not empty; name a new one")
    keys = _keys(settings)
    folder.mkdir(parents=True, exist_ok=True)
    files = tuple(file for file in _stores(settings) if file.exists())
    for file in files:
        _copy(file, folder / file.name)
    log = folder / settings.log_file.name
    manifest = Manifest(
        made_at=made_at,
        log_content_hash=content_hash(log),
        log_head=_head(log),
        key_fingerprint=keys.fingerprint,
        files=tuple(file.name for file in files),
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return manifest


def restore(settings: Settings, folder: Path) -> Manifest:
    """Bring a backup into an empty home, checked before and after; the read models are rebuilt if they are missing.

    BackupRefused where the home holds a log or records already, the hash does not match, or the keys are others.
    """
    manifest = check_backup(folder)
    if any(file.exists() for file in _stores(settings)):
        raise BackupRefused("the home holds stores already; restore into an empty one")
    if _keys(settings).fingerprint != manifest.key_fingerprint:
        raise BackupRefused("the key files are not those of the backup; bring them back first")
    settings.home.mkdir(parents=True, exist_ok=True)
    for name in manifest.files:
        shutil.copyfile(folder / name, settings.home / name)
    _same(settings.log_file, manifest)
    return manifest


def check_backup(folder: Path) -> Manifest:
    """Read a backup's manifest and prove that its log is the one that it names."""
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        raise BackupRefused("the folder holds no backup with a readable manifest") from None
    if missing := [name for name in manifest.files if not (folder / name).is_file()]:
        raise BackupRefused(f"the backup lacks {', '.join(missing)}")
    log = next((folder / name for name in manifest.files if name.startswith("log.")), None)
    if log is None:
        raise BackupRefused("the backup holds no log")
    _same(log, manifest)
    return manifest


def _keys(settings: Settings) -> KeyFiles:
    try:
        return read_key_files(settings.keys_folder)
    except UnsafeStore as error:
        raise BackupRefused(str(error)) from None


def _same(log: Path, manifest: Manifest) -> None:
    try:
        found = content_hash(log)
    except sqlite3.DatabaseError:
        raise BackupRefused("the log of the backup cannot be read") from None
    if found != manifest.log_content_hash:
        raise BackupRefused("the log is not the one that was backed up; its content hash differs")


def _stores(settings: Settings) -> tuple[Path, ...]:
    """The log first: the vault is written before the log, so what an event names is in the later copy of records."""
    return (settings.log_file, settings.records_file, settings.views_file)


def _copy(source: Path, target: Path) -> None:
    """A consistent copy in one file, without the write-ahead log beside it, checked by the engine."""
    reader = sqlite3.connect(source)
    writer = sqlite3.connect(target)
    try:
        reader.backup(writer)
        writer.execute("PRAGMA journal_mode=DELETE")
        answer: Any = writer.execute("PRAGMA integrity_check").fetchone()[0]
        if answer != "ok":
            raise BackupRefused(f"the copy of {source.name} is damaged; try again")
    finally:
        writer.close()
        reader.close()


def _head(log: Path) -> int:
    connection = sqlite3.connect(log)
    try:
        return int(connection.execute("SELECT COALESCE(MAX(rowid), 0) FROM stored_events").fetchone()[0])
    finally:
        connection.close()
