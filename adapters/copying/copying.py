"""A whole deployment from one engine to the other: equal log, equal positions, equal records."""

from contextlib import AbstractContextManager

from adapters.copying.arrival import arriving, settle
from adapters.copying.files import new_files, read_files
from adapters.copying.pouring import Poured, pour
from adapters.copying.refusal import ARRIVED, CopyRefused, NotEmpty, refusing
from adapters.copying.server import empty_server, read_server
from adapters.copying.stores import Stores
from adapters.records.key_files import missing_key_files, read_key_files
from adapters.records.records import open_records
from adapters.settings import Settings


def copy_stores(source: Settings, target: Settings) -> Poured:
    """Copy log and records into the empty stores of the other engine; nobody can write to the source meanwhile.

    CopyRefused, and the target is as before, where the engines are the same, a store is in use, the target holds
    anything, or the keys are not the same; UnsafeStore where a side is not of this release.
    """
    if (source.database_url is None) == (target.database_url is None):
        raise CopyRefused("both sides are of one engine", "use oba db backup and oba db restore for that")
    _check_source(source)
    _check_keys(source, target)
    with refusing():
        try:
            return _to_server(source, target) if source.database_url is None else _to_files(source, target)
        except NotEmpty:
            if _has_arrived(source, target):
                raise CopyRefused(*ARRIVED) from None
            raise


def _check_keys(source: Settings, target: Settings) -> None:
    if missing_key_files(target.keys_folder):
        raise CopyRefused(
            f"the keys are missing in {target.keys_folder}", f"copy {source.keys_folder} to {target.keys_folder}"
        )
    if read_key_files(source.keys_folder).fingerprint != read_key_files(target.keys_folder).fingerprint:
        raise CopyRefused("the two sides have other key files", "bring those of the source to the target first")


def _has_arrived(source: Settings, target: Settings) -> bool:
    """Whether a target that is not empty holds the log of the source, and records beside it."""
    if target.database_url is None and not (target.log_file.exists() and target.records_file.exists()):
        return False
    with _reading(source) as sent, _reading(target) as there:
        return there.head() > 0 and sent.content_hash() == there.content_hash()


def _reading(settings: Settings) -> AbstractContextManager[Stores]:
    return read_files(settings) if settings.database_url is None else read_server(settings)


def _check_source(source: Settings) -> None:
    """The source is of this release and belongs to its keys; a home without stores is not made into one."""
    if source.database_url is None:
        settle(source)
        for file in (source.log_file, source.records_file):
            if not file.exists():
                raise CopyRefused(f"there is no {file.name} in {source.home}", "name the folder that holds the stores")
    open_records(source).close()


def _to_server(source: Settings, target: Settings) -> Poured:
    with read_files(source, hold=True) as sent, empty_server(target) as arrived:
        return pour(sent, arrived)


def _to_files(source: Settings, target: Settings) -> Poured:
    with read_server(source, hold=True) as sent, arriving(target) as prepared, new_files(prepared) as arrived:
        return pour(sent, arrived)
