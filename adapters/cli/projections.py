"""`oba projections`: the views are made from the log, as often as wanted."""

import typer

from adapters.cli.opened import opened
from adapters.cli.terminal import AsJson, tell_json, tell_rows

projections = typer.Typer(name="projections", help="Read models, made from the log.")


@projections.command("rebuild", epilog="Example: oba projections rebuild")
def rebuild(as_json: AsJson = False) -> None:
    """Make every view again from the first event; readers see the old rows until the new ones are there."""
    with opened() as services:
        services.projector.rebuild()
        positions = services.views.positions()
    if as_json:
        tell_json([position.model_dump(mode="json") for position in positions])
    else:
        tell_rows(("view", "position"), [(position.view, str(position.position)) for position in positions])
