"""`oba db`: making, saving and bringing back the stores."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.backup import BackupRefused, backup, restore
from adapters.cli.opened import opened, read_settings
from adapters.cli.terminal import AsJson, refuse, tell, tell_json
from adapters.clock import SystemClock

db = typer.Typer(name="db", help="The three stores.")


@db.command("upgrade", epilog="Example: oba db upgrade")
def upgrade_stores() -> None:
    """Make what is missing in the three stores; a second time changes nothing."""
    settings = read_settings()
    with opened(settings) as services:
        services.projector.catch_up()
    tell(f"stores ready in {settings.home}")


@db.command("backup", epilog="Example: oba db backup /safe/place/2026-11-22")
def backup_stores(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new or empty folder.")],
    as_json: AsJson = False,
) -> None:
    """Save the stores while the product runs; the keys of OBA_HOME/keys are kept apart from them, save those too."""
    try:
        saved = backup(read_settings(), folder, SystemClock().now())
    except BackupRefused as error:
        refuse("backup-refused", str(error), "name an empty folder", as_json=as_json)
    if as_json:
        tell_json(saved.model_dump(mode="json"))
    else:
        tell(f"saved to {folder}: {saved.log_head} events, content hash {saved.log_content_hash[:12]}")


@db.command("restore", epilog="Example: oba db restore /safe/place/2026-11-22")
def restore_stores(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="What `oba db backup` made.")],
) -> None:
    """Bring a backup back into a home that has its keys and no stores; the log is checked before and after."""
    settings = read_settings()
    try:
        restore(settings, folder)
    except BackupRefused as error:
        refuse("restore-refused", str(error), "bring the keys back first, into a home without stores")
    with opened(settings) as services:
        services.projector.catch_up()
    tell(f"restored into {settings.home}")
