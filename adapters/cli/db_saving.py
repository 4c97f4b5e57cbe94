"""`oba db backup`, `restore` and `copy`: the stores into a safe place, back again, and over to the other engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from adapters.cli.opened import opened, place_of, read_settings, refusing
from adapters.cli.terminal import AsJson, refuse, tell, tell_json
from adapters.clock import SystemClock
from adapters.copying.refusal import CopyRefused
from adapters.settings import Settings

SQLITE, POSTGRESQL = "sqlite", "postgresql"
Side = Annotated[str, typer.Argument(metavar="sqlite|postgresql|FOLDER", help="OBA_HOME, OBA_DATABASE_URL, or a home.")]


def backup_stores(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new or empty folder.")],
    as_json: AsJson = False,
) -> None:
    """Save the stores while the product runs; the keys of OBA_HOME/keys are kept apart from them, save those too."""
    from adapters.backup.making import backup

    began, settings = perf_counter(), read_settings()
    with _telling("backup-refused", settings, as_json=as_json):
        saved = backup(settings, folder, SystemClock().now())
    if as_json:
        tell_json(saved.model_dump(mode="json"))
    else:
        tell(f"saved to {folder}{_what(saved.log_head, saved.log_content_hash, began)}")


def restore_stores(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="What `oba db backup` made.")],
) -> None:
    """Bring a backup back to where the keys are and no stores; the log is checked before and after."""
    from adapters.backup.restoring import restore

    began, settings = perf_counter(), read_settings()
    with _telling("restore-refused", settings):
        restored = restore(settings, folder)
    _fill_views(settings)
    tell(f"restored into {place_of(settings)}{_what(restored.log_head, restored.log_content_hash, began)}")


def copy_stores(source: Side, target: Side) -> None:
    """Move log and records to the other engine, with equal positions; stop every process of the product before."""
    from adapters.copying.copying import copy_stores as copy

    began, settings = perf_counter(), read_settings()
    taken, given = _side(settings, source), _side(settings, target)
    with _telling("copy-refused", settings):
        poured = copy(taken, given)
    _fill_views(given)
    tell(f"copied into {place_of(given)}{_what(poured.log_head, poured.log_content_hash, began)}")


def _side(settings: Settings, word: str) -> Settings:
    """The deployment that a word means."""
    if word == POSTGRESQL:
        if settings.database_url is None:
            refuse("copy-refused", "OBA_DATABASE_URL names no database", "set it to the address of the database")
        return settings
    if "://" in word:
        remedy = "write postgresql, and put the address into OBA_DATABASE_URL"
        refuse("copy-refused", "an address with its password does not belong on a command line", remedy)
    home = settings.home if word == SQLITE else Path(word)
    return settings.model_copy(update={"home": home, "database_url": None, "owner_database_url": None})


def _fill_views(settings: Settings) -> None:
    with opened(settings) as services:
        services.projector.catch_up()


def _what(head: int, content_hash: str, began: float) -> str:
    return f": log up to position {head}, content hash {content_hash}, {perf_counter() - began:.1f} s"


@contextmanager
def _telling(code: str, settings: Settings, *, as_json: bool = False) -> Iterator[None]:
    """A refusal is told with what mends it."""
    with refusing(settings):
        try:
            yield
        except CopyRefused as error:
            refuse(code, error.message, error.remedy, as_json=as_json)
        except OSError as error:
            if error.filename is None:
                raise
            says = f"{error.filename}: {error.strerror}"
            refuse(code, says, "name a folder where this user may write", as_json=as_json)
