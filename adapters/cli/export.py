"""`oba export`: what goes to a payer, with control totals and a hash."""

from pathlib import Path
from time import perf_counter, sleep
from typing import Annotated, Literal, NoReturn

import typer

from adapters.bootstrap import Services
from adapters.cli.opened import opened
from adapters.cli.terminal import AsJson, note, refuse, tell_json
from adapters.exports.complete import REFUND_LINES, ViewIncomplete, check_complete
from adapters.exports.quarter import Quarter
from adapters.exports.triggers import TriggersExport, export_triggers
from adapters.views.views import ViewBehind
from adapters.views.waiting import Patience, wait_until

PATIENCE_SECONDS = 60

export = typer.Typer(name="export", help="Files for payers.")


def quarter(text: str) -> Quarter:
    """A period given on the command line; another spelling is wrong usage."""
    try:
        return Quarter.read(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


Payer = Annotated[str, typer.Option("--payer", metavar="ID", help="A payer of the directory.")]
Period = Annotated[Quarter, typer.Option("--period", parser=quarter, metavar="2026Q4", help="A calendar quarter.")]
Format = Annotated[Literal["csv"], typer.Option("--format", help="The form of the file.")]
Folder = Annotated[Path | None, typer.Option("--to", metavar="FOLDER", help="Write both files there.")]


@export.command("triggers", epilog="Example: oba export triggers --payer demo-payer-north --period 2026Q4 --format csv")
def triggers(payer: Payer, period: Period, form: Format = "csv", to: Folder = None, as_json: AsJson = False) -> None:
    """Refund triggers and adjustments approved in a quarter; control totals go to stderr, or into a second file."""
    with opened() as services:
        known = {one.payer_id for one in services.tracker.records.directory.payers()}
        if payer not in known:
            remedy = f"use one of {', '.join(sorted(known)) or 'those that you import first'}"
            refuse("unknown-payer", "the directory does not hold this payer", remedy, as_json=as_json)
        head = _be_complete(services, payer, as_json=as_json)
        try:
            made = export_triggers(services.views, payer, period, at_least=head)
        except ViewBehind:
            _refuse_behind(as_json=as_json)
    if to is not None:
        to.mkdir(parents=True, exist_ok=True)
        (to / made.detail_name).write_bytes(made.detail)
        (to / made.totals_name).write_bytes(made.totals)
    if as_json:
        tell_json({"file": made.detail_name, "format": form, "lines": made.lines, "sha256": made.sha256})
    elif to is None:
        _print(made)
    else:
        note(f"{made.lines} lines in {to / made.detail_name}, control totals in {to / made.totals_name}")


def _be_complete(services: Services, payer: str, *, as_json: bool) -> int:
    """Bring the refund lines up to the log's head and say where that is; money waits for what is missing."""
    head, patience = services.tracker.log.head(), Patience(PATIENCE_SECONDS, perf_counter, sleep)
    came = wait_until(services.views, services.projector, head, (REFUND_LINES,), patience)
    try:
        check_complete(services.tracker, services.views, payer)
    except ViewIncomplete:
        message = "refund lines that may be this payer's could not be worked out"
        refuse("view-incomplete", message, "oba doctor names them, then: oba projections retry", as_json=as_json)
    if not came:
        _refuse_behind(as_json=as_json)
    return head


def _refuse_behind(*, as_json: bool) -> NoReturn:
    refuse("view-behind", "the refund lines are behind the log", "try again in a moment", as_json=as_json)


def _print(made: TriggersExport) -> None:
    typer.echo(made.detail.decode(), nl=False)
    note(made.totals.decode().replace("\r\n", "\n").rstrip())
