"""`oba projections`: the views are made from the log, as often as wanted."""

import typer

from adapters.cli.opened import opened
from adapters.cli.terminal import REFUSED, AsJson, refuse, tell, tell_json, tell_rows
from adapters.views.fold import DocumentsUnreadable
from adapters.views.turn import SomebodyElse

BUSY = "another process works on the views"

projections = typer.Typer(name="projections", help="Read models, made from the log.")


@projections.command("rebuild", epilog="Example: oba projections rebuild")
def rebuild(as_json: AsJson = False) -> None:
    """Make every view again from the first event; readers see the old rows until the new ones are there."""
    with opened() as services:
        try:
            services.projector.rebuild()
        except SomebodyElse:
            refuse("somebody-else", BUSY, "try again when it is done", as_json=as_json)
        except DocumentsUnreadable:
            message = "an event of a document cannot be read; the views were left as they were"
            refuse("documents-unreadable", message, "use the release that wrote it", as_json=as_json)
        positions = services.views.positions()
    if as_json:
        tell_json([position.model_dump(mode="json") for position in positions])
    else:
        rows = [(one.view, str(one.position), str(one.incomplete)) for one in positions]
        tell_rows(("view", "position", "incomplete infusions"), rows)


@projections.command("retry", epilog="Example: oba projections retry")
def retry(as_json: AsJson = False) -> None:
    """Fold again what could not be folded; exit code 1 where something is left."""
    with opened() as services:
        try:
            retried = services.projector.retry()
        except SomebodyElse:
            refuse("somebody-else", BUSY, "try again when it is done", as_json=as_json)
        left = services.views.dead_letters()
    if as_json:
        tell_json({"mended": retried.mended, "left": [one.model_dump(mode="json") for one in left]})
    else:
        tell(f"{retried.mended} mended, {len(left)} left")
        rows = [(one.view, str(one.infusion_id), str(one.position), one.topic, one.problem) for one in left]
        tell_rows(("view", "infusion", "position", "event", "problem"), rows)
    if left:
        raise typer.Exit(REFUSED)
