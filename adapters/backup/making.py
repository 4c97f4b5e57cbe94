"""Making a backup while the product runs: a consistent copy of SQLite files, or one moment of a PostgreSQL database."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from adapters.backup.manifest import BackupRefused, Manifest, file_hash, write_manifest
from adapters.copying.arrival import settle, stores_of
from adapters.copying.files import in_folder, new_files, read_files, synced
from adapters.copying.pouring import pour
from adapters.copying.refusal import AGAIN, refusing
from adapters.copying.server import read_server
from adapters.database import UnsafeStore
from adapters.private import private_file, private_folder
from adapters.records.key_files import BRING_BACK, KeyFiles, read_key_files
from adapters.records.records import bound, open_records
from adapters.schema import revision_of
from adapters.settings import Settings


def backup(settings: Settings, folder: Path, made_at: datetime) -> Manifest:
    """Save the stores in a new folder while the service runs; BackupRefused where the folder is in use already.

    UnsafeStore where the database has no tables of this release.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BackupRefused("the folder of the backup is not empty", "name a new one")
    keys = keys_of(settings)
    with refusing():
        files = _save_files(settings, folder) if settings.database_url is None else _save_server(settings, folder)
        manifest = _manifest(settings, folder, files, keys, made_at)
    write_manifest(folder, manifest)
    return manifest


def keys_of(settings: Settings) -> KeyFiles:
    """The key files of a deployment; BackupRefused where one is missing or open to others."""
    try:
        return read_key_files(settings.keys_folder)
    except UnsafeStore as error:
        raise BackupRefused(str(error).removesuffix(f"; {BRING_BACK}"), BRING_BACK) from None


def _save_files(settings: Settings, folder: Path) -> tuple[Path, ...]:
    settle(settings)
    if missing := [file.name for file in (settings.log_file, settings.records_file) if not file.exists()]:
        raise BackupRefused(f"the home has no {' and no '.join(missing)}", "oba doctor says what to do")
    private_folder(folder)
    files = tuple(file for file in stores_of(settings) if file.exists())
    for file in files:
        _copy(file, folder / file.name)
    return tuple(folder / file.name for file in files)


def _save_server(settings: Settings, folder: Path) -> tuple[Path, ...]:
    """Log and records of one moment; the views are left out, since they are made again from the log."""
    open_records(settings).close()
    saved = in_folder(settings, folder)
    with read_server(settings) as stores, new_files(saved) as copies:
        pour(stores, copies)
    return (saved.log_file, saved.records_file)


def _copy(source: Path, target: Path) -> None:
    """A consistent copy in one file, without the write-ahead log beside it, checked by the engine."""
    private_file(target)
    with closing(sqlite3.connect(source)) as reader, closing(sqlite3.connect(target)) as writer:
        reader.backup(writer)
        writer.execute("PRAGMA journal_mode=DELETE")
        answer = writer.execute("PRAGMA integrity_check").fetchone()[0]
        if answer != "ok":
            raise BackupRefused(f"the copy of {source.name} is damaged", AGAIN)
    synced(target)


def _manifest(settings: Settings, folder: Path, files: tuple[Path, ...], keys: KeyFiles, made_at: datetime) -> Manifest:
    with read_files(in_folder(settings, folder)) as saved:
        row = bound(saved.records)
        if row is None or row.key_fingerprint != keys.fingerprint:
            raise BackupRefused("the key files are not those of the records", BRING_BACK)
        return Manifest(
            made_at=made_at,
            engine="sqlite" if settings.database_url is None else "postgresql",
            log_content_hash=saved.content_hash(),
            log_head=saved.head(),
            records_revision=revision_of(saved.records),
            key_fingerprint=keys.fingerprint,
            files=tuple(file.name for file in files),
            file_hashes={file.name: file_hash(file) for file in files},
        )
