"""New SQLite files of a home: prepared in a folder inside it, and put in their places only when all of them are ready.

A process that ends before that leaves a folder that the next attempt empties; one that ends while the files take their
places leaves a mark, by which the next start of anything finishes the work. No file is ever written over.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from adapters.copying.files import in_folder, synced
from adapters.copying.refusal import NotEmpty
from adapters.database import UnsafeStore
from adapters.private import private_folder
from adapters.settings import Settings

ARRIVING: Final = "arriving"
READY: Final = "ready"
EMPTY_HOME: Final = "use a home without stores; its keys may be there"


@contextmanager
def arriving(settings: Settings) -> Iterator[Settings]:
    """A deployment whose files are made beside those of a home, and take their places when this ends without an error.

    CopyRefused where the home holds stores, before anything is made or when they came meanwhile.
    """
    settle(settings)
    _refuse_stores(settings)
    folder = settings.home / ARRIVING
    shutil.rmtree(folder, ignore_errors=True)
    private_folder(folder)
    try:
        yield in_folder(settings, folder)
        _refuse_stores(settings)
    except BaseException:
        shutil.rmtree(folder)
        raise
    for file in folder.iterdir():
        synced(file)
    (folder / READY).touch()
    synced(folder)
    settle(settings)


def settle(settings: Settings) -> bool:
    """Let files that are ready take their places, and say whether there were any; any number of processes may do so.

    UnsafeStore where a store of another origin stands at such a place: it is left alone.
    """
    folder = settings.home / ARRIVING
    if not (folder / READY).exists():
        return False
    for file in stores_of(settings):
        _put(folder / file.name, file)
    synced(settings.home)
    shutil.rmtree(folder, ignore_errors=True)
    return True


def stores_of(settings: Settings) -> tuple[Path, ...]:
    """The files of a home that hold its stores; the vault is written before the log, so the log is read first."""
    return (settings.log_file, settings.records_file, settings.views_file)


def _put(arrived: Path, place: Path) -> None:
    """Whoever comes second finds the work done: the place is taken by the same file, or the arrived one is gone."""
    try:
        os.link(arrived, place)
    except FileNotFoundError:
        return
    except FileExistsError:
        try:
            same = place.samefile(arrived)
        except FileNotFoundError:
            return
        if not same:
            raise UnsafeStore(
                f"{place.name} and another one in the folder {ARRIVING} want the same place; move one away"
            ) from None
    arrived.unlink(missing_ok=True)


def _refuse_stores(settings: Settings) -> None:
    if found := [file.name for file in stores_of(settings) if file.exists()]:
        raise NotEmpty(f"the home holds stores already ({', '.join(found)})", EMPTY_HOME)
