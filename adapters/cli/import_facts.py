"""`oba import`: a coordinator's spreadsheet of facts, row by row, all of it or nothing."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.opened import opened
from adapters.cli.terminal import REFUSED, AsJson, refuse, refused, tell, tell_json, tell_rows
from adapters.imports.facts_csv import import_facts
from adapters.imports.report import ImportReport

imports = typer.Typer(name="import", help="Facts from spreadsheets.")

DryRun = Annotated[bool, typer.Option("--dry-run", help="Check everything, record nothing.")]
Actor = Annotated[str, typer.Option("--as", metavar="PERSON", help="The person of the directory who imports.")]


@imports.command("facts", epilog="Example: oba import facts visits.csv --as coordinator-1 --dry-run")
def facts(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV in UTF-8; columns: docs/reference/facts-csv.md.")],
    person: Actor,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Record the facts of a CSV file; the same file twice records nothing more."""
    if not file.is_file():
        refuse("no-such-file", "there is no such file", "correct the name of the file", as_json=as_json)
    with opened() as services:
        if person not in {one.person_id for one in services.tracker.records.directory.people()}:
            remedy = "enter the person first: oba directory import FILE"
            refuse("unknown-person", "the directory does not hold this person", remedy, as_json=as_json)
        report = import_facts(services.tracker, file.read_bytes(), actor=person, dry_run=dry_run)
    if as_json:
        tell_json(report.model_dump(mode="json"))
        if not report.accepted:
            raise typer.Exit(REFUSED)
        return
    if not report.accepted:
        refused(problem.model_copy(update={"file": str(file)}) for problem in report.problems)
    _print(report)


def _print(report: ImportReport) -> None:
    rows = [
        (str(row.row), row.infusion_code, row.kind, row.result.replace("_", " "), ", ".join(row.flags))
        for row in report.rows
    ]
    tell_rows(("row", "infusion", "kind", "result", "flags"), rows)
    ready, recorded, before = (report.count(one) for one in ("ready", "recorded", "recorded_before"))
    done = (
        f"{ready} rows ready, nothing recorded: leave out --dry-run" if report.dry_run else f"{recorded} rows recorded"
    )
    tell(f"{done}; {before} recorded before")
