"""What a backup says of itself; it is written last, so that a folder without it is no backup."""

import hashlib
import os
import sqlite3
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from adapters.copying.files import synced
from adapters.copying.refusal import CopyRefused
from adapters.log.sqlite.recorder import content_hash_of_file
from adapters.private import private_file
from oba.dates import Instant

MANIFEST: Final = "backup.json"
ANOTHER: Final = "use another backup"


class BackupRefused(CopyRefused):
    """The backup could not be made or is not what its manifest says; the stores are as they were before."""


class Manifest(BaseModel):
    """What a backup holds: when it was made, the log's content hash and head, and whose keys open the vault."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    made_at: Instant
    engine: Literal["sqlite", "postgresql"] = "sqlite"
    """The engine that it was made from; it is restored on either."""
    log_content_hash: str
    log_head: int
    records_revision: str | None = None
    key_fingerprint: str
    files: tuple[str, ...]
    file_hashes: dict[str, str] | None = None
    """SHA-256 of every file; None in a backup of release 0.1."""

    @model_validator(mode="after")
    def _every_file_has_its_hash(self) -> "Manifest":
        if self.file_hashes is not None and set(self.file_hashes) != set(self.files):
            raise ValueError("every file of a backup has one hash")
        if any(Path(name).name != name for name in self.files):
            raise ValueError("the files of a backup lie in its folder")
        return self


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest as a whole, and return when it is on the disk."""
    draft = folder / f"{MANIFEST}.draft"
    private_file(draft)
    draft.write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    synced(draft)
    os.replace(draft, folder / MANIFEST)
    synced(folder)
    synced(folder.resolve().parent)


def check_backup(folder: Path) -> Manifest:
    """Read a backup's manifest and prove that its files are those that it names; BackupRefused otherwise."""
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        raise BackupRefused("the folder holds no backup with a readable manifest", ANOTHER) from None
    if missing := [name for name in manifest.files if not (folder / name).is_file()]:
        raise BackupRefused(f"the backup lacks {', '.join(missing)}", ANOTHER)
    log = next((folder / name for name in manifest.files if name.startswith("log.")), None)
    if log is None:
        raise BackupRefused("the backup holds no log", ANOTHER)
    same_log(log, manifest)
    for name, known in (manifest.file_hashes or {}).items():
        if file_hash(folder / name) != known:
            raise BackupRefused(f"{name} is not the file that was backed up, its hash differs", ANOTHER)
    return manifest


def same_log(log: Path, manifest: Manifest) -> None:
    """BackupRefused unless a log file holds what the manifest says."""
    try:
        found = content_hash_of_file(log)
    except sqlite3.DatabaseError:
        raise BackupRefused("the log of the backup cannot be read", ANOTHER) from None
    if found != manifest.log_content_hash:
        raise BackupRefused("the log is not the one that was backed up, its content hash differs", ANOTHER)


def file_hash(file: Path) -> str:
    """SHA-256 of the bytes of a file."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
