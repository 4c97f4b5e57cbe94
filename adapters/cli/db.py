"""`oba db`: making, saving and bringing back the stores."""

from typing import Annotated

import typer

from adapters.cli.db_saving import backup_stores, copy_stores, restore_stores
from adapters.cli.opened import read_settings, refusing
from adapters.cli.terminal import tell
from adapters.postgresql import address_of

db = typer.Typer(name="db", help="The three stores.")


@db.command("upgrade", epilog="Example: oba db upgrade")
def upgrade_stores(
    demo: Annotated[
        bool,
        typer.Option(
            "--demo",
            help="Let this deployment stamp events by a clock of its own, as a demo does; on PostgreSQL the server's "
            "clock stamps otherwise. Later upgrades keep it. Never for a deployment with real infusions.",
        ),
    ] = False,
) -> None:
    """Make what is missing in the three stores; a second time changes nothing."""
    from adapters.upgrading import upgrade_stores

    settings = read_settings()
    with refusing(settings):
        done = upgrade_stores(settings, demo=demo)
    for one in done:
        tell(str(one))
    where = settings.home if settings.database_url is None else address_of(settings.database_url)
    tell(f"stores ready in {where}")


db.command("backup", epilog="Example: oba db backup /safe/place/2026-11-22")(backup_stores)
db.command("restore", epilog="Example: oba db restore /safe/place/2026-11-22")(restore_stores)
db.command("copy", epilog="Example: oba db copy sqlite postgresql")(copy_stores)
