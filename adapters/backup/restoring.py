"""Bringing a backup back: into a home without stores, or into a database that is upgraded and empty."""

import shutil
from pathlib import Path

from adapters.backup.making import keys_of
from adapters.backup.manifest import BackupRefused, Manifest, check_backup, same_log
from adapters.copying.arrival import arriving, settle
from adapters.copying.files import in_folder, read_files
from adapters.copying.pouring import pour
from adapters.copying.refusal import AGAIN, ARRIVED, CopyRefused, NotEmpty, refusing
from adapters.copying.server import empty_server, read_server
from adapters.private import private_file
from adapters.records.key_files import BRING_BACK
from adapters.records.schema import RECORDS
from adapters.settings import Settings


def restore(settings: Settings, folder: Path) -> Manifest:
    """Bring a backup into an empty home or database, checked before and after; the read models are filled later.

    CopyRefused, and nothing is changed, where the place holds a log or records already, the backup is not what its
    manifest says, or the keys are others; UnsafeStore where the database is not of this release.
    """
    manifest = check_backup(folder)
    if keys_of(settings).fingerprint != manifest.key_fingerprint:
        raise BackupRefused("the key files are not those of the backup", BRING_BACK)
    with refusing():
        if settings.database_url is None:
            _into_home(settings, folder, manifest)
        else:
            _into_server(settings, folder, manifest)
    return manifest


def _into_home(settings: Settings, folder: Path, manifest: Manifest) -> None:
    """A restore that broke off while its files took their places is finished by the second attempt."""
    if settle(settings):
        return same_log(settings.log_file, manifest)
    with arriving(settings) as prepared:
        for name in manifest.files:
            private_file(prepared.home / name)
            shutil.copyfile(folder / name, prepared.home / name)
        same_log(prepared.log_file, manifest)
    return None


def _into_server(settings: Settings, folder: Path, manifest: Manifest) -> None:
    if manifest.records_revision != RECORDS.head:
        raise BackupRefused(
            "the backup was made by another release", "restore it into files, and take it over with oba db copy"
        )
    try:
        with read_files(in_folder(settings, folder)) as saved, empty_server(settings) as stores:
            if pour(saved, stores).log_content_hash != manifest.log_content_hash:
                raise BackupRefused("the log arrived with another content hash than it was saved with", AGAIN)
    except NotEmpty:
        with read_server(settings) as stores:
            if stores.head() > 0 and stores.content_hash() == manifest.log_content_hash:
                raise CopyRefused(*ARRIVED) from None
        raise
