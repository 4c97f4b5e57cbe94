"""`oba directory`: who takes part: HTCs with their zones, payers, manufacturers, people with roles and addresses."""

import csv
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Annotated, Any

import typer

from adapters.cli.files import read_plain
from adapters.cli.opened import opened
from adapters.cli.terminal import AsJson, refused, tell, tell_json
from adapters.documents.reading import Reading
from oba.problems import Problem

directory = typer.Typer(name="directory", help="HTCs, payers, manufacturers and people.")


@directory.command("import", epilog="Example: oba directory import directory.yaml")
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="YAML, JSON or CSV; each row has `kind`.")],
    as_json: AsJson = False,
) -> None:
    """Enter or replace HTCs, payers, manufacturers and people; all rows of the file, or none."""
    reading = _csv(file) if file.suffix == ".csv" and file.is_file() else read_plain(file)
    if isinstance(reading, tuple):
        refused(reading, as_json=as_json)
    rows = reading.content if isinstance(reading, Reading) else reading
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        refused([_not_rows(file)], as_json=as_json)
    with opened() as services:
        answer = services.tracker.records.import_directory(rows)
    if isinstance(answer, tuple):
        refused((_placed(problem, file, reading) for problem in answer), as_json=as_json)
    if as_json:
        tell_json({"entered": answer})
    else:
        tell(f"{answer} rows entered")


def _csv(file: Path) -> list[Mapping[str, Any]]:
    return list(csv.DictReader(StringIO(file.read_text(encoding="utf-8-sig"))))


def _not_rows(file: Path) -> Problem:
    return Problem(
        code="not-rows",
        message="the file is not a list of rows",
        remedy="begin each row with `- kind:`",
        file=str(file),
    )


def _placed(problem: Problem, file: Path, reading: Reading | list[Mapping[str, Any]]) -> Problem:
    """The place in the file; the rows of a CSV file begin below its heading."""
    if isinstance(reading, Reading):
        return reading.placed(problem)
    row = (problem.pointer or "/0").split("/")[1]
    return problem.model_copy(update={"file": str(file), "line": int(row) + 2})
